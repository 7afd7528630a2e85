import { type Cell, contentOf } from './book.ts'
import { ownColumns } from './columns.ts'
import type { Draft } from './draft.ts'
import { type ColumnSpec, cellOf, isMoney } from './shapes.ts'
import { SheetMaker } from './sheet-maker.ts'
import { type Family, headOf, LEDGER_MONTHS, type Member, type Payment } from './truth.ts'

/** Writes the families of a draft into sheets, and keeps where each of them stands. */

const TOWN_LINE = '单位：'

function heading(draft: Draft, maker: SheetMaker, title: string): void {
  const { frame } = draft
  if (title !== '') maker.wide(title, 'title')
  if (frame.unitLine) {
    const town = draft.families[0]?.village.townshipName ?? ''
    maker.wide(`${TOWN_LINE}${town}人民政府（盖章）        单位：元        制表日期：2026年9月28日`, 'plain')
  }
}

function writtenHeader(draft: Draft): (word: string) => string {
  if (!draft.frame.lineBreaks) return (word) => word
  return (word) => (word.length > 4 ? ` ${word.slice(0, 3)}\n${word.slice(3)} ` : word)
}

function begin(draft: Draft, name: string, columns: readonly ColumnSpec[], title: string): SheetMaker {
  const maker = new SheetMaker(name, columns)
  if (draft.encoding === null) heading(draft, maker, title)
  maker.addHeader(writtenHeader(draft))
  for (const { path, field } of columns) if (path.at(-1) !== '') draft.headers.push({ sheet: name, path, field })
  const at = columns.findIndex(({ field }) => field === draft.frame.hiddenField)
  if (at >= 0) maker.hideColumn(at)
  return maker
}

function totalRow(columns: readonly ColumnSpec[], word: string, families: readonly Family[], rows: [number, number]): Cell[] {
  const sum = families.reduce((fen, family) => fen + family.fen, 0) / 100
  return columns.map((spec, at) => {
    if (at === 0) return word
    if (!isMoney(spec.field)) return null
    const letter = String.fromCharCode(65 + at)
    return { value: sum, style: 'money', ...(at < 26 ? { formula: `SUM(${letter}${rows[0]}:${letter}${rows[1]})` } : {}) }
  })
}

function finish(
  draft: Draft,
  maker: SheetMaker,
  columns: readonly ColumnSpec[],
  families: readonly Family[],
  first: number,
): void {
  const { frame } = draft
  if (frame.totals) maker.add(totalRow(columns, '合计', families, [first, maker.last]), { style: 'bold' })
  if (frame.notes) {
    maker.wide('注：1.本表一式三份；2.数据截至2026年9月30日。', 'plain')
    maker.wide('填表人：甲经办        审核人：乙审核        分管领导：', 'plain')
  }
  if (frame.filter) maker.filter()
  draft.sheets.push(maker.sheet())
}

/** What comes between two families. */
function between(draft: Draft, maker: SheetMaker, columns: readonly ColumnSpec[], families: readonly Family[], at: number): void {
  const { frame } = draft
  const [before, here] = [families[at - 1], families[at]]
  if (before === undefined) return
  if (frame.subtotals && here?.village !== before.village) {
    const village = families.filter((family) => family.village === before.village)
    maker.add(totalRow(columns, '小计', village, [maker.last, maker.last]), { style: 'bold' })
  }
  if (here === undefined) return
  if (frame.blankRows && at % 5 === 3) maker.add(columns.map(() => null))
  if (frame.repeatedHeader && at % 7 === 6) maker.repeatHeader()
}

function withNote(draft: Draft, cell: Cell, serial: number): Cell {
  if (!draft.frame.comments || serial % 6 !== 1 || (cell !== null && typeof cell === 'object')) return cell
  return { value: cell, note: '2026年8月已电话核实' }
}

export type Fill = 'merged' | 'empty' | 'repeated'

function memberLine(
  draft: Draft,
  columns: readonly ColumnSpec[],
  line: { family: Family; member: Member; at: number; serial: number },
  fill: Fill,
): Cell[] {
  const { family, member, at, serial } = line
  return columns.map((spec, position) => {
    const payment = spec.slot === undefined ? undefined : family.payments[spec.slot]
    const facts = { family, member, serial, ...(payment === undefined ? {} : { payment }) }
    const cell = cellOf(spec, facts, draft.habit)
    if (spec.of !== 'member' && at > 0) return fill === 'repeated' ? (member.written.get(spec.field) ?? cell) : null
    return position === 1 ? withNote(draft, cell, serial) : cell
  })
}

