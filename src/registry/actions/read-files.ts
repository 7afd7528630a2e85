/** Reads the files of an import into the stages: every row judged against the files themselves and what the registry holds beside them. */
import { CsvParser } from '#kernel/csv'
import { issueMessage } from '#kernel/import-issue'
import { hasLostDigits } from '#kernel/lost-digits'
import { type ReadContext, readHeader } from '#kernel/table'
import { clean } from '#kernel/text'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type Manifest, type PackageSource, readManifest, unusable } from '../package-source.ts'
import { type FamilyIssue, familyIssues } from '../rules/family-checks.ts'
import { type CheckLimits, leave, newRoll } from '../rules/roll.ts'
import { filesIn } from '../sources.ts'
import { countHouseholds } from '../store/compare.ts'
import { createStages, findDistrict, type IssueLine, stageIssues } from '../store/import.ts'
import type { FileCounts } from '../store/import-run.ts'
import { listElsewhere, loadWholeRoll } from '../store/roll.ts'
import { openTable } from '../table-reader.ts'
import { CORE_TABLES, coreTable } from '../tables.ts'
import { keepFamilyDoubts } from './family-doubts.ts'
import { type ImportState, importFile, REFERRED, type Standing } from './import-file.ts'
import { releaseWaiting } from './release-waiting.ts'
import { StageQueue } from './stage-queue.ts'

export interface ImportProgress {
  readonly file: string
  readonly rows: number
  readonly bytesRead: number
  readonly bytesTotal: number
}

export interface ReadOptions {
  /** As-of date 'YYYY-MM-DD'. */
  readonly asOf: string
  readonly limits: CheckLimits
  readonly newId: () => string
  readonly onProgress?: (progress: ImportProgress) => void
  /** Handed in by an office: numbers that lost digits in a spreadsheet are refused. */
  readonly office: boolean
  /** The files are the whole register: judged alone. */
  readonly complete: boolean
  /** Township whose rows alone may change; null for the district. */
  readonly area: string | null
  /** Whether lines of households and payments are to be told by place. */
  readonly keepsLines: boolean
  /** The registry is empty and nothing is compared: accepted rows are written where they stay. */
  readonly straight: boolean
}

/** What the files are: a whole package, or some of its files. */
export interface Handed {
  readonly manifest: Manifest | null
  readonly district: string
  readonly present: readonly string[]
  readonly bytesTotal: number
}

export interface Reading {
  readonly files: Record<string, FileCounts>
  readonly state: ImportState
  /** Rows of earlier imports that waited for rows of this one and are staged with it. */
  readonly released: readonly string[]
}

async function sizesOf(source: PackageSource, whole: boolean): Promise<number> {
  let total = 0
  for (const { file, label } of CORE_TABLES) {
    const size = await source.sizeOf(file)
    if (size === null && whole) throw unusable(`数据包缺少 ${file}（${label}），没有数据也要提交只有表头的文件`)
    total += size ?? 0
  }
  return total
}

/** The district that a list of divisions founds; Problem where there is none yet. */
async function districtIn(source: PackageSource, present: readonly string[]): Promise<string> {
  if (present.includes('divisions.csv')) {
    const { index, batches } = await openTable(source, coreTable('divisions'))
    for await (const records of batches()) {
      for (const { fields } of records) {
        const code = clean(fields[index.positions[0] ?? -1] ?? '').slice(0, 6)
        if (/^\d{6}$/.test(code)) return code
      }
    }
  }
  throw unusable('系统里还没有行政区划，请先导入行政区划表（工作簿：区划代码、名称两列即可），或导入完整的数据包')
}

/** Looks at what was handed in. Throws `package.unusable` where it is no package or not of this district. */
export async function lookAt(tx: Tx, source: PackageSource, whole: boolean): Promise<Handed> {
  const present = await filesIn(source)
  const known = await findDistrict(tx)
  if (whole) {
    const manifest = await readManifest(source)
    const bytesTotal = await sizesOf(source, true)
    if (known !== undefined && known !== manifest.districtCode) {
      throw unusable(`本系统已有区划 ${known} 的数据，不能导入区划 ${manifest.districtCode} 的数据包，请核对数据包`)
    }
    return { manifest, district: manifest.districtCode, present, bytesTotal }
  }
  if (present.length === 0) throw unusable(`${source.name} 里没有数据包的任何文件，文件名应与数据包一致，如 persons.csv`)
  const district = known ?? (await districtIn(source, present))
  return { manifest: null, district, present, bytesTotal: await sizesOf(source, false) }
}

/** Keys of the persons that the files name. */
async function* namedPersons(source: PackageSource): AsyncGenerator<string> {
  const table = coreTable('persons')
  const parser = new CsvParser()
  let at = -1
  for await (const piece of source.open(table.file)) {
    for (const { fields } of parser.push(piece)) {
      if (at < 0) at = readHeader(table, fields).index.positions[0] ?? 0
      else yield clean(fields[at] ?? '')
    }
  }
  for (const { fields } of parser.end()) yield clean(fields[at] ?? '')
}

