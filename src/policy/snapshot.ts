import { Problem } from '#kernel/problem'
import { parseExactJson } from './exact-text.ts'
import { hashOf, type ResolvedPack } from './resolve.ts'
import { type ExactValue, exactJson } from './rules/exact-value.ts'
import { type DatedValue, storedValue } from './rules/pack-model.ts'
import { date, mapOf, nullable, object, type Read, ReadingFault, text } from './rules/reader.ts'

/**
 * A past case is computed again with the values it was computed with, whatever has become of the pack: the resolved
 * pack is stored once per hash as text, and the case keeps the hash.
 */

const section = nullable(mapOf(text, storedValue))
const stored = object({ id: text, label: text, on: date, hash: text, verify: section, assess: section }, { casework: section })
type StoredSection = Read<typeof section>

function written(id: string, values: ReadonlyMap<string, DatedValue> | null): ExactValue {
  if (values === null) return null
  return Object.fromEntries(
    [...values].map(([name, { from, reviewed_until, clause, mark, value, origin }]) => [
      name,
      { from, reviewed_until, clause, mark, value, ...(origin === id ? {} : { origin }) },
    ]),
  )
}

function sectionOf(id: string, values: StoredSection): ReadonlyMap<string, DatedValue> | null {
  return values === null ? null : new Map([...values].map(([name, dated]) => [name, { origin: id, ...dated }]))
}

/** The resolved pack as JSON text, numbers as they were written. */
export function packSnapshot(pack: ResolvedPack): string {
  const { id, label, on, hash } = pack
  const [verify, assess, casework] = [pack.verify, pack.assess, pack.casework].map((values) => written(id, values)) as [
    ExactValue,
    ExactValue,
    ExactValue,
  ]
  return exactJson({ id, label, on, hash, verify, assess, ...(casework === null ? {} : { casework }) })
}

/** The resolved pack of a snapshot. Throws `policy.invalid_snapshot` if the text is damaged or does not carry its own hash. */
export function packOfSnapshot(source: string): ResolvedPack {
  try {
    const { casework = null, verify, assess, ...named } = stored(parseExactJson(source, '政策包快照'), '')
    const { id } = named
    const pack = { ...named, verify: sectionOf(id, verify), assess: sectionOf(id, assess), casework: sectionOf(id, casework) }
    if (hashOf(pack) === pack.hash) return pack
  } catch (error) {
    if (!(error instanceof ReadingFault)) throw error
    throw new Problem('policy.invalid_snapshot', `政策包快照有误：${error.message}`, { cause: error })
  }
  throw new Problem('policy.invalid_snapshot', '政策包快照的内容与其指纹不符，不能据此重算')
}