/** Rows of a family, one a member. */
function familyRows(
  draft: Draft,
  maker: SheetMaker,
  columns: readonly ColumnSpec[],
  family: Family,
  serial: number,
  fill: Fill,
): void {
  const from = maker.last + 1
  const hidden = family.isHidden ? { hidden: true } : {}
  for (const [at, member] of family.members.entries()) {
    const cells = memberLine(draft, columns, { family, member, at, serial }, fill)
    const row = maker.add(cells, hidden)
    member.place = { sheet: maker.name, from: row, to: row }
    if (!draft.doubled.has(member)) continue
    const again = maker.add(
      cells.map((cell, position) => (fill !== 'repeated' && columns[position]?.of !== 'member' ? null : contentOf(cell))),
    )
    draft.spares.push({ sheet: maker.name, row: again, codes: ['IDQ-8', 'REPEATED_ROW', 'DUPLICATE_KEY'] })
  }
  family.place = { sheet: maker.name, from, to: maker.last }
  for (const payment of family.payments) payment.place = { sheet: maker.name, from, to: maker.last }
  if (fill !== 'merged') return
  for (const [position, spec] of columns.entries()) if (spec.of !== 'member') maker.merge(position, from, maker.last)
}

/** One row a member. */
export function memberSheet(draft: Draft, name: string, title: string, families: readonly Family[], fill: Fill): void {
  const maker = begin(draft, name, draft.columns, title)
  const first = maker.last + 1
  for (const [at, family] of families.entries()) {
    between(draft, maker, draft.columns, families, at)
    familyRows(draft, maker, draft.columns, family, at + 1, fill)
  }
  between(draft, maker, draft.columns, families, families.length)
  finish(draft, maker, draft.columns, families, first)
}

/** A row of the household, then one a member. */
export function headThenMembers(draft: Draft, name: string): void {
  const { columns, families } = draft
  const maker = begin(draft, name, columns, draft.frame.title)
  const first = maker.last + 1
  for (const [at, family] of families.entries()) {
    between(draft, maker, columns, families, at)
    const own = memberLine(draft, columns, { family, member: headOf(family), at: 0, serial: at + 1 }, 'empty')
    const from = maker.add(own.map((cell, position) => (columns[position]?.of === 'member' ? null : cell)))
    const listed = draft.headListed ? family.members : family.members.slice(1)
    headOf(family).place = { sheet: maker.name, from, to: from }
    for (const member of listed) {
      const cells = memberLine(draft, columns, { family, member, at: 1, serial: at + 1 }, 'empty')
      const row = maker.add(cells)
      member.place = { sheet: maker.name, from: row, to: row }
    }
    family.place = { sheet: maker.name, from, to: maker.last }
  }
  between(draft, maker, columns, families, families.length)
  finish(draft, maker, columns, families, first)
}

/** One row a household: the head, and the members beside it where there are columns for them. */
export function householdRows(draft: Draft, name: string): void {
  const { columns, families, habit } = draft
  const maker = begin(draft, name, columns, draft.frame.title)
  const first = maker.last + 1
  for (const [at, family] of families.entries()) {
    between(draft, maker, columns, families, at)
    const cells = columns.map((spec) => {
      const member = spec.slot === undefined ? headOf(family) : family.members[spec.slot]
      return member === undefined ? null : cellOf(spec, { family, member, serial: at + 1 }, habit)
    })
    const row = maker.add(cells, family.isHidden ? { hidden: true } : {})
    const place = { sheet: maker.name, from: row, to: row }
    family.place = place
    for (const member of family.members) member.place = place
  }
  between(draft, maker, columns, families, families.length)
  finish(draft, maker, columns, families, first)
}

