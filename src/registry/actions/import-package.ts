import { monthOf } from '#kernel/dates'
import { isProblem } from '#kernel/problem'
import { chinaDate } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import type { PackageSource } from '../package-source.ts'
import type { CheckLimits } from '../rules/roll.ts'
import {
  applyStages,
  countStraight,
  listTouched,
  lockImports,
  lockRegistry,
  openQuarantine,
  settleNamed,
  settleReleased,
} from '../store/apply-import.ts'
import { saveChanges } from '../store/compare.ts'
import { dateNewDivisions, keepFormerDivisions } from '../store/divisions.ts'
import { dropStraight, findDistrict, isRegistryEmpty, refreshHouseholds, saveIssues } from '../store/import.ts'
import {
  type FileCounts,
  failImportRun,
  finishImportRun,
  type ImportKind,
  insertImportRun,
  type NewImportRun,
} from '../store/import-run.ts'
import { followPapers } from '../store/scans.ts'
import { doubtAccounts } from './account-doubts.ts'
import { type Compared, compareStages } from './compare-import.ts'
import { keepMoney, moneyKeptAt } from './keep-money.ts'
import { type ImportProgress, lookAt, type Reading, readFiles } from './read-files.ts'

declare module '#platform/events' {
  interface EventPayloads {
    /** A package was imported and changed the registry. */
    'registry.imported': { readonly importId: string; readonly changed: number; readonly removed: number }
    /** Rows of these households were corrected; only what they touch is asked again. */
    'registry.corrected': {
      readonly householdNos: readonly string[]
      readonly subjectNos: readonly string[]
      /** the households declared anew what the registry had of them: none of them is to be taken into a campaign for it */
      readonly known?: boolean
    }
    /** Authorisations were withdrawn: from the day on nothing more is asked under them. */
    'registry.authorisation-withdrawn': {
      readonly withdrawals: readonly { readonly authorisationNo: string; readonly withdrawnOn: string }[]
    }
  }
}

export interface ImportOptions {
  /** As-of date 'YYYY-MM-DD'. */
  readonly asOf: string
  readonly limits: CheckLimits
  /** Handed in by an office: long numbers that a spreadsheet cut are refused, as the contract of files alone does not. */
  readonly office?: true
  /** User id, or 'system:…'. */
  readonly actor: string
  /** The instant as ISO text. */
  readonly now: () => string
  readonly newId: () => string
  /** Id of a run that is already entered; a new one otherwise. */
  readonly importId?: string
  /** The files are the whole register, and what they do not name goes: said by the actor, confirmed by another person. */
  readonly complete?: { readonly confirmedBy: string }
  /** Township whose rows alone may change, by its first nine digits. */
  readonly area?: string
  /** False: what the first package of an empty registry brings is not kept row by row, and so it cannot be taken back. */
  readonly traced?: boolean
  /** True: nobody else writes the registry from the comparison on, as what was compared is to be written. */
  readonly locks?: boolean
  readonly onProgress?: (progress: ImportProgress) => void
}

export interface ImportResult {
  readonly importId: string
  readonly districtCode: string
  readonly districtName: string
  /** Per file of the package, in reading order. */
  readonly files: Record<string, FileCounts>
  /** Rows that were new or changed, and rows that went. Both 0 for a file imported twice. */
  readonly changed: number
  readonly removed: number
  readonly errors: number
  readonly warnings: number
  /** True if nothing at all had to be written. */
  readonly repeated: boolean
}

/** What was read and compared, nothing written yet. */
export interface Checked {
  readonly reading: Reading
  readonly districtCode: string
  readonly districtName: string
  /** Null where everything is new and need not be kept. */
  readonly compared: Compared | null
}

/** Reads the files of a source and compares them with the registry. Throws `package.unusable`. */
export async function checkSource(
  tx: Tx,
  keys: Keys,
  source: PackageSource,
  kind: ImportKind,
  options: ImportOptions,
): Promise<Checked> {
  const handed = await lookAt(tx, source, kind === 'package')
  const thisMonth = monthOf(chinaDate(options.now()))
  const kept = await moneyKeptAt(tx, thisMonth)
  const complete = options.complete !== undefined
  const { asOf, limits, newId, onProgress } = options
  const office = options.office === true
  const straight = kind === 'package' && options.traced === false && kept === undefined && (await isRegistryEmpty(tx))
  const area = options.area ?? null
  const read = { asOf, limits, newId, complete, office, area, keepsLines: kept !== undefined || office, straight }
  const reading = await readFiles(tx, keys, source, handed, onProgress === undefined ? read : { ...read, onProgress })
  if (options.locks === true) await lockRegistry(tx)
  if (!straight) await keepMoney(reading.state, kept, thisMonth, complete)
  if (office) await doubtAccounts(reading.state, thisMonth, complete)
  const compared = straight
    ? null
    : await compareStages(tx, keys, {
        complete,
        kept,
        thisMonth,
        files: reading.files,
        mostRemovedPercent: limits.mostRemovedPercent ?? 0,
      })
  return { reading, districtCode: handed.district, districtName: handed.manifest?.districtName ?? '', compared }
}

