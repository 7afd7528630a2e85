import { createHash } from 'node:crypto'
import { Problem } from '#kernel/problem'
import { type AssessParameters, readAssessParameters } from './rules/assess-parameters.ts'
import { type CaseworkParameters, readCaseworkParameters } from './rules/casework-parameters.ts'
import { canonicalText, type ExactObject, type ExactValue, isExactObject } from './rules/exact-value.ts'
import { type DatedValue, type Pack, type Parameter, valueOn } from './rules/pack-model.ts'
import { ReadingFault } from './rules/reader.ts'
import { readVerifyParameters, type VerifyParameters } from './rules/verify-parameters.ts'

/** A pack as it stands on one date: every value with its clause, mark and review date, and one hash over all of them. */
export interface ResolvedPack {
  readonly id: string
  readonly label: string
  readonly on: string
  /** see `hashOf`; equal hashes give equal results */
  readonly hash: string
  readonly verify: ReadonlyMap<string, DatedValue> | null
  readonly assess: ReadonlyMap<string, DatedValue> | null
  readonly casework: ReadonlyMap<string, DatedValue> | null
}

type Section = ReadonlyMap<string, DatedValue> | null

function inForce(parameters: ReadonlyMap<string, Parameter> | null, on: string): Section {
  if (parameters === null) return null
  const result = new Map<string, DatedValue>()
  for (const [name, parameter] of parameters) {
    const dated = valueOn(parameter, on)
    if (dated === undefined) throw new Problem('policy.no_value', `参数“${name}”（${parameter.label}）在 ${on} 没有已生效的值`)
    result.set(name, dated)
  }
  return result
}

function written(section: Section): ExactValue {
  if (section === null) return null
  return Object.fromEntries(
    [...section].map(([name, dated]) => [name, { from: dated.from, clause: dated.clause, value: dated.value }]),
  )
}

/**
 * SHA-256 over the id and all values in force with their clauses, hexadecimal. Packs of before there were parameters of
 * the procedure keep the hash they had.
 */
export function hashOf({ id, verify, assess, casework }: Pick<ResolvedPack, 'id' | 'verify' | 'assess' | 'casework'>): string {
  const procedure = casework === null ? {} : { casework: written(casework) }
  const content = canonicalText({ id, verify: written(verify), assess: written(assess), ...procedure })
  return createHash('sha256').update(content).digest('hex')
}

/**
 * The pack as of a date. Throws `policy.not_in_force` before the pack's first day and `policy.no_value` where a
 * parameter has no value yet.
 */
export function packAt(pack: Pack, on: string): ResolvedPack {
  if (on < pack.effective_from) {
    throw new Problem('policy.not_in_force', `政策包“${pack.id}”自 ${pack.effective_from} 起施行，在 ${on} 尚未生效`)
  }
  const verify = inForce(pack.verify, on)
  const assess = inForce(pack.assess, on)
  const casework = inForce(pack.casework, on)
  const values = { id: pack.id, label: pack.label, on, verify, assess, casework }
  return { ...values, hash: hashOf(values) }
}

function invalid(id: string, error: unknown): never {
  if (error instanceof ReadingFault)
    throw new Problem('policy.invalid_pack', `政策包“${id}”有误：${error.message}`, { cause: error })
  throw error
}

/** Parameters of the verification rules on a date. Throws as `packAt`, and `policy.no_section` if the pack holds none. */
export function resolveVerify(pack: Pack, asOf: string): VerifyParameters {
  return verifyOf(packAt(pack, asOf))
}

/** Parameters of the verification rules of a pack as it was kept. */
export function verifyOf({ verify, id }: ResolvedPack): VerifyParameters {
  if (verify === null) throw new Problem('policy.no_section', `政策包“${id}”没有 verify 部分，不能用于核对`)
  try {
    return readVerifyParameters(Object.fromEntries([...verify].map(([name, dated]) => [name, dated.value])), 'verify')
  } catch (error) {
    return invalid(id, error)
  }
}

