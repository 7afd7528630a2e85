import { createHash } from 'node:crypto'
import { monthOf } from '#kernel/dates'
import { issueMessage } from '#kernel/import-issue'
import { isProblem } from '#kernel/problem'
import type { ReadContext } from '#kernel/table'
import { chinaDate } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { type Manifest, type PackageSource, readManifest, unusable } from '../package-source.ts'
import { type FamilyIssue, familyIssues } from '../rules/family-checks.ts'
import { type CheckLimits, newRoll } from '../rules/roll.ts'
import { dateNewDivisions, keepFormerDivisions } from '../store/divisions.ts'
import {
  createStages,
  findDistrict,
  type IssueLine,
  mergeStages,
  refreshHouseholds,
  saveIssues,
  stageIssues,
  supersedeQuarantine,
} from '../store/import.ts'
import {
  type FileCounts,
  failImportRun,
  findSameImport,
  finishImportRun,
  insertImportRun,
  type NewImportRun,
} from '../store/import-run.ts'
import { followPapers } from '../store/scans.ts'
import { openTable } from '../table-reader.ts'
import { CORE_TABLES, coreTable } from '../tables.ts'
import { keepFamilyDoubts } from './family-doubts.ts'
import { type ImportState, importFile } from './import-file.ts'
import { keepMoney, moneyKeptAt } from './keep-money.ts'

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

export interface ImportProgress {
  readonly file: string
  readonly rows: number
  readonly bytesRead: number
  readonly bytesTotal: number
}

export interface ImportOptions {
  /** As-of date 'YYYY-MM-DD'. */
  readonly asOf: string
  readonly limits: CheckLimits
  /** User id, or 'system:…'. */
  readonly actor: string
  /** The instant as ISO text. */
  readonly now: () => string
  readonly newId: () => string
  /** Id of a run that is already entered; a new one otherwise. */
  readonly importId?: string
  readonly onProgress?: (progress: ImportProgress) => void
}

export interface ImportResult {
  readonly importId: string
  readonly districtCode: string
  readonly districtName: string
  /** Per file of the package, in reading order. */
  readonly files: Record<string, FileCounts>
  /** Rows that were new or changed, and rows the package no longer has. Both 0 for a package imported twice. */
  readonly changed: number
  readonly removed: number
  readonly errors: number
  readonly warnings: number
  /** True if the very same package had been imported before: nothing was done. */
  readonly repeated: boolean
}

async function sizesOf(source: PackageSource): Promise<number> {
  let total = 0
  for (const { file, label } of CORE_TABLES) {
    const size = await source.sizeOf(file)
    if (size === null) throw unusable(`数据包缺少 ${file}（${label}），没有数据也要提交只有表头的文件`)
    total += size
  }
  return total
}

/** Digest of all that an import depends on: the core files, the district, the as-of date and the limits. */
async function digestOf(source: PackageSource, manifest: Manifest, options: ImportOptions): Promise<Buffer> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([manifest.districtCode, options.asOf, options.limits]))
  for (const { file } of CORE_TABLES) {
    hash.update(`\n${file}\n`)
    for await (const piece of source.open(file)) hash.update(piece)
  }
  return hash.digest()
}

/** Doubts that need all persons: relations to the head, households without a head. */
async function checkFamilies(state: ImportState, options: ImportOptions): Promise<FamilyIssue[]> {
  const doubts: FamilyIssue[] = []
  const lines: IssueLine[] = []
  for (const [householdNo, household] of state.roll.households) {
    const incomplete = state.incompleteMembers.has(householdNo)
    for (const issue of familyIssues(state.roll, householdNo, incomplete, options.asOf, options.limits)) {
      const table = coreTable(issue.file === 'persons.csv' ? 'persons' : 'households')
      const label = table.columns.find(({ name }) => name === issue.column)?.label ?? issue.column
      const message = issueMessage(issue, { label })
      state.severities[issue.severity]++
      doubts.push(issue)
      lines.push([issue.file, issue.row, issue.column, issue.code, issue.severity, message, householdNo, household.divisionCode])
    }
    if (lines.length >= 5000) await stageIssues(state.tx, lines.splice(0))
  }
  await stageIssues(state.tx, lines)
  return doubts
}

/** Tables that later files refer to; the keys of the others are forgotten when their file ends. */
const REFERRED: ReadonlySet<string> = new Set([
  'divisions',
  ...CORE_TABLES.flatMap(({ references }) => references.flatMap(({ tables }) => tables)),
])

interface Reading {
  readonly files: Record<string, FileCounts>
  readonly state: ImportState
  /** Doubts about families, of rows that are accepted. */
  readonly doubts: readonly FamilyIssue[]
}

