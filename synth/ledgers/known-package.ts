import { coreTables } from '../layout.ts'
import { plainMoney } from './spelling.ts'
import { type Family, headOf } from './truth.ts'

/** A district package that holds the places and the households that lists of payments are about. */

type Cells = Readonly<Record<string, string>>

const quote = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

function csvOf(columns: readonly string[], rows: readonly Cells[]): string {
  const lines = rows.map((row) => columns.map((name) => quote(row[name] ?? '')).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}

function householdCells(family: Family): Cells {
  return {
    household_no: family.no,
    programme: family.village.programme,
    kind: 'existing',
    division_code: family.village.code,
    address: family.address,
    applied_on: family.appliedOn,
    aid_from: family.aidFrom,
    tier: family.tier,
    approved_amount: plainMoney(family.fen),
    bank_name: family.bank,
    account_no: family.account,
    account_holder: headOf(family).human.name,
  }
}

function personCells(family: Family): Cells[] {
  return family.members.map(({ human, relation }, at) => ({
    person_no: `${family.no}-${101 + at}`,
    household_no: family.no,
    name: human.name,
    id_number: human.id,
    gender: human.sex,
    birth_date: human.birth,
    relation,
    counted: 'yes',
  }))
}

/** File of the package → its text. */
export function baseTables(
  district: { code: string; name: string },
  places: readonly Cells[],
  known: readonly Family[],
): Map<string, string> {
  const rows: Readonly<Record<string, readonly Cells[]>> = {
    divisions: places,
    households: known.map(householdCells),
    persons: known.flatMap(personCells),
  }
  const manifest = {
    format: 'yingbao-district-package',
    version: '1.0',
    district_code: district.code,
    district_name: district.name,
  }
  const files = new Map([['manifest.json', `${JSON.stringify(manifest)}\n`]])
  for (const [table, columns] of Object.entries(coreTables)) files.set(`${table}.csv`, csvOf(columns, rows[table] ?? []))
  return files
}
