/**
 * The facts of a household for an assessment: what was declared, as the verification leaves it.
 *
 * A1 Members are the counted persons without a date of death; whoever is left out is named in a note. Ages come from the citizen numbers.
 * A2 Of each member and income item the larger of declared and found, over the income window. Support is left to the supporters' rows; what
 *    was declared beyond it is a line of its own.
 * A3 Of property what the sources show, or what was declared where that is more.
 *    A vehicle or business property that persons disproved when they cleared the findings about it does not count, and is named in a note.
 * A4 Nothing is guessed: what is not known is left out, and the assessment lists it as missing.
 */

import { fraction } from '#kernel/fraction'
import { birthDateOf } from '#kernel/id-number'
import { max } from '#kernel/money'
import type { Household } from '#policy'
import type { DeclaredAssetRow, SupporterRow } from '#registry'
import { type RecordName, recordLabel, type SourceRow } from '#sources/contract'
import { recordKey } from '../findings/clearing.ts'
import type { RuleContext } from '../findings/prepare.ts'
import type { ItemChoice } from '../found/income-kinds.ts'
import { type Totals, totalsOf } from '../found/totals.ts'
import type { Dossier } from './dossier.ts'
import { type HouseholdView, type Member, membersRows, type Owned, oncePer, rowsOf, viewHousehold } from './view.ts'

type PolicyMember = Household['members'][number]
type Income = NonNullable<Household['incomes']>[number]
type Assets = NonNullable<Household['assets']>

/** What neither registry nor verification knows. */
export interface FactsBeside {
  /** the whole family of a single applicant: persons, and income a month in fen */
  readonly family?: { readonly members: number; readonly monthlyIncome: number }
  /** the tier a deliberation gave */
  readonly tier?: string
  /** records that persons disproved, by `recordKey` */
  readonly disproven?: ReadonlySet<string> | undefined
}

export interface AssessedFacts {
  readonly household: Household
  /** what was left out or could not be used, in Chinese */
  readonly notes: readonly string[]
}

const ABLE: ReadonlySet<string> = new Set(['employed', 'flexible', 'registered_unemployed', 'unregistered_unemployed'])
const WORKING: ReadonlySet<string> = new Set(['employed', 'flexible'])
const RELATIONS: ReadonlySet<string> = new Set([
  'spouse',
  'child',
  'parent',
  'child_in_law',
  'sibling',
  'grandparent',
  'grandchild',
])

function isServing(member: Member, ctx: RuleContext): boolean {
  return rowsOf(member, 'police/custody').some(
    (row) =>
      ctx.sets.custody_states.has(row.state) && row.from_date <= ctx.asOf && (row.to_date === null || row.to_date >= ctx.asOf),
  )
}

/** The severest valid certificate: the smallest grade. */
function disabilityOf(member: Member, ctx: RuleContext): PolicyMember['disability'] {
  const valid = rowsOf(member, 'disabled_federation/certificates').filter(
    (row) => row.state === 'valid' && row.valid_to >= ctx.asOf,
  )
  const [first] = valid.toSorted((a, b) => Number(a.grade) - Number(b.grade))
  return first === undefined ? undefined : { class: Number(first.disability_class), grade: Number(first.grade) }
}

function memberOf(member: Member, isApplicant: boolean, ctx: RuleContext): PolicyMember {
  const { row } = member
  const { relation, student_level: study, work_status: work } = row
  const disability = disabilityOf(member, ctx)
  return {
    id: member.no,
    relation: isApplicant ? 'applicant' : RELATIONS.has(relation ?? '') ? (relation as PolicyMember['relation']) : 'other',
    birth_date: birthDateOf(member.idNumber),
    lives_together: true,
    serving: isServing(member, ctx),
    serious_illness: row.health === 'serious',
    ...(study === null ? {} : { study: study as NonNullable<PolicyMember['study']> }),
    ...(disability === undefined ? {} : { disability }),
    ...(work === null ? {} : { works: WORKING.has(work), able_to_work: ABLE.has(work) }),
  }
}

function membersOf(h: HouseholdView, ctx: RuleContext, notes: string[]): PolicyMember[] {
  const counted = h.members.filter((member) => member.death === null || member.death.date > ctx.asOf)
  for (const person of h.persons) {
    if (person.row.counted !== 'yes') notes.push(`${person.name} 登记为不计入共同生活成员，未列入核算`)
  }
  for (const member of h.members) {
    if (!counted.includes(member)) notes.push(`${member.name} 已于 ${member.death?.date ?? ''} 死亡，未列入核算`)
  }
  const applicant = counted.find(({ row }) => row.relation === 'head') ?? counted[0]
  if (applicant !== undefined && applicant.row.relation !== 'head') {
    notes.push(`没有可计入的户主，以 ${applicant.name} 为申请人；与申请人关系须核对`)
  }
  return counted.map((member) => memberOf(member, member === applicant, ctx))
}

function incomesOf(choices: readonly ItemChoice[], counted: ReadonlySet<string>, months: number): Income[] {
  return choices.flatMap(({ subject, item, declared, found }) => {
    if (subject !== null && !counted.has(subject)) return []
    const amount = subject === null ? max(declared - found, 0) : max(declared, found)
    if (amount <= 0) return []
    const ref = `${subject ?? 'household'}:${item}`
    return [{ ref, item: item as Income['item'], amount, months, ...(subject === null ? {} : { member: subject }) }]
  })
}