async function readFiles(
  tx: Tx,
  keys: Keys,
  source: PackageSource,
  manifest: Manifest,
  options: ImportOptions,
  { bytesTotal, keeps }: { readonly bytesTotal: number; readonly keeps: boolean },
): Promise<Reading> {
  const state: ImportState = {
    tx,
    keys,
    roll: newRoll(CORE_TABLES),
    newId: options.newId,
    districtDivision: `${manifest.districtCode}000000`,
    severities: { error: 0, warn: 0 },
    refusedHouseholds: new Set(),
    incompleteMembers: new Set(),
    ...(keeps ? { lines: new Map() } : {}),
  }
  const files: Record<string, FileCounts> = {}
  const doubts: FamilyIssue[] = []
  const plain: ReadContext = { asOf: options.asOf, maxAge: options.limits.maxAge, isCore: true }
  const divisions = { has: (code: string) => state.roll.keys.get('divisions')?.has(code) === true }
  const known: ReadContext = { ...plain, divisions }
  let bytesRead = 0
  for (const table of CORE_TABLES) {
    const rows = await openTable(source, table, (count) => {
      bytesRead += count
    })
    files[table.file] = await importFile(state, table, rows, table.name === 'divisions' ? plain : known, (counts) => {
      options.onProgress?.({ file: table.file, rows: counts.rows, bytesRead, bytesTotal })
    })
    if (table.name === 'persons') doubts.push(...(await checkFamilies(state, options)))
    if (!REFERRED.has(table.name)) state.roll.keys.get(table.name)?.clear()
  }
  return { files, state, doubts }
}

async function refuseOtherDistrict(tx: Tx, manifest: Manifest): Promise<void> {
  const district = await findDistrict(tx)
  if (district !== undefined && district !== manifest.districtCode) {
    throw unusable(`本系统已有区划 ${district} 的数据，不能导入区划 ${manifest.districtCode} 的数据包，请核对数据包`)
  }
}

/** All of an import inside one transaction. */
async function applyPackage(
  tx: Tx,
  keys: Keys,
  source: PackageSource,
  importId: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const manifest = await readManifest(source)
  const { districtCode, districtName } = manifest
  const bytesTotal = await sizesOf(source)
  const digest = await digestOf(source, manifest, options)
  const same = await findSameImport(tx, digest)
  const divisionCode = `${districtCode}000000`
  const finished = { importId, divisionCode, digest, endedAt: options.now() }
  if (same !== undefined) {
    const { files, errors, warnings } = same
    if (options.importId !== undefined)
      await finishImportRun(tx, { ...finished, files, changed: 0, removed: 0, errors, warnings })
    return {
      importId: same.import_id,
      districtCode,
      districtName,
      files,
      changed: 0,
      removed: 0,
      errors,
      warnings,
      repeated: true,
    }
  }
  await refuseOtherDistrict(tx, manifest)
  if (options.importId === undefined) await insertImportRun(tx, newRun(source, importId, divisionCode, options))
  await createStages(tx)
  const thisMonth = monthOf(chinaDate(options.now()))
  const kept = await moneyKeptAt(tx, thisMonth)
  const { files, state, doubts } = await readFiles(tx, keys, source, manifest, options, { bytesTotal, keeps: kept !== undefined })
  await keepMoney(state, kept, thisMonth, true)
  const divisions = await keepFormerDivisions(tx, options.asOf, { whole: true })
  const { changed, removed } = await mergeStages(tx, kept)
  await dateNewDivisions(tx, options.asOf, divisions)
  await followPapers(tx)
  await keepFamilyDoubts(state, doubts)
  await saveIssues(tx, importId, options.now())
  await supersedeQuarantine(tx, importId, options.now())
  await refreshHouseholds(tx, null)
  const { error: errors, warn: warnings } = state.severities
  await finishImportRun(tx, { ...finished, files, changed, removed, errors, warnings, endedAt: options.now() })
  if (changed + removed > 0) await emit(tx, 'registry.imported', { importId, changed, removed })
  return { importId, districtCode, districtName, files, changed, removed, errors, warnings, repeated: false }
}

export function newRun(source: PackageSource, importId: string, divisionCode: string, options: ImportOptions): NewImportRun {
  return {
    importId,
    divisionCode,
    name: source.name,
    asOf: options.asOf,
    kind: 'package',
    limits: options.limits,
    request: {},
    startedBy: options.actor,
    startedAt: options.now(),
  }
}

/** Enters a run that failed, so that the page can say why; the registry is as it was. */
export async function enterFailure(
  db: Db,
  source: PackageSource,
  importId: string,
  options: ImportOptions,
  error: unknown,
): Promise<void> {
  const failure = isProblem(error) ? error.message : '导入中断，数据未改动，请重试'
  const enter = withTransaction(db, wholeScope(options.actor), async (tx) => {
    const district = (await findDistrict(tx)) ?? '000000'
    await insertImportRun(tx, newRun(source, importId, `${district}000000`, options))
    await failImportRun(tx, importId, failure, options.now())
  })
  // The first error is the one to tell; a database that is gone cannot keep a note of it.
  await enter.catch(() => undefined)
}

/**
 * Imports a whole district package: every row is checked, accepted rows are written, doubtful and refused ones are kept
 * with their reasons, rows the package no longer has are removed. All or nothing: an import that is cut off leaves
 * nothing. The same package twice changes nothing. Throws `package.unusable`.
 */
export async function importPackage(db: Db, keys: Keys, source: PackageSource, options: ImportOptions): Promise<ImportResult> {
  const importId = options.importId ?? options.newId()
  try {
    return await withTransaction(db, wholeScope(options.actor), (tx) => applyPackage(tx, keys, source, importId, options))
  } catch (error) {
    await enterFailure(db, source, importId, options, error)
    throw error
  }
}
