/** Everything a household declared, for whoever decides about it: in words, and as the texts it may declare again. */

import { maskAccount } from '#kernel/bank-account'
import { maskIdNumber } from '#kernel/id-number'
import type { Value } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import type { RegistryHousehold, RegistryPerson } from '../contract/household.ts'
import type { HouseholdBatch, PersonRow } from '../rows.ts'
import type { HouseholdDeclaration, RowTexts } from '../rules/declaration.ts'
import { fieldText } from '../rules/field-text.ts'
import { loadHouseholdBatch } from '../store/batch.ts'
import { type CoreTableName, coreTable } from '../tables.ts'
import { householdView, notFound } from './households.ts'

/** A member, listed person or supporter with what else the registry knows of them; of a supporter the last five are empty. */
export interface FilePerson extends RegistryPerson {
  readonly maritalStatus: string | null
  readonly health: string | null
  readonly healthLabel: string | null
  readonly workStatus: string | null
  readonly workStatusLabel: string | null
  readonly studentLevel: string | null
}

export interface HouseholdFile extends Omit<RegistryHousehold, 'persons'> {
  readonly persons: readonly FilePerson[]
  readonly handlerNo: string | null
  /** a row about the household stands in quarantine: what is shown is not all that was declared */
  readonly incomplete: boolean
  /** the same as texts by column, numbers and accounts masked; what comes back masked is not changed */
  readonly declaration: HouseholdDeclaration
}

function filePerson(person: RegistryPerson, row: PersonRow | undefined): FilePerson {
  const label = (list: 'health' | 'work_status', code: string | null | undefined) => (code == null ? null : labelOf(list, code))
  return {
    ...person,
    maritalStatus: row?.marital_status ?? null,
    health: row?.health ?? null,
    healthLabel: label('health', row?.health),
    workStatus: row?.work_status ?? null,
    workStatusLabel: label('work_status', row?.work_status),
    studentLevel: row?.student_level ?? null,
  }
}

/** A telephone number with all but its last digits hidden. */
export function maskPhone(text: string): string {
  return `****${text.slice(-4)}`
}

/** Columns that are never shown in clear. */
const MASKED: ReadonlyMap<string, (text: string) => string> = new Map([
  ['id_number', maskIdNumber],
  ['account_holder_id', maskIdNumber],
  ['account_no', maskAccount],
  ['phone', maskPhone],
])

function textsOf(name: CoreTableName, row: object): RowTexts {
  const values = row as Readonly<Record<string, Value | undefined>>
  return Object.fromEntries(
    coreTable(name).columns.map((column) => {
      const text = fieldText(column, values[column.name] ?? null)
      return [column.name, text === '' ? '' : (MASKED.get(column.name)?.(text) ?? text)]
    }),
  )
}

function declarationOf(householdNo: string, household: object, batch: HouseholdBatch): HouseholdDeclaration {
  const rows = (name: CoreTableName, list: readonly object[]) => list.map((row) => textsOf(name, row))
  return {
    householdNo,
    household: textsOf('households', household),
    persons: rows('persons', batch.persons),
    supporters: rows('supporters', batch.supporters),
    authorisations: rows('authorisations', batch.authorisations),
    incomes: rows('declared_income', batch.incomes),
    assets: rows('declared_assets', batch.assets),
    expenditures: rows('declared_expenditure', batch.expenditures),
  }
}

/**
 * The file of a household on a day: members, supporters, papers as they stand, declared lines, account masked. A constant number of
 * statements. Problem 404 when it is not in scope. It is a read of every person in it: journal it with `listSubjectIndexes`.
 */
export async function loadHouseholdFile(sql: Sql, keys: Keys, householdNo: string, on: string): Promise<HouseholdFile> {
  const batch = await loadHouseholdBatch(sql, keys, [householdNo])
  const household = batch.households[0]
  if (household === undefined) throw notFound('这一户')
  const view = await householdView(sql, household, batch, on)
  const rows = new Map(batch.persons.map((row) => [row.person_no, row]))
  return {
    ...view,
    persons: view.persons.map((person) => filePerson(person, rows.get(person.subjectNo))),
    handlerNo: household.handler_no,
    incomplete: household.incomplete,
    declaration: declarationOf(householdNo, household, batch),
  }
}

/** What an application of a household that is known begins with. */
export interface KnownHousehold {
  readonly householdNo: string
  readonly villageCode: string
  readonly programme: 'urban' | 'rural'
  readonly headName: string
  /** persons who count as members */
  readonly members: number
  readonly declaration: HouseholdDeclaration
}

/** Of many households what their applications begin with; those out of scope are left out. As many statements for many as for one. */
export async function loadKnownHouseholds(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<KnownHousehold[]> {
  const batch = await loadHouseholdBatch(sql, keys, householdNos)
  const by = <R extends { household_no: string }>(rows: readonly R[]) => Map.groupBy(rows, (row) => row.household_no)
  const [persons, supporters] = [by(batch.persons), by(batch.supporters)]
  const papers = Map.groupBy(batch.authorisations, (row) => row.subject_no)
  const [incomes, assets, expenditures] = [by(batch.incomes), by(batch.assets), by(batch.expenditures)]
  return batch.households.map((household) => {
    const no = household.household_no
    const [members, kin] = [persons.get(no) ?? [], supporters.get(no) ?? []]
    const subjects = [...members.map((row) => row.person_no), ...kin.map((row) => row.supporter_no)]
    const own = {
      ...batch,
      persons: members,
      supporters: kin,
      authorisations: subjects.flatMap((subject) => papers.get(subject) ?? []),
      incomes: incomes.get(no) ?? [],
      assets: assets.get(no) ?? [],
      expenditures: expenditures.get(no) ?? [],
    }
    const head = own.persons.find((person) => person.relation === 'head') ?? own.persons[0]
    return {
      householdNo: no,
      villageCode: household.division_code,
      programme: household.programme === 'urban' ? 'urban' : 'rural',
      headName: head?.name ?? '未登记',
      members: own.persons.filter((person) => person.counted === 'yes').length,
      declaration: declarationOf(no, household, own),
    }
  })
}