/** Rows of a list of payments; each line says which payments stand in it. */
export function paymentSheet(
  draft: Draft,
  name: string,
  title: string,
  lines: readonly { family: Family; payments: readonly Payment[] }[],
): void {
  const { columns, habit } = draft
  const maker = begin(draft, name, columns, title)
  const first = maker.last + 1
  for (const [at, { family, payments }] of lines.entries()) {
    if (draft.frame.blankRows && at % 9 === 7) maker.add(columns.map(() => null))
    if (draft.frame.repeatedHeader && at % 11 === 10) maker.repeatHeader()
    const cells = columns.map((spec) => {
      const payment = payments[spec.slot ?? 0]
      const facts = { family, member: headOf(family), serial: at + 1, ...(payment === undefined ? {} : { payment }) }
      return spec.of === 'payment' && payment === undefined ? null : cellOf(spec, facts, habit)
    })
    const row = maker.add(cells, family.isHidden ? { hidden: true } : {})
    for (const payment of payments) payment.place = { sheet: maker.name, from: row, to: row }
    family.place ??= { sheet: maker.name, from: row, to: row }
  }
  finish(
    draft,
    maker,
    columns,
    lines.map(({ family }) => family),
    first,
  )
}

/** Members, or payments, in a sheet of their own that names the household. */
function tableSheet(
  draft: Draft,
  name: string,
  columns: readonly ColumnSpec[],
  lines: readonly { family: Family; member: Member; payment?: Payment }[],
): void {
  const maker = begin(draft, name, columns, '')
  for (const [at, line] of lines.entries()) {
    const row = maker.add(columns.map((spec) => cellOf(spec, { ...line, serial: at + 1 }, draft.habit)))
    const entry = line.payment ?? line.member
    entry.place = { sheet: name, from: row, to: row }
  }
  draft.sheets.push(maker.sheet())
}

/** Households in one sheet, members in another, joined by the number. */
export function twoSheets(draft: Draft): void {
  const ofFamily = draft.columns.filter(({ of }) => of !== 'member')
  const join = draft.columns.filter(({ field }) => field === 'households.household_no')
  const ofMember = [...join, ...draft.columns.filter(({ of }) => of === 'member')]
  const maker = begin(draft, '家庭', ofFamily, draft.frame.title)
  const first = maker.last + 1
  for (const [at, family] of draft.families.entries()) {
    const row = maker.add(ofFamily.map((spec) => cellOf(spec, { family, member: headOf(family), serial: at + 1 }, draft.habit)))
    family.place = { sheet: '家庭', from: row, to: row }
  }
  finish(draft, maker, ofFamily, draft.families, first)
  tableSheet(draft, '成员', ofMember, memberLines(draft))
}

function memberLines({ families }: Draft): { family: Family; member: Member }[] {
  return families.flatMap((family) => family.members.map((member) => ({ family, member })))
}

/** The product's own tables under their Chinese names. */
export function ownTables(draft: Draft): void {
  const columns = ownColumns('households')
  const maker = begin(draft, '家庭', columns, '')
  for (const [at, family] of draft.families.entries()) {
    const row = maker.add(columns.map((spec) => cellOf(spec, { family, member: headOf(family), serial: at + 1 }, draft.habit)))
    family.place = { sheet: '家庭', from: row, to: row }
  }
  draft.sheets.push(maker.sheet())
  tableSheet(draft, '家庭成员', ownColumns('persons'), memberLines(draft))
  const lines = draft.families.flatMap((family) =>
    family.payments.map((payment) => ({ family, member: headOf(family), payment })),
  )
  tableSheet(draft, '资金发放', ownColumns('payments'), lines)
}

/** Payments one a row. */
export function paymentRows(draft: Draft, name: string): void {
  const lines = draft.families.flatMap((family) => family.payments.map((payment) => ({ family, payments: [payment] })))
  paymentSheet(draft, name, draft.frame.title, lines)
}

/** Payments with a sheet a month. */
export function paymentSheets(draft: Draft, town: string): void {
  for (const [at, month] of LEDGER_MONTHS.entries()) {
    const name = draft.habit.wording === 1 ? `2026年${Number(month.slice(5))}月` : `${Number(month.slice(5))}月`
    const title = `${town}2026年${Number(month.slice(5))}月低保资金发放表`
    const lines = draft.families.flatMap((family) => {
      const payment = family.payments[at]
      return payment === undefined ? [] : [{ family, payments: [payment] }]
    })
    paymentSheet(draft, name, title, lines)
  }
}
