import type { Village } from '../places.ts'
import { Rng } from '../random.ts'
import {
  acrossColumns,
  allColumns,
  type ColumnChoice,
  groupedColumns,
  headAndMemberColumns,
  headColumns,
  ledgerWithPayments,
  memberColumns,
  ownColumns,
  paymentColumns,
} from './columns.ts'
import type { Draft } from './draft.ts'
import {
  type Fill,
  headThenMembers,
  householdRows,
  memberSheet,
  ownTables,
  paymentRows,
  paymentSheet,
  paymentSheets,
  twoSheets,
} from './layouts.ts'
import { type ColumnSpec, type Habit, habitOf } from './shapes.ts'
import { type FamilyMaker, LEDGER_MONTHS } from './truth.ts'

/** The layouts, each with its columns and how its sheets are written. */

interface Layout {
  columns(choice: ColumnChoice): ColumnSpec[]
  write(draft: Draft): void
  /** Always, or never, with a number of the household; both when it is not said. */
  readonly withNo?: boolean
  readonly place?: 'sheet'
  readonly onlyPayments?: true
  readonly csv?: true
}

const memberRows =
  (fill: Fill) =>
  (draft: Draft): void =>
    memberSheet(draft, '花名册', draft.frame.title, draft.families, fill)

function villageSheets(draft: Draft): void {
  for (const village of new Set(draft.families.map((family) => family.village))) {
    const families = draft.families.filter((family) => family.village === village)
    memberSheet(draft, village.name, draft.frame.title.replace('花名册', `${village.name}花名册`), families, 'merged')
  }
}

const townOf = ({ families }: Draft): string => families[0]?.village.townshipName ?? ''

function paymentMonths(draft: Draft): void {
  const lines = draft.families.map((family) => ({ family, payments: family.payments }))
  paymentSheet(draft, '发放表', draft.frame.title, lines)
}

const LAYOUT: Readonly<Record<string, Layout>> = {
  'member-merged': { columns: memberColumns, write: memberRows('merged') },
  'member-empty': { columns: memberColumns, write: memberRows('empty') },
  'member-repeated': { columns: memberColumns, write: memberRows('repeated') },
  'head-then-members': { columns: headAndMemberColumns, write: (draft) => headThenMembers(draft, 'Sheet1') },
  'head-only': { columns: headColumns, write: (draft) => householdRows(draft, '低保户') },
  'members-across': { columns: (choice) => acrossColumns(choice, 5), write: (draft) => householdRows(draft, 'Sheet1') },
  'village-sheets': { columns: memberColumns, write: villageSheets, place: 'sheet' },
  'two-sheets': { columns: memberColumns, write: twoSheets, withNo: true },
  'three-header-rows': { columns: groupedColumns, write: memberRows('merged') },
  'payment-rows': {
    columns: (choice) => paymentColumns(choice, 'rows', []),
    write: (draft) => paymentRows(draft, '发放清册'),
    onlyPayments: true,
  },
  'payment-months': {
    columns: (choice) => paymentColumns(choice, 'months', LEDGER_MONTHS),
    write: paymentMonths,
    onlyPayments: true,
  },
  'payment-sheets': {
    columns: (choice) => paymentColumns(choice, 'sheets', []),
    write: (draft) => paymentSheets(draft, townOf(draft)),
    onlyPayments: true,
  },
  'ledger-with-payments': { columns: (choice) => ledgerWithPayments(choice, LEDGER_MONTHS), write: memberRows('merged') },
  'product-labels': {
    columns: () => [...ownColumns('households'), ...ownColumns('persons').slice(2), ...ownColumns('payments').slice(2)],
    write: ownTables,
    withNo: true,
  },
  district: { columns: allColumns, write: memberRows('merged') },
  'ledger-csv': { columns: memberColumns, write: memberRows('repeated'), csv: true },
  'payment-csv': {
    columns: (choice) => paymentColumns(choice, 'rows', []),
    write: (draft) => paymentRows(draft, 'csv'),
    onlyPayments: true,
    csv: true,
  },
}

export type LayoutName = string
/** Those a run goes through; the ledger of a whole district is made by itself. */
export const LAYOUTS: readonly LayoutName[] = Object.keys(LAYOUT).filter((name) => name !== 'district')

function layoutOf(name: LayoutName): Layout {
  const layout = LAYOUT[name]
  if (layout === undefined) throw new RangeError(`no layout ${name}`)
  return layout
}

export interface DraftOrder {
  readonly rng: Rng
  readonly maker: FamilyMaker
  readonly shape: { readonly layout: LayoutName; readonly wording: 0 | 1 | 2; readonly withNo: boolean }
  readonly villages: readonly Village[]
  readonly households: readonly [number, number]
}

/** How the product itself writes. */
const OWN_HABIT: Habit = { wording: 0, date: 'iso', month: 'iso', money: 'text' }

function titleOf(town: string, village: Village, onlyPayments: boolean): string {
  const programme = village.programme === 'rural' ? '农村' : '城市'
  return onlyPayments ? `${town}2026年第三季度${programme}低保资金发放表` : `${town}2026年第三季度${programme}低保对象花名册`
}

function csvEncoding(rng: Rng): Draft['encoding'] {
  return rng.pick(['utf-8', 'utf-8-bom', 'gb18030', 'gb18030'] as const)
}

/** Families, columns and habits of a file; files of one shape have the same columns. */
export function draftOf({ rng, maker, shape, villages, households }: DraftOrder): Draft {
  const layout = layoutOf(shape.layout)
  const withNo = layout.withNo ?? shape.withNo
  const id = `${shape.layout}-${shape.wording}${withNo ? '-no' : ''}`
  const own = new Rng(`ledger shape ${id}`)
  const { wording } = shape
  const habit = shape.layout === 'product-labels' ? OWN_HABIT : habitOf(own, wording)
  const columns = layout.columns({ rng: own, wording, withNo, place: layout.place ?? 'column' })
  const count = rng.between(...households)
  const families = Array.from({ length: count }, (_, at) =>
    maker.family(villages[Math.floor((at * villages.length) / count)] as Village),
  )
  const first = villages[0] as Village
  const onlyPayments = layout.onlyPayments === true
  return {
    rng,
    layout: shape.layout,
    shape: id,
    withNo,
    habit,
    maker,
    families,
    columns,
    frame: {
      title: titleOf(first.townshipName, first, onlyPayments),
      unitLine: false,
      notes: false,
      totals: false,
      subtotals: false,
      blankRows: false,
      repeatedHeader: false,
      lineBreaks: false,
      filter: false,
      comments: false,
      hiddenField: null,
      cover: false,
    },
    dirt: [],
    headListed: shape.layout !== 'members-across' && !(shape.layout === 'head-then-members' && wording === 2),
    onlyPayments,
    encoding: layout.csv === true ? csvEncoding(rng) : null,
    doubled: new Set(),
    strangers: new Set(),
    places: {},
    hiddenRows: null,
    sheets: [],
    spares: [],
    headers: [],
  }
}

/** Writes the sheets of a draft. */
export function writeDraft(draft: Draft): void {
  layoutOf(draft.layout).write(draft)
  if (!draft.frame.cover) return
  const lines = ['填报说明', '一、本表由各乡镇（街道）民政办填报。', '二、保障金额按月填写，单位为元。', '三、联系人：甲经办']
  draft.sheets.unshift({ name: '说明', rows: lines.map((line) => ({ cells: [line] })), merges: [], widths: [60] })
}
