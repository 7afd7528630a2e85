import { basename } from 'node:path'
import type { FieldIssue } from '#kernel/import-issue'
import { Problem } from '#kernel/problem'
import { codesOf } from '#kernel/terms'
import type { Blobs } from '#platform/blobs'
import { type Keys, sha256 } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { CORE_TABLES, type LedgerOrder, type OpenedLedger, type PackageSource } from '#registry'
import type { ReadAnswers } from '#registry/contract'
import { type CoreFile, coreFiles } from '../rules/core-files.ts'
import { Assembly, type AssemblyContext, wantedOf } from '../rules/core-rows.ts'
import { LEDGER_TABLES, type LedgerTable, ledgerFields } from '../rules/fields.ts'
import { Places } from '../rules/places.ts'
import type { SavedShape } from '../rules/plan-sheets.ts'
import { type SavedBook, type UnderstandInput, type Understood, understand } from '../rules/understand.ts'
import { type LearntWord, Words } from '../rules/words.ts'
import { listDivisionNames, listShapes, listWords, type ShapeRow } from '../store/ledger-answers.ts'
import { ownWords } from '../words/words-file.ts'
import { loadRegistered } from './load-registered.ts'
import { readGrids } from './read-grids.ts'

const TABLES: readonly LedgerTable[] = CORE_TABLES.filter(({ name }) => (LEDGER_TABLES as readonly string[]).includes(name))
export const FIELDS = ledgerFields(TABLES)

/** A short text that stands for a shape. */
export function shapeDigest(text: string): string {
  return sha256(text).toString('hex').slice(0, 32)
}

/** A text for the shapes of a workbook together. */
export function bookShape(shapes: readonly string[]): string {
  return [...shapes].sort().join('\n\n')
}

const CODED = new Map(FIELDS.map((field) => [field.field, field]))

/** Whether an answer is a code of the field, or says that the word is not taken. */
function isCodeOf(name: string, code: string): boolean {
  const field = CODED.get(name)
  if (code === '' || field === undefined) return field !== undefined
  return field.type === 'yesno' ? code === 'yes' || code === 'no' : field.codes !== undefined && codesOf(field.codes).has(code)
}

/** Words and places that were answered about a workbook. */
export function answeredWords(answers: ReadAnswers): LearntWord[] {
  const codes = Object.entries(answers.words ?? {})
    .map(([key, meaning]): LearntWord => {
      const at = key.indexOf('=')
      return { kind: 'code', field: key.slice(0, at), word: key.slice(at + 1), meaning }
    })
    .filter(({ field, meaning }) => isCodeOf(field, meaning))
  const places = Object.entries(answers.places ?? {}).map(
    ([word, meaning]): LearntWord => ({ kind: 'place', field: '', word, meaning }),
  )
  return [...codes, ...places.filter(({ meaning }) => meaning !== '')]
}

/** Columns of known sheets, by the digest of their shape. */
function savedShapes(rows: readonly ShapeRow[]): ReadonlyMap<string, SavedShape> {
  const sheets = rows.filter(({ kind }) => kind === 'sheet')
  return new Map(sheets.map(({ shape, answers }) => [shape.toString('hex'), { columns: answers.columns ?? {} }]))
}

function savedBook(rows: readonly ShapeRow[], shapes: readonly string[]): SavedBook | undefined {
  const digest = shapeDigest(bookShape(shapes))
  const row = rows.find(({ kind, shape }) => kind === 'book' && shape.toString('hex') === digest)
  return row === undefined ? undefined : { constant: row.answers.constant ?? {}, hidden: row.answers.hidden ?? {} }
}

/** Reads and understands a workbook with what was answered about it and about others before. */
export async function understandFile(
  tx: Tx,
  blobs: Blobs,
  order: LedgerOrder,
): Promise<{ understood: Understood; input: UnderstandInput }> {
  const fileName = basename(order.file.path.replaceAll('\\', '/'))
  const [learnt, shapes, divisions] = [await listWords(tx), await listShapes(tx), await listDivisionNames(tx)]
  const grids = await readGrids(blobs, { name: fileName, sha256: order.file.sha256 }, order.onProgress)
  const words = new Words(ownWords(), FIELDS, [...learnt, ...answeredWords(order.answers)])
  const input: UnderstandInput = {
    grids,
    fileName,
    words,
    places: new Places(divisions, words),
    answers: order.answers,
    saved: savedShapes(shapes),
    savedBook: (own) => savedBook(shapes, own),
    digest: shapeDigest,
    fields: FIELDS,
    asOf: order.asOf,
  }
  return { understood: understand(input), input }
}

