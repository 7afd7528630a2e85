/**
 * Ledgers as district bureaus keep them, fictional and seeded: workbooks and CSV files in many layouts and with many kinds of dirt, each with a
 * key of what must come in, what must stay out and why, and what a person answers who is asked.
 */
import { People } from '../people.ts'
import { makePlaces, type Village } from '../places.ts'
import { Rng } from '../random.ts'
import { keyOf } from './answers.ts'
import type { Draft } from './draft.ts'
import type { LedgerKey } from './key.ts'
import { baseTables } from './known-package.ts'
import { draftOf, LAYOUTS, type LayoutName, writeDraft } from './layout-list.ts'
import { soil } from './soil.ts'
import { type Family, FamilyMaker } from './truth.ts'
import { writeCsv } from './write-csv.ts'
import { writeXlsx } from './write-xlsx.ts'

export type { KeyRow, KeyTable, LedgerAnswers, LedgerKey } from './key.ts'
export { LAYOUTS, type LayoutName } from './layout-list.ts'
export { DIRT } from './soil.ts'
export { LEDGER_AS_OF } from './truth.ts'

/** District of every ledger; its places are those of a generated district of this size. */
const DISTRICT = { code: '629901', name: '甲子区（虚构）', households: 2500 }
const WORDINGS = [0, 1, 2] as const
/** Wordings, each with and without a number of the household. */
const SHAPES = 6

export interface Ledger {
  readonly name: string
  readonly key: LedgerKey
  /** The file, in pieces. */
  bytes(): AsyncIterable<Uint8Array>
}

export interface LedgerRun {
  /** Files of a package that the register must hold before: places, and the households of lists of payments. */
  base(): ReadonlyMap<string, string>
  readonly ledgers: readonly Ledger[]
}

export interface LedgerOptions {
  readonly seed: number
  readonly files: number
  /** Only these layouts. */
  readonly layouts?: readonly LayoutName[]
  /** How many shapes a layout comes in, at most six; every next file of the layout has the next one. */
  readonly shapes?: number
  /** Households of each file, from and to. */
  readonly households?: readonly [number, number]
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

function fileOf(draft: Draft, index: number): Ledger {
  const town = draft.families[0]?.village.townshipName ?? ''
  const name = `${String(1000 + index).slice(1)}${town}${draft.layout}.${draft.encoding === null ? 'xlsx' : 'csv'}`
  const { encoding, sheets } = draft
  const [sheet] = sheets
  const bytes = () => (encoding !== null && sheet !== undefined ? once(writeCsv(sheet, encoding)) : writeXlsx({ sheets }))
  return { name, key: keyOf(draft, name), bytes }
}

/** What all ledgers of a run share: places, and people and accounts that come once. */
function districtOf(seed: number) {
  const people = new People(new Rng(`ledger people ${seed}`), DISTRICT.code)
  return {
    places: makePlaces(DISTRICT.code, DISTRICT.name, DISTRICT.households),
    maker: new FamilyMaker(new Rng(`ledger families ${seed}`), people),
  }
}

/** One of the shapes of a layout: its wording, and whether it has a number of the household. */
function shapeOf(layout: LayoutName, number: number): { layout: LayoutName; wording: 0 | 1 | 2; withNo: boolean } {
  return { layout, wording: WORDINGS[number % 3] ?? 0, withNo: number % SHAPES < SHAPES / 2 }
}

/** Makes the ledgers of a seed: all layouts in turn, each in its wordings, with and without a number of the household. */
export function makeLedgers(options: LedgerOptions): LedgerRun {
  const { seed, files } = options
  const layouts = options.layouts ?? LAYOUTS
  const { places, maker } = districtOf(seed)
  const known: Family[] = []
  const ledgers = Array.from({ length: files }, (_, index) => {
    const layout = layouts[index % layouts.length] as LayoutName
    const turn = Math.floor(index / layouts.length)
    const rng = new Rng(`ledger ${seed} ${index}`)
    const shape = shapeOf(layout, (turn % (options.shapes ?? SHAPES)) + (index % layouts.length))
    const draft = draftOf({
      rng,
      maker,
      shape,
      villages: villagesFor(rng, places.villages),
      households: options.households ?? [6, 14],
    })
    soil(draft)
    writeDraft(draft)
    if (draft.onlyPayments) known.push(...draft.families.filter((family) => !draft.strangers.has(family)))
    return fileOf(draft, index)
  })
  return { base: () => baseTables(DISTRICT, places.rows, known), ledgers }
}

/** One clean ledger of a whole district: a row a member, household cells merged, thirty columns. */
export function makeDistrictLedger(seed: number, households: number): LedgerRun {
  const { places, maker } = districtOf(seed)
  const rng = new Rng(`ledger district ${seed}`)
  const shape = { layout: 'district', wording: 0, withNo: true } as const
  const villages = places.villages.filter(({ programme }) => programme === 'rural')
  const draft = draftOf({ rng, maker, shape, villages, households: [households, households] })
  writeDraft(draft)
  return { base: () => baseTables(DISTRICT, places.rows, []), ledgers: [fileOf(draft, 0)] }
}

/** One to three villages of one township. */
function villagesFor(rng: Rng, villages: readonly Village[]): Village[] {
  const first = rng.pick(villages)
  const near = villages.filter(({ township }) => township === first.township)
  return near.slice(0, rng.between(1, Math.min(3, near.length)))
}
