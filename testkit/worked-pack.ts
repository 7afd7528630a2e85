/** For tests: a pack with the parameters of a worked example as its own values, so that a case can stand under it. */
import { loadPack, packAt, type ResolvedPack } from '#policy'
import { hashOf } from '../src/policy/resolve.ts'
import { type ExactObject, type ExactValue, isExactObject } from '../src/policy/rules/exact-value.ts'

function laid(base: ExactValue, over: ExactValue): ExactValue {
  if (!isExactObject(base) || !isExactObject(over)) return over
  const names = new Set([...Object.keys(base), ...Object.keys(over)])
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      Object.hasOwn(over, name) ? laid(base[name] ?? null, over[name] ?? null) : (base[name] ?? null),
    ]),
  )
}

function overOf(params: ExactObject, name: string): ExactValue | undefined {
  const [group = '', leaf] = name.split('.')
  const found = params[group]
  if (found === undefined || leaf === undefined) return found
  return isExactObject(found) ? found[leaf] : undefined
}

/** The pack of an example on its day, its parameters laid over the pack's own. */
export function workedPack(id: string, on: string, params: ExactObject): ResolvedPack {
  const pack = packAt(loadPack(id), on)
  const assess = new Map(
    [...(pack.assess ?? [])].map(([name, dated]) => {
      const over = overOf(params, name)
      return [name, over === undefined ? dated : { ...dated, value: laid(dated.value, over) }]
    }),
  )
  const made = { ...pack, assess }
  return { ...made, hash: hashOf(made) }
}
