import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { checkCharacter } from '../people.ts'
import { DIRT, LAYOUTS, type Ledger, makeLedgers } from './index.ts'

const SEED = 7
const run = makeLedgers({ seed: SEED, files: LAYOUTS.length * 12 })

async function bytesOf(ledger: Ledger): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of ledger.bytes()) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function opened(ledger: Ledger): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load((await bytesOf(ledger)) as unknown as ArrayBuffer)
  return book
}

/** Every text of some rows, so that what the key says of them can be looked for. */
function textsOf(book: ExcelJS.Workbook, sheet: string, from: number, to: number): string[] {
  const texts: string[] = []
  for (let row = from; row <= to; row++) {
    const cells = book.getWorksheet(sheet)?.getRow(row)
    cells?.eachCell((cell) => void (cell.value === null || texts.push(cell.text.replace(/\s/g, ''))))
  }
  return texts
}

describe('ledgers', () => {
  it('are the same for the same seed, and others for another', async () => {
    const again = makeLedgers({ seed: SEED, files: 16 })
    for (const [at, ledger] of again.ledgers.entries()) {
      expect(await bytesOf(ledger)).toEqual(await bytesOf(run.ledgers[at] as Ledger))
      expect(ledger.key).toEqual(run.ledgers[at]?.key)
    }
    const other = makeLedgers({ seed: SEED + 1, files: 1 }).ledgers[0] as Ledger
    expect(other.key.rows).not.toEqual(run.ledgers[0]?.key.rows)
  })

  it('have at least twelve layouts and thirty kinds of dirt, each of them seen', () => {
    expect(LAYOUTS.length).toBeGreaterThanOrEqual(12)
    const seen = new Set(run.ledgers.flatMap(({ key }) => key.dirt))
    expect(DIRT.filter((name) => !seen.has(name))).toEqual([])
    expect(new Set(run.ledgers.map(({ key }) => key.layout)).size).toBe(LAYOUTS.length)
  })

  it('keep a household to its file: no number of a person and no account comes in two of them', () => {
    const owner = new Map<string, string>()
    for (const { name, key } of run.ledgers) {
      for (const { table, key: id } of key.rows) {
        if (table !== 'persons') continue
        expect(checkCharacter(id.slice(0, 17))).toBe(id.slice(17))
        expect(owner.get(id) ?? name).toBe(name)
        owner.set(id, name)
      }
    }
    expect(owner.size).toBeGreaterThan(1000)
  })

  it('say of every row where it stands, and it stands there', async () => {
    for (const ledger of run.ledgers.slice(0, 48).filter(({ name }) => name.endsWith('.xlsx'))) {
      const book = await opened(ledger)
      for (const row of ledger.key.rows.filter(({ table, status }) => table === 'persons' && status === 'in')) {
        const texts = textsOf(book, row.sheet, row.from, row.to)
        expect(texts, `${ledger.name} ${row.sheet} ${row.from}`).toContain(row.values.name)
      }
      for (const row of ledger.key.rows.filter(({ table }) => table === 'payments')) {
        const head = ledger.key.households[row.household]?.head
        expect(head).toBeDefined()
        expect(row.from).toBeGreaterThan(0)
      }
    }
  })

  it('have a code for each refused row, and values for each that comes in', () => {
    for (const { key } of run.ledgers) {
      for (const row of key.rows) {
        if (row.status === 'refused') expect(row.codes.length).toBeGreaterThan(0)
        if (row.status === 'in') expect(Object.keys(row.values).length).toBeGreaterThan(1)
      }
      const households = key.rows.filter(({ table, status }) => table === 'households' && status === 'in')
      const heads = new Set(
        key.rows.filter(({ table, values }) => table === 'persons' && values.relation === 'head').map((row) => row.household),
      )
      const without = households.filter(({ household, warns }) => !heads.has(household) && warns.length === 0)
      expect(without).toEqual([])
    }
  })

  it('name every column of a header once for each sheet it stands in', async () => {
    for (const ledger of run.ledgers.slice(0, 32).filter(({ name }) => name.endsWith('.xlsx'))) {
      const book = await opened(ledger)
      for (const { sheet, path } of ledger.key.answers.columns) {
        const all = textsOf(book, sheet, 1, 8)
        for (const word of path) expect(all, `${ledger.name} ${sheet} ${word}`).toContain(word.replace(/\s/g, ''))
      }
    }
  })

  it('come with a package of the places and of the households that payments are about', () => {
    const base = run.base()
    const numbers = new Set((base.get('households.csv') ?? '').split('\n').map((line) => line.split(',')[0]))
    const lists = run.ledgers.filter(({ key }) => key.layout.startsWith('payment'))
    const rows = lists.flatMap(({ key }) => key.rows.map((row) => ({ row, no: key.households[row.household]?.no ?? '' })))
    expect(rows.filter(({ row, no }) => row.status === 'in' && !numbers.has(no))).toEqual([])
    expect(rows.filter(({ row, no }) => row.codes.includes('REF_NOT_FOUND') && numbers.has(no))).toEqual([])
    expect(numbers.size).toBeGreaterThan(100)
  })
})
