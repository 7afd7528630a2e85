import { chineseDate } from '#kernel/chinese-date'
import { isDate } from '#kernel/dates'
import { isProblem, Problem } from '#kernel/problem'
import { parseExactJson } from './exact-text.ts'
import { packAt, resolveAssess, resolveCasework, resolveVerify } from './resolve.ts'
import type { DatedValue, Mark, Pack, Parameter, SectionName } from './rules/pack-model.ts'
import { ReadingFault } from './rules/reader.ts'
import { monthlyStandard } from './rules/terms.ts'

/**
 * A revision lays values over a pack without touching its files: each with its day, clause, mark and review date. What it may say is what the
 * readers of a pack take, and nothing else.
 */

/** A value a revision gives a parameter from a day on, until the pack's next value. */
export interface PackChange {
  readonly section: SectionName
  /** dotted name, e.g. `standard.urban` */
  readonly name: string
  readonly from: string
  /** JSON text of the value, numbers as they were written */
  readonly value: string
  readonly clause: string
  readonly mark: Mark
  readonly reviewed_until: string
}

/** What is wrong with a change, and where. */
export interface ChangeFault {
  readonly section: SectionName
  readonly name: string
  /** the part of the value: `unit`, `[2].amount`; '' for the whole value; `from` and `reviewed_until` for the days */
  readonly part: string
  readonly message: string
}

/** Origin of a value that a revision gives; the rest is the revision's id. */
export const REVISION_ORIGIN = 'revision:'

function withValue(parameter: Parameter, dated: DatedValue): Parameter {
  const others = parameter.values.filter(({ from }) => from !== dated.from)
  return { ...parameter, values: [...others, dated].sort((a, b) => (a.from < b.from ? -1 : 1)) }
}

function parameterOf(pack: Pack, { section, name }: Pick<PackChange, 'section' | 'name'>): Parameter {
  const parameter = pack[section]?.get(name)
  if (parameter === undefined)
    throw new Problem('policy.unknown_parameter', `政策包“${pack.label}”没有参数“${section}.${name}”，请从列表中选择`, {
      status: 422,
    })
  return parameter
}

/** The pack with the changes laid over it; a value of the same day is replaced. Throws `policy.unknown_parameter` and `policy.not_json`. */
export function revisedPack(pack: Pack, changes: readonly PackChange[], origin: string): Pack {
  const sections = { verify: pack.verify, assess: pack.assess, casework: pack.casework }
  for (const change of changes) {
    const { section, name, from, clause, mark, reviewed_until } = change
    const parameter = parameterOf({ ...pack, ...sections }, change)
    const value = parseExactJson(change.value, `参数“${parameter.label}”的值`)
    const dated = { from, reviewed_until, value, clause, mark, origin }
    sections[section] = new Map([...(sections[section] ?? []), [name, withValue(parameter, dated)]])
  }
  return { ...pack, ...sections }
}

const READ: Readonly<Record<SectionName, (pack: Pack, on: string) => unknown>> = {
  verify: resolveVerify,
  assess: (pack, on) => resolveAssess(packAt(pack, on)),
  casework: resolveCasework,
}

/** The part of a parameter a fault of a reader speaks of: `clocks.total.days` of `clocks.total` is `days`. */
function partOf(place: string, section: SectionName, name: string): string {
  const own = section === 'verify' ? place.replace(/^verify\./, '') : place
  return own.startsWith(name) ? own.slice(name.length).replace(/^\./, '') : ''
}

function dayFaults(pack: Pack, { section, name, from, reviewed_until: until }: PackChange): ChangeFault[] {
  const fault = (part: string, message: string) => ({ section, name, part, message })
  if (!isDate(from)) return [fault('from', '生效日应为存在的日期，写成 YYYY-MM-DD')]
  if (from < pack.effective_from) return [fault('from', `生效日不得早于政策包的施行日 ${chineseDate(pack.effective_from)}`)]
  if (!isDate(until)) return [fault('reviewed_until', '复核期限应为存在的日期，写成 YYYY-MM-DD')]
  return until < from ? [fault('reviewed_until', `复核期限不得早于生效日 ${chineseDate(from)}`)] : []
}

