import type { z } from 'zod'
import { monthIndex, monthOf } from '#kernel/dates'
import { divisionAt } from '#kernel/division'
import { ageOn, maskIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { columnPosition } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import type { Sql } from '#platform/db'
import type { Division } from '../contract/household.ts'
import {
  type DeclaredLine,
  listDivisions,
  openHousehold,
  type RegistryHousehold,
  type RegistryPerson,
  revealNumber,
} from '../contract/household.ts'
import type { HouseholdBatch, MarkedHousehold, PersonRow, SupporterRow } from '../rows.ts'
import { loadHouseholdBatch } from '../store/batch.ts'
import { divisionNamesOn, findOfficialName, listDivisionRows } from '../store/divisions.ts'
import { numberIndex, storedTableOf } from '../store/stored-table.ts'
import { findStored } from '../store/values.ts'
import { coreTable } from '../tables.ts'
import { papersOf } from './authorisations.ts'

/** The legal ground on which the bureau looks at what a household declared. */
const BASIS = '社会救助暂行办法：申请人家庭经济状况的审核确认'

/** The answer for what is not there, or not in the caller's scope. */
export function notFound(what: string): Problem {
  return new Problem('registry.not-found', `${what}不存在，或不在您的辖区内`, { status: 404 })
}

/** The account for display: its last four characters. */
function maskAccount(account: string | null): string | null {
  return account === null ? null : `${'*'.repeat(Math.max(0, account.length - 4))}${account.slice(-4)}`
}

export const listDivisionsAction: Action = routeAction(listDivisions, {
  async run({ tx, scope }, input) {
    const rows = await listDivisionRows(tx, {
      parent: input.parent ?? null,
      level: input.level ?? null,
      word: input.q === undefined || input.q === '' ? null : input.q,
      lo: scope.lo,
      hi: scope.hi,
      limit: input.limit,
    })
    return {
      rows: rows.map(
        (row): z.infer<typeof Division> => ({
          code: row.code,
          name: row.name,
          level: row.level,
          kind: row.kind,
          parentCode: row.parent_code,
          parentName: row.parent_name,
          households: row.households,
          formerly: row.formerly,
        }),
      ),
    }
  },
  journal: () => null,
})

function personView(person: PersonRow, batch: HouseholdBatch, today: string): RegistryPerson {
  const others = batch.sameNumber.filter(
    (other) => other.id_number === person.id_number && other.household_no !== person.household_no,
  )
  return {
    subjectNo: person.person_no,
    role: person.counted === 'yes' ? 'member' : 'listed',
    name: person.name,
    idMasked: maskIdNumber(person.id_number),
    gender: person.gender,
    birthDate: person.birth_date,
    age: ageOn(person.id_number, today),
    relation: person.relation,
    relationLabel: person.relation === null ? '未填' : labelOf('relation', person.relation),
    counted: person.counted === 'yes',
    aidFrom: person.aid_from,
    aidTo: person.aid_to,
    topUps: person.top_ups.map((code) => labelOf('top_up', code)),
    supports: null,
    alsoIn: [...new Set(others.map((other) => other.household_no))],
  }
}

function supporterView(supporter: SupporterRow, today: string): RegistryPerson {
  return {
    subjectNo: supporter.supporter_no,
    role: 'supporter',
    name: supporter.name,
    idMasked: maskIdNumber(supporter.id_number),
    gender: '',
    birthDate: null,
    age: ageOn(supporter.id_number, today),
    relation: supporter.relation,
    relationLabel: labelOf('supporter_relation', supporter.relation),
    counted: false,
    aidFrom: null,
    aidTo: null,
    topUps: [],
    supports: supporter.supported_person_no,
    alsoIn: [],
  }
}

function declaredLines(batch: HouseholdBatch): DeclaredLine[] {
  const names = new Map(batch.persons.map((person) => [person.person_no, person.name]))
  const subject = (personNo: string) => ({ subjectNo: personNo, subjectName: names.get(personNo) ?? '' })
  const period = (row: { period_from: string; period_to: string }) => ({ periodFrom: row.period_from, periodTo: row.period_to })
  const bare = { area: null, identifier: null }
  return [
    ...batch.incomes.map((row): DeclaredLine => {
      const item = { item: row.item, itemLabel: labelOf('income_item', row.item), amount: row.amount }
      return { lineNo: row.line_no, table: 'declared_income', ...subject(row.person_no), ...item, ...bare, ...period(row) }
    }),
    ...batch.assets.map((row): DeclaredLine => {
      const item = { item: row.kind, itemLabel: labelOf('asset_kind', row.kind), amount: row.amount }
      const thing = { area: row.area, identifier: row.identifier, periodFrom: null, periodTo: null }
      return { lineNo: row.line_no, table: 'declared_assets', ...subject(row.person_no), ...item, ...thing }
    }),
    ...batch.expenditures.map((row): DeclaredLine => {
      const item = { item: row.kind, itemLabel: labelOf('expenditure_kind', row.kind), amount: row.amount }
      return { lineNo: row.line_no, table: 'declared_expenditure', ...subject(row.person_no), ...item, ...bare, ...period(row) }
    }),
  ]
}

function paidLast12Months(batch: HouseholdBatch, today: string): number {
  const current = monthIndex(monthOf(today))
  return batch.payments
    .filter(({ month }) => monthIndex(month) > current - 12 && monthIndex(month) <= current)
    .reduce((sum, { amount }) => sum + amount, 0)
}

/** What a household declared, in words: members, supporters, papers as they stand on a day, declared lines. */
export async function householdView(
  tx: Sql,
  household: MarkedHousehold,
  batch: HouseholdBatch,
  today: string,
): Promise<RegistryHousehold> {
  const township = divisionAt(household.division_code, 'township')
  const names = await divisionNamesOn(tx, [township, household.division_code], today)
  const handler = household.handler_no === null ? null : await findOfficialName(tx, household.handler_no)
  return {
    householdNo: household.household_no,
    programme: household.programme === 'urban' ? 'urban' : 'rural',
    kind: household.kind === 'new' ? 'new' : 'existing',
    townshipCode: township,
    townshipName: names.get(township) ?? township,
    villageCode: household.division_code,
    villageName: names.get(household.division_code) ?? household.division_code,
    headName: (batch.persons.find(({ relation }) => relation === 'head') ?? batch.persons[0])?.name ?? '',
    address: household.address,
    appliedOn: household.applied_on,
    aidFrom: household.aid_from,
    aidTo: household.aid_to,
    tier: household.tier === null ? null : labelOf('tier', household.tier),
    approvedAmount: household.approved_amount,
    singleApplicant: household.single_applicant === 'yes',
    accountMasked: maskAccount(household.account_no),
    accountHolder: household.account_holder,
    handlerName: handler,
    paidLast12Months: paidLast12Months(batch, today),
    persons: [
      ...batch.persons.map((person) => personView(person, batch, today)),
      ...batch.supporters.map((supporter) => supporterView(supporter, today)),
    ],
    authorisations: await papersOf(tx, batch, household.household_no, today),
    declared: declaredLines(batch),
  }
}

/** Keyed indexes of the people shown, kept between run and journal without showing their numbers. */
const shown = new WeakMap<object, Buffer[]>()

export const openHouseholdAction: Action = routeAction(openHousehold, {
  async run(context, input) {
    const batch = await loadHouseholdBatch(context.tx, context.keys, [input.householdNo])
    const household = batch.households[0]
    if (household === undefined) throw notFound('这一户')
    const view = await householdView(context.tx, household, batch, context.today)
    const numbers = [...batch.persons, ...batch.supporters].map(({ id_number }) => numberIndex(context.keys, id_number))
    shown.set(view, numbers)
    return view
  },
  journal: (input, output) => ({
    chain: `household:${input.householdNo}`,
    divisionCode: 'villageCode' in output ? output.villageCode : '',
    subjects: shown.get(output) ?? [],
    basis: BASIS,
    purpose: '查看家庭申报信息',
  }),
})

interface Revealed {
  readonly subjectNo: string
  readonly idNumber: string
}

const places = new WeakMap<object, { divisionCode: string; householdNo: string }>()

async function findNumber(context: ActionContext, subjectNo: string): Promise<Revealed> {
  for (const name of ['persons', 'supporters'] as const) {
    const row = await findStored(context.tx, context.keys, storedTableOf(name), subjectNo)
    const value = row?.values[columnPosition(coreTable(name), 'id_number')]
    if (row === undefined || typeof value !== 'string') continue
    const revealed = { subjectNo, idNumber: value }
    places.set(revealed, { divisionCode: row.divisionCode, householdNo: row.householdNo ?? '' })
    return revealed
  }
  throw notFound('此人')
}

export const revealNumberAction: Action = routeAction(revealNumber, {
  kind: 'read',
  run: (context, input) => findNumber(context, input.subjectNo),
  journal: (input, output, { keys }) => {
    const place = places.get(output)
    return {
      chain: `household:${place?.householdNo ?? ''}`,
      ...(place === undefined ? {} : { divisionCode: place.divisionCode }),
      subjects: 'idNumber' in output ? [numberIndex(keys, output.idNumber)] : [],
      basis: BASIS,
      purpose: input.reason,
      detail: { subjectNo: input.subjectNo },
    }
  },
})
