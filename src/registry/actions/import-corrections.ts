import { monthOf } from '#kernel/dates'
import type { ReadContext } from '#kernel/table'
import { chinaDate } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { type PackageSource, unusable } from '../package-source.ts'
import { filesIn } from '../sources.ts'
import { dateNewDivisions, keepFormerDivisions } from '../store/divisions.ts'
import { addStages, createStages, findDistrict, refreshHouseholds, saveIssues } from '../store/import.ts'
import { type FileCounts, finishImportRun, insertImportRun } from '../store/import-run.ts'
import { settleEarlier } from '../store/quarantine.ts'
import { loadWholeRoll } from '../store/roll.ts'
import { alignDivisions } from '../store/values.ts'
import { openTable } from '../table-reader.ts'
import { CORE_TABLES } from '../tables.ts'
import { type CorrectionContext, releaseReferring } from './correction.ts'
import { type Corrections, type ImportState, importFile } from './import-file.ts'
import { enterFailure, type ImportOptions, type ImportResult, newRun } from './import-package.ts'
import { keepMoney, moneyKeptAt } from './keep-money.ts'

function startState(
  tx: Tx,
  keys: Keys,
  district: string,
  options: ImportOptions,
  roll: ImportState['roll'],
): ImportState & { corrections: Corrections } {
  return {
    tx,
    keys,
    roll,
    newId: options.newId,
    districtDivision: `${district}000000`,
    severities: { error: 0, warn: 0 },
    refusedHouseholds: new Set(),
    incompleteMembers: new Set(),
    corrections: { seen: new Map(), accepted: [], refused: [] },
  }
}

async function readFiles(
  state: ImportState,
  source: PackageSource,
  options: ImportOptions,
  bytesTotal: number,
): Promise<Record<string, FileCounts>> {
  const files: Record<string, FileCounts> = {}
  const present = new Set(await filesIn(source))
  const accepted = state.roll.keys.get('divisions') ?? new Map<string, number>()
  const plain: ReadContext = { asOf: options.asOf, maxAge: options.limits.maxAge, isCore: true }
  let bytesRead = 0
  for (const table of CORE_TABLES) {
    if (!present.has(table.file)) continue
    const rows = await openTable(source, table, (count) => {
      bytesRead += count
    })
    const ctx = table.name === 'divisions' ? plain : { ...plain, divisions: accepted }
    files[table.file] = await importFile(state, table, rows, ctx, (counts) => {
      options.onProgress?.({ file: table.file, rows: counts.rows, bytesRead, bytesTotal })
    })
  }
  return files
}

/** Settles what these rows stand in for, takes up rows that waited for them, and tells who is touched. */
async function settle(
  state: ImportState & { corrections: Corrections },
  importId: string,
  options: ImportOptions,
): Promise<void> {
  const { tx, keys, corrections } = state
  const at = options.now()
  await settleEarlier(tx, importId, corrections.accepted, 'corrected', options.actor, at)
  await settleEarlier(tx, importId, corrections.refused, 'dismissed', options.actor, at)
  const ctx: CorrectionContext = {
    tx,
    keys,
    asOf: options.asOf,
    limits: options.limits,
    districtDivision: state.districtDivision,
    by: options.actor,
    at,
  }
  const released = await releaseReferring(
    ctx,
    corrections.accepted.map(({ key }) => key),
  )
  await refreshHouseholds(tx, null)
  const all = [...corrections.accepted, ...released]
  const householdNos = [...new Set(all.map(({ householdNo }) => householdNo).filter((no) => no !== null))].sort()
  const subjectNos = [...new Set(all.map(({ subjectNo }) => subjectNo).filter((no) => no !== null))].sort()
  if (all.length > 0) await emit(tx, 'registry.corrected', { householdNos, subjectNos })
}

async function apply(tx: Tx, keys: Keys, source: PackageSource, importId: string, options: ImportOptions): Promise<ImportResult> {
  const present = await filesIn(source)
  if (present.length === 0) throw unusable(`${source.name} 里没有数据包的任何文件，文件名应与数据包一致，如 persons.csv`)
  const district = await findDistrict(tx)
  if (district === undefined) throw unusable('系统里还没有本区数据，请先导入完整的数据包')
  let bytesTotal = 0
  for (const file of present) bytesTotal += (await source.sizeOf(file)) ?? 0
  if (options.importId === undefined) {
    await insertImportRun(tx, { ...newRun(source, importId, `${district}000000`, options), kind: 'corrections' })
  }
  await createStages(tx)
  const thisMonth = monthOf(chinaDate(options.now()))
  const kept = await moneyKeptAt(tx, thisMonth)
  const started = startState(tx, keys, district, options, await loadWholeRoll(tx, keys))
  const state = kept === undefined ? started : { ...started, lines: new Map<string, number>() }
  const files = await readFiles(state, source, options, bytesTotal)
  await keepMoney(state, kept, thisMonth, false)
  const divisions = await keepFormerDivisions(tx, options.asOf, { whole: false })
  const changed = await addStages(tx)
  await dateNewDivisions(tx, options.asOf, divisions)
  if (files['households.csv'] !== undefined) await alignDivisions(tx)
  await saveIssues(tx, importId, options.now())
  await settle(state, importId, options)
  const { error: errors, warn: warnings } = state.severities
  const finished = { files, changed, removed: 0, errors, warnings }
  await finishImportRun(tx, { importId, divisionCode: `${district}000000`, digest: null, ...finished, endedAt: options.now() })
  return { importId, districtCode: district, districtName: '', ...finished, repeated: false }
}

/**
 * Imports corrected or additional rows alone: any of the core files, each row checked against what the registry holds
 * and put in place of the row with its key. Nothing is removed. All or nothing. Throws `package.unusable`.
 */
export async function importCorrections(
  db: Db,
  keys: Keys,
  source: PackageSource,
  options: ImportOptions,
): Promise<ImportResult> {
  const importId = options.importId ?? options.newId()
  try {
    return await withTransaction(db, wholeScope(options.actor), (tx) => apply(tx, keys, source, importId, options))
  } catch (error) {
    await enterFailure(db, source, importId, options, error)
    throw error
  }
}