/** The hash of the pack as of a date; a report or case stores it beside the pack's id. */
export function packHash(pack: Pack, on: string): string {
  return packAt(pack, on).hash
}

function nested(section: ReadonlyMap<string, DatedValue>): ExactObject {
  const tree: Record<string, ExactValue> = {}
  for (const [name, dated] of section) {
    const [group, leaf] = name.split('.') as [string, string?]
    if (leaf === undefined) tree[group] = dated.value
    else tree[group] = { ...((tree[group] ?? {}) as ExactObject), [leaf]: dated.value }
  }
  return tree
}

/** `over` laid over `base`: objects are merged name by name, lists and plain values replace. */
function overlay(base: ExactValue, over: ExactValue): ExactValue {
  if (!isExactObject(base) || !isExactObject(over)) return over
  const added = Object.keys(over).filter((key) => !Object.hasOwn(base, key))
  return Object.fromEntries([
    ...Object.entries(base).map(([key, value]) => [key, Object.hasOwn(over, key) ? overlay(value, over[key] ?? null) : value]),
    ...added.map((key) => [key, over[key] ?? null]),
  ])
}

/**
 * Parameters of the assessment in a pack as of its date, with `overrides` laid over them. Throws `policy.no_section`,
 * `policy.invalid_pack`, or `policy.invalid_overrides` naming the parameter.
 */
export function resolveAssess(pack: ResolvedPack, overrides: ExactValue = {}): AssessParameters {
  if (pack.assess === null) throw new Problem('policy.no_section', `政策包“${pack.id}”没有 assess 部分，不能用于核算`)
  if (!isExactObject(overrides)) throw new Problem('policy.invalid_overrides', '参数覆盖文件应为一个 JSON 对象')
  const base = nested(pack.assess)
  try {
    return readAssessParameters(overlay(base, overrides), '')
  } catch (error) {
    if (!(error instanceof ReadingFault) || Object.keys(overrides).length === 0) return invalid(pack.id, error)
    throw new Problem('policy.invalid_overrides', `参数有误：${error.message}`, { cause: error })
  }
}

/** Parameters of the procedure in a resolved pack, e.g. of a case's snapshot. Throws `policy.no_section` or `policy.invalid_pack`. */
export function caseworkOf(pack: ResolvedPack): CaseworkParameters {
  if (pack.casework === null) throw new Problem('policy.no_section', `政策包“${pack.id}”没有 casework 部分，不能用于办件`)
  try {
    return readCaseworkParameters(nested(pack.casework), '')
  } catch (error) {
    return invalid(pack.id, error)
  }
}

/** Parameters of the procedure on a date. Throws as `packAt`, and `policy.no_section` if the pack holds none. */
export function resolveCasework(pack: Pack, on: string): CaseworkParameters {
  return caseworkOf(packAt(pack, on))
}

/** Values in force under a name: the parameter itself, or all parameters of the group (`deliberation` has `deliberation.quorum` …). */
function valuesUnder(pack: ResolvedPack, name: string): DatedValue[] {
  const all = [pack.casework, pack.assess, pack.verify].flatMap((section) => [...(section ?? [])])
  return all.filter(([known]) => known === name || known.startsWith(`${name}.`)).map(([, dated]) => dated)
}

/**
 * The clause a parameter rests on, by its dotted name (`clocks.total`, `standard.urban`, `income_months`); of a group
 * (`deliberation`) all its clauses. Throws `policy.no_value` if the pack has no such parameter.
 */
export function clauseOf(pack: ResolvedPack, parameter: string): string {
  const clauses = new Set(valuesUnder(pack, parameter).map(({ clause }) => clause))
  if (clauses.size === 0) throw new Problem('policy.no_value', `政策包“${pack.id}”没有参数“${parameter}”`)
  return [...clauses].join('；')
}