/** Writes what was checked, in the same transaction. The run's differences are kept already. */
export async function applyChecked(
  tx: Tx,
  importId: string,
  kind: ImportKind,
  checked: Checked,
  options: ImportOptions,
): Promise<ImportResult> {
  const { reading, compared, districtCode, districtName } = checked
  const at = options.now()
  const complete = options.complete !== undefined
  const divisions = await keepFormerDivisions(tx, options.asOf, { whole: complete, importId })
  const { changed, removed } = compared === null ? { changed: await countStraight(tx), removed: 0 } : await applyStages(tx)
  await dateNewDivisions(tx, options.asOf, divisions)
  await followPapers(tx)
  await openQuarantine(tx, importId)
  await settleNamed(tx, importId, options.actor, at)
  await settleReleased(tx, importId, reading.released, at)
  if (compared === null) await dropStraight(tx)
  await refreshHouseholds(tx, null)
  const { error: errors, warn: warnings } = reading.state.severities
  const result = { importId, files: reading.files, changed, removed, errors, warnings }
  await finishImportRun(tx, {
    ...result,
    divisionCode: `${districtCode}000000`,
    traced: compared !== null,
    differences: compared?.summary ?? null,
    endedAt: options.now(),
  })
  if (changed + removed > 0) {
    if (kind === 'package') await emit(tx, 'registry.imported', { importId, changed, removed })
    else await emit(tx, 'registry.corrected', await listTouched(tx, importId))
  }
  return { ...result, districtCode, districtName, repeated: changed + removed === 0 && reading.released.length === 0 }
}

export function newRun(
  source: PackageSource,
  importId: string,
  kind: ImportKind,
  divisionCode: string,
  options: ImportOptions,
): NewImportRun {
  return {
    importId,
    divisionCode,
    name: source.name,
    asOf: options.asOf,
    kind,
    complete: options.complete !== undefined,
    area: options.area ?? null,
    limits: options.limits,
    request: {},
    startedBy: options.actor,
    startedAt: options.now(),
    ...(options.complete === undefined ? {} : { confirmedBy: options.complete.confirmedBy }),
  }
}

async function importAtOnce(
  tx: Tx,
  keys: Keys,
  source: PackageSource,
  kind: ImportKind,
  importId: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const district = (await findDistrict(tx)) ?? '000000'
  await lockImports(tx)
  await insertImportRun(tx, newRun(source, importId, kind, `${district}000000`, options))
  const checked = await checkSource(tx, keys, source, kind, { ...options, locks: true })
  if (checked.compared !== null) await saveChanges(tx, importId)
  await saveIssues(tx, importId, options.now())
  return await applyChecked(tx, importId, kind, checked, options)
}

/** Enters a run that failed, so that the page can say why; the registry is as it was. */
async function enterFailure(
  db: Db,
  source: PackageSource,
  kind: ImportKind,
  importId: string,
  options: ImportOptions,
  error: unknown,
): Promise<void> {
  const failure = isProblem(error) ? error.message : '导入中断，数据未改动，请重试'
  const enter = withTransaction(db, wholeScope(options.actor), async (tx) => {
    const district = (await findDistrict(tx)) ?? '000000'
    await insertImportRun(tx, newRun(source, importId, kind, `${district}000000`, options))
    await failImportRun(tx, importId, failure, options.now())
  })
  // The first error is the one to tell; a database that is gone cannot keep a note of it.
  await enter.catch(() => undefined)
}

async function importFrom(
  db: Db,
  keys: Keys,
  source: PackageSource,
  kind: ImportKind,
  options: ImportOptions,
): Promise<ImportResult> {
  const importId = options.importId ?? options.newId()
  try {
    return await withTransaction(db, wholeScope(options.actor), (tx) => importAtOnce(tx, keys, source, kind, importId, options))
  } catch (error) {
    await enterFailure(db, source, kind, importId, options, error)
    throw error
  }
}

/**
 * Imports a district package at once, as commands do: every row is checked, accepted rows are written in place of those with their keys,
 * doubtful and refused ones are kept with their reasons. Rows that the package does not name stay, unless it is said and confirmed to be
 * complete. All or nothing. The same package twice changes nothing. Throws `package.unusable`.
 */
export function importPackage(db: Db, keys: Keys, source: PackageSource, options: ImportOptions): Promise<ImportResult> {
  return importFrom(db, keys, source, 'package', options)
}

/** The same for some files of a package alone. Throws `package.unusable`. */
export function importCorrections(db: Db, keys: Keys, source: PackageSource, options: ImportOptions): Promise<ImportResult> {
  return importFrom(db, keys, source, 'corrections', options)
}