function refuseStopped({ answers }: LedgerOrder): void {
  const stopped = Object.entries(answers).some(([id, lines]) => id.startsWith('missing:') && lines.missing === 'stop')
  if (stopped)
    throw new Problem('ledger.column-missing', '这份台账缺少以前同类台账有的列，已停止。请补上这些列，或换正确的文件重新上传', {
      status: 422,
    })
}

/** A ledger names places: without any division in force nothing of it can be placed. */
function refuseWithoutDivisions({ told }: Understood, { places }: UnderstandInput): void {
  if (!places.isEmpty || told.households.length + told.payments.length === 0) return
  const sentence = '系统里还没有行政区划。请先导入本区的行政区划表（一行一个区划，至少有“区划代码”和“名称”两列），再导入台账'
  throw new Problem('ledger.no-divisions', sentence, { status: 422 })
}

function sourceOf(name: string, files: ReadonlyMap<string, CoreFile>, sheets: readonly string[]): PackageSource {
  const byFile = new Map([...files].map(([table, file]) => [`${table}.csv`, file]))
  const none: readonly FieldIssue[] = []
  return {
    name,
    sizeOf: async (file) => byFile.get(file)?.pieces.reduce((sum, { length }) => sum + length, 0) ?? null,
    async *open(file) {
      yield* byFile.get(file)?.pieces ?? []
    },
    origin: {
      placeOf(file, row) {
        const places = byFile.get(file)?.places
        const at = 2 * (row - 2)
        const [sheet, own] = [places?.[at], places?.[at + 1]]
        return sheet === undefined || own === undefined ? null : { sheet: sheets[sheet] ?? '', row: own }
      },
      issuesOf: (file, row) => byFile.get(file)?.issues.get(row) ?? none,
    },
  }
}

/** What the rows of a workbook are made of. */
interface Opened extends Pick<Understood, 'reading' | 'told' | 'constants'>, Pick<UnderstandInput, 'places' | 'fileName'> {
  /** Names of the sheets. */
  readonly sheets: readonly string[]
}

/** Understands a workbook and lets go of its cells: they and what is made of them are not in memory at once. */
async function openWhole(tx: Tx, blobs: Blobs, order: LedgerOrder): Promise<Opened> {
  const { understood, input } = await understandFile(tx, blobs, order)
  refuseWithoutDivisions(understood, input)
  const { reading, told, constants, plans } = understood
  const { places, fileName } = input
  return { reading, told, constants, places, fileName, sheets: plans.map(({ grid }) => grid.name) }
}

/** The core files of what a workbook tells. */
async function filesOf(tx: Tx, keys: Keys, order: LedgerOrder, opened: Opened): Promise<ReturnType<typeof coreFiles>> {
  const { told, constants, places } = opened
  const { asOf, limits } = order
  const wanted = wantedOf(told, asOf, limits.maxAge)
  const registered = await loadRegistered(tx, keys, wanted, told.columns.has('payments.amount'))
  const madeNumber = (text: string): string =>
    keys.blindIndex('ledger-household', text).toString('hex').slice(0, 12).toUpperCase()
  const context: AssemblyContext = { asOf, maxAge: limits.maxAge, constants, registered, places, madeNumber }
  return coreFiles(new Assembly(told, context).rows(), TABLES)
}

/** Opens a workbook: what was understood, and its rows once nothing is open. Throws a Problem where it cannot be read at all. */
export async function openLedger(tx: Tx, keys: Keys, blobs: Blobs, order: LedgerOrder): Promise<OpenedLedger> {
  refuseStopped(order)
  const opened = await openWhole(tx, blobs, order)
  const { reading, fileName, sheets } = opened
  if (reading.questions.some(({ answered }) => !answered)) return { reading, source: null }
  return { reading, source: sourceOf(fileName, await filesOf(tx, keys, order, opened), sheets) }
}