async function startState(tx: Tx, keys: Keys, source: PackageSource, handed: Handed, options: ReadOptions): Promise<ImportState> {
  const isAlone = options.complete || (handed.manifest !== null && (await countHouseholds(tx)) === 0)
  const roll = isAlone ? newRoll(CORE_TABLES) : await loadWholeRoll(tx, keys)
  const standing: Standing = {
    seen: new Map(),
    left: new Map(),
    elsewhere: options.area === null ? new Map() : await listElsewhere(tx, options.area, handed.present),
  }
  if (!isAlone && roll.personHousehold.size > 0 && handed.present.includes('persons.csv')) {
    for await (const key of namedPersons(source)) {
      if (!standing.left.has(key) && roll.personHousehold.has(key)) standing.left.set(key, leave(roll, coreTable('persons'), key))
    }
  }
  return {
    tx,
    queue: new StageQueue(),
    keys,
    roll,
    straight: options.straight,
    newId: options.newId,
    districtDivision: `${handed.district}000000`,
    severities: { error: 0, warn: 0 },
    refusedHouseholds: new Set(),
    incompleteMembers: new Set(),
    named: new Set(),
    area: options.area,
    ...(options.keepsLines ? { lines: new Map<string, number>() } : {}),
    ...(isAlone ? {} : { standing }),
    ...(source.origin === undefined ? {} : { origin: source.origin }),
  }
}

function queueIssues(state: ImportState, lines: readonly IssueLine[]): Promise<void> {
  return state.queue.add(0, () => stageIssues(state.tx, lines))
}

/** Doubts that need all persons: relations to the head, households without a head. Of households that the files name. */
async function checkFamilies(state: ImportState, options: ReadOptions): Promise<FamilyIssue[]> {
  const doubts: FamilyIssue[] = []
  const lines: IssueLine[] = []
  for (const householdNo of state.named) {
    const household = state.roll.households.get(householdNo)
    if (household === undefined) continue
    const incomplete = state.incompleteMembers.has(householdNo)
    for (const issue of familyIssues(state.roll, householdNo, incomplete, options.asOf, options.limits)) {
      // a row that stands in the registry and not in the files
      if (issue.row === 0) continue
      const table = coreTable(issue.file === 'persons.csv' ? 'persons' : 'households')
      const label = table.columns.find(({ name }) => name === issue.column)?.label ?? issue.column
      const message = issueMessage(issue, { label })
      const place = state.origin?.placeOf(issue.file, issue.row) ?? null
      state.severities[issue.severity]++
      doubts.push(issue)
      const line = [issue.file, issue.row, issue.column, issue.code, issue.severity, message, householdNo] as const
      lines.push([...line, household.divisionCode, place?.sheet, place?.row])
    }
    if (lines.length >= 5000) await queueIssues(state, lines.splice(0))
  }
  await queueIssues(state, lines)
  return doubts
}

interface Contexts {
  /** of the divisions themselves */
  readonly plain: ReadContext
  /** of all other files, which may name only accepted divisions */
  readonly known: ReadContext
}

function contextsOf(state: ImportState, options: ReadOptions): Contexts {
  const plain: ReadContext = {
    asOf: options.asOf,
    maxAge: options.limits.maxAge,
    isCore: true,
    ...(options.office ? { isLost: hasLostDigits } : {}),
  }
  const divisions = { has: (code: string) => state.roll.keys.get('divisions')?.has(code) === true }
  return { plain, known: { ...plain, divisions } }
}

interface FilesRead {
  readonly files: Record<string, FileCounts>
  readonly doubts: FamilyIssue[]
}

/** Judges all files one after another; the database follows. */
async function judgeFiles(
  state: ImportState,
  source: PackageSource,
  handed: Handed,
  options: ReadOptions,
  { plain, known }: Contexts,
): Promise<FilesRead> {
  const files: Record<string, FileCounts> = {}
  const doubts: FamilyIssue[] = []
  let bytesRead = 0
  for (const table of CORE_TABLES) {
    if (!handed.present.includes(table.file)) continue
    const rows = await openTable(source, table, (count) => {
      bytesRead += count
    })
    files[table.file] = await importFile(state, table, rows, table.name === 'divisions' ? plain : known, (counts) => {
      options.onProgress?.({ file: table.file, rows: counts.rows, bytesRead, bytesTotal: handed.bytesTotal })
    })
    if (table.name === 'persons') doubts.push(...(await checkFamilies(state, options)))
    if (!REFERRED.has(table.name)) state.roll.keys.get(table.name)?.clear()
  }
  return { files, doubts }
}

/** Reads all files into the stages, with every doubt; nothing of the registry is changed. */
export async function readFiles(
  tx: Tx,
  keys: Keys,
  source: PackageSource,
  handed: Handed,
  options: ReadOptions,
): Promise<Reading> {
  await createStages(tx, options.straight)
  const state = await startState(tx, keys, source, handed, options)
  const contexts = contextsOf(state, options)
  try {
    const { files, doubts } = await judgeFiles(state, source, handed, options, contexts)
    await state.queue.done()
    await keepFamilyDoubts(state, doubts)
    const released = options.complete ? [] : await releaseWaiting(state, contexts.known)
    return { files, state, released }
  } catch (error) {
    await state.queue.stop()
    throw error
  }
}