type PolicySupporter = NonNullable<Household['supporters']>[number]

function supporterOf(row: SupporterRow): PolicySupporter | null {
  const {
    monthly_income: income,
    household_persons: persons,
    supported_count: count,
    support_agreed: agreed,
    support_paid: paid,
  } = row
  const known = income !== null && persons !== null && persons > 0
  if (!known && agreed === null && paid === null) return null
  return {
    relation: row.relation as PolicySupporter['relation'],
    ...(known ? { monthly_income: income, household_persons: persons } : { monthly_income: 0, household_persons: 1 }),
    ...(count === null || count < 1 ? {} : { supported_count: count }),
    ...(agreed === null ? {} : { agreed }),
    ...(paid === null ? {} : { paid }),
  }
}

function supportersOf(h: HouseholdView, notes: string[]): PolicySupporter[] {
  return h.supporters.flatMap(({ name, row }) => {
    if (row.monthly_income === null || (row.household_persons ?? 0) < 1) {
      notes.push(`义务人 ${name} 未填月收入或家庭人口：不能按公式计算赡养抚养扶养费`)
    }
    const supporter = supporterOf(row)
    return supporter === null ? [] : [supporter]
  })
}

const HUNDRED = 100

function longer<T>(found: readonly T[], declared: readonly T[]): readonly T[] {
  return declared.length > found.length ? declared : found
}

/** The rows of a source without those that persons disproved; each of these is told in a note. */
function undisputed<Row extends SourceRow>(
  rows: readonly Owned<Row>[],
  record: RecordName,
  beside: FactsBeside,
  notes: string[],
): Owned<Row>[] {
  return rows.filter(({ member, row }) => {
    if (beside.disproven?.has(recordKey(record, row.source_record_id)) !== true) return true
    notes.push(`${member.name} 的${recordLabel(record)}记录 ${row.source_record_id} 经核实不属实，未计入财产`)
    return false
  })
}

type AssetFrame = { readonly counted: ReadonlySet<string>; readonly ctx: RuleContext; readonly beside: FactsBeside }

function assetsOf(h: HouseholdView, totals: Totals, { counted, ctx, beside }: AssetFrame, notes: string[]): Assets {
  const stated = (kind: DeclaredAssetRow['kind']) =>
    h.dossier.assets.filter((row) => row.kind === kind && counted.has(row.person_no))
  const area = (hundredths: number) => ({ area: fraction(hundredths, HUNDRED) })
  const worth = (value: number | null) => (value === null ? {} : { value })
  const business = membersRows(
    h.members,
    'natural_resources/titles',
    (row) => row.state === 'valid' && ctx.sets.hou2_uses.has(row.house_use),
  )
  const shops = undisputed(business, 'natural_resources/titles', beside, notes)
  const vehicles = undisputed(h.vehicles, 'police/vehicles', beside, notes)
  return {
    monetary: totals.verified.monetary,
    dwellings: longer(
      h.dwellings.map((dwelling) => area(dwelling.area)),
      stated('dwelling').map((row) => area(row.area ?? 0)),
    ),
    non_residential: max(oncePer(shops, (row) => row.unit_no).length, stated('non_residential').length),
    vehicles: longer(
      vehicles.map(({ row }) => worth(row.current_value)),
      stated('vehicle').map((row) => worth(row.amount)),
    ),
  }
}

function expensesOf({ verified }: Totals, months: number): NonNullable<Household['expenses']> {
  const { medical, education } = verified
  return [
    ...(medical > 0 ? [{ kind: 'medical' as const, amount: medical, months }] : []),
    ...(education > 0 ? [{ kind: 'education' as const, amount: education, months }] : []),
  ]
}

function singleOf(h: HouseholdView, beside: FactsBeside, notes: string[]): Pick<Household, 'single_applicant' | 'family'> {
  if (h.dossier.household.single_applicant !== 'yes') return {}
  if (beside.family === undefined) {
    notes.push('登记为单人保，但没有全家人数和全家月收入：未按单人保核算，须补充')
    return {}
  }
  const { members, monthlyIncome } = beside.family
  return { single_applicant: true, family: { members, monthly_income: monthlyIncome } }
}

/** The facts of a household as the policy engine takes them, and what had to be left out. */
export function assessedHousehold(dossier: Dossier, ctx: RuleContext, beside: FactsBeside = {}): AssessedFacts {
  const h = viewHousehold(dossier, ctx)
  const notes: string[] = []
  const choices: ItemChoice[] = []
  const totals = totalsOf(h, ctx, { line: () => undefined, choice: (choice) => choices.push(choice) })
  const members = membersOf(h, ctx, notes)
  const counted = new Set(members.map(({ id }) => id))
  const months = ctx.params.income_months
  const household: Household = {
    programme: dossier.household.programme === 'urban' ? 'urban' : 'rural',
    members,
    ...singleOf(h, beside, notes),
    ...(beside.tier === undefined ? {} : { tier: beside.tier }),
    incomes: incomesOf(choices, counted, months),
    expenses: expensesOf(totals, months),
    supporters: supportersOf(h, notes),
    assets: assetsOf(h, totals, { counted, ctx, beside }, notes),
  }
  return { household, notes }
}