/** What a reader says of the values of one section on a day; null when it takes them. */
function readingFault(pack: Pack, section: SectionName, on: string): ReadingFault | Problem | null {
  try {
    READ[section](pack, on)
    return null
  } catch (error) {
    if (!isProblem(error)) throw error
    return error.cause instanceof ReadingFault ? error.cause : error
  }
}

/**
 * What is wrong with `change` when it is laid over the pack with `others` of the same revision; empty when the readers of a pack take it on its
 * day and on every later day on which a value begins.
 */
export function changeFaults(pack: Pack, others: readonly PackChange[], change: PackChange): ChangeFault[] {
  const { section, name, from } = change
  const parameter = pack[section]?.get(name)
  const fault = (part: string, message: string) => [{ section, name, part, message }]
  if (parameter === undefined) return fault('', `政策包“${pack.label}”没有参数“${section}.${name}”，请从列表中选择`)
  const days = dayFaults(pack, change)
  if (days.length > 0) return days
  let revised: Pack
  try {
    revised = revisedPack(pack, [...others, change], REVISION_ORIGIN)
  } catch (error) {
    if (isProblem(error)) return fault('', `“${parameter.label}”的值写法有误：文字加双引号，数字只写数字；请按原值的写法填写`)
    throw error
  }
  const found = readingFault(revised, section, from)
  if (found === null) return []
  if (!(found instanceof ReadingFault)) return fault('', `“${parameter.label}”有误：${found.message}`)
  const part = partOf(found.place, section, name)
  return fault(part, `“${parameter.label}”有误：${found.message.replace(`“${found.place}”`, part === '' ? '' : `“${part}”`)}`)
}

/** Days from `since` on, on which a value of the pack begins. */
function daysSince(pack: Pack, since: string): string[] {
  const begins = (['verify', 'assess'] as const).flatMap((section) => [...(pack[section]?.values() ?? [])])
  return [...new Set([since, ...begins.flatMap(({ values }) => values.map(({ from }) => from))])]
    .filter((day) => day >= since)
    .sort()
}

const PROGRAMMES = { urban: '城市低保标准', rural: '农村低保标准' } as const

function disagreementOn(pack: Pack, on: string): string | null {
  const [verify, assess] = [resolveVerify(pack, on), resolveAssess(packAt(pack, on))]
  for (const programme of ['urban', 'rural'] as const) {
    const { num, den } = verify[`standard_${programme}`]
    const own = monthlyStandard(assess, programme)
    if (own.n * BigInt(den) === BigInt(num) * own.d) continue
    const label = PROGRAMMES[programme]
    return `${on} 起，核对用的${label}（verify.standard_${programme}）与核算用的${label}（assess.standard.${programme}）不一致：两处须一并修改`
  }
  const months = assess.assets.monetary_months
  if (months === null || months.n === BigInt(verify.fin1_months) * months.d) return null
  return `${on} 起，核对用的货币财产限额月数（verify.fin1_months）与核算用的（assess.assets.monetary_months）不一致：两处须一并修改`
}

/** Why a whole revision cannot be put into force, in Chinese; null when it can. Verification and assessment must go by the same standards. */
export function revisionFault(pack: Pack, changes: readonly PackChange[]): string | null {
  if (changes.length === 0) return '修订中还没有任何修改，请先修改至少一个值'
  for (const [i, change] of changes.entries()) {
    const [fault] = changeFaults(
      pack,
      changes.filter((_, k) => k !== i),
      change,
    )
    if (fault !== undefined) return fault.message
  }
  const first = changes.map(({ from }) => from).sort()[0] ?? ''
  const revised = revisedPack(pack, changes, REVISION_ORIGIN)
  for (const on of daysSince(revised, first)) {
    const found = disagreementOn(revised, on)
    if (found !== null) return found
  }
  return null
}
