import { randomUUID } from 'node:crypto'
import { hasLostDigits, isExponent } from '#kernel/lost-digits'
import { Problem } from '#kernel/problem'
import type { Column } from '#kernel/table'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import { correctField } from '../contract/household.ts'
import { correctRow } from '../contract/quarantine.ts'
import { CORRECTABLE, ownWayOf } from '../rules/correctable.ts'
import { fieldText } from '../rules/field-text.ts'
import type { CheckLimits } from '../rules/roll.ts'
import { typedFaults } from '../rules/typed-fields.ts'
import { insertCorrection } from '../store/corrections.ts'
import { findDistrict } from '../store/import.ts'
import { findQuarantined, settleRows } from '../store/quarantine.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { findStored, type StoredRow } from '../store/values.ts'
import { CORE_TABLES, type CoreTable, tableOfFile } from '../tables.ts'
import {
  type CorrectionContext,
  candidateOf,
  fieldsOf,
  type Outcome,
  releaseReferring,
  submitRow,
  touch,
  withoutMasks,
} from './correction.ts'
import { rowIssueView } from './issue-view.ts'

const BASIS = '社会救助暂行办法：申请材料不齐或有误的，一次性告知补正'

export async function correctionContext(context: ActionContext, asOf: string, limits: CheckLimits): Promise<CorrectionContext> {
  const district = await findDistrict(context.tx)
  return {
    tx: context.tx,
    keys: context.keys,
    asOf,
    limits,
    districtDivision: `${district ?? '000000'}000000`,
    by: context.actor.userId,
    at: isoInstant(context.clock.nowMs()),
  }
}

/** Where an outcome belongs in the journal, kept between run and journal. */
const notes = new WeakMap<object, { divisionCode: string; householdNo: string | null }>()

function noteOf(output: object, purpose: string, detail: Readonly<Record<string, unknown>>): JournalNote {
  const place = notes.get(output)
  const chain = place?.householdNo === null || place === undefined ? 'system:registry' : `household:${place.householdNo}`
  return { chain, ...(place === undefined ? {} : { divisionCode: place.divisionCode }), basis: BASIS, purpose, detail }
}

async function announce(
  context: ActionContext,
  ctx: CorrectionContext,
  outcomes: readonly Outcome[],
): Promise<{ householdNos: string[]; subjectNos: string[] }> {
  const touched = await touch(ctx, outcomes)
  await context.emit('registry.corrected', touched)
  return touched
}

/** The day a correction withdraws an authorisation on; null when it does not. */
function withdrawalOf(table: CoreTable, before: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>>) {
  const day = table.name === 'authorisations' ? (fields.withdrawn_on ?? '') : ''
  return day === '' || day === before.withdrawn_on ? null : day
}

/** A withdrawal leads to no new question: what is open is halted and the units are told. */
async function announceWithdrawal(
  context: ActionContext,
  ctx: CorrectionContext,
  outcome: Outcome,
  withdrawnOn: string,
): Promise<{ householdNos: string[]; subjectNos: string[] }> {
  const touched = await touch(ctx, [outcome])
  const withdrawals = [{ authorisationNo: outcome.key ?? '', withdrawnOn }]
  await context.emit('registry.authorisation-withdrawn', { withdrawals })
  return touched
}

/** Corrects a returned row: read alone with every check again; rows that waited for it are taken up with it. */
export const correctRowAction: Action = routeAction(correctRow, {
  async run(context, input) {
    const returned = await findQuarantined(context.tx, input.rowId)
    if (returned === undefined) throw new Problem('registry.not-found', '这一行不存在，或不在您的辖区内', { status: 404 })
    if (returned.state !== 'open') throw new Problem('registry.already-settled', '这一行已经处理过，请刷新列表', { status: 409 })
    const table = tableOfFile(returned.file)
    if (table === undefined) throw new Problem('registry.not-found', '这一行所属的文件已不再使用', { status: 404 })
    const ctx = await correctionContext(context, returned.as_of, returned.limits)
    const typed = withoutMasks(input.fields)
    const filed = fieldsOf(context.keys, returned)
    const fields = { ...filed, ...typed }
    refuseTyped(context, table, typed, fields, ctx.limits.maxAge)
    const replaces = returned.quarantined ? null : returned.row_key
    const standing = await checkedStanding(context, table, replaces, typed)
    // zeros at the end are what they are once a person typed them
    const isLost = (column: Column, raw: string) => hasLostDigits(column, raw) && (raw === filed[column.name] || isExponent(raw))
    const candidate = candidateOf(table, fields, returned.row, replaces)
    const outcome = await submitRow(ctx, replaces === null ? { ...candidate, isLost } : candidate)
    const output = { accepted: outcome.accepted, issues: outcome.issues.map(rowIssueView), released: 0, touched: [] as string[] }
    notes.set(output, { divisionCode: returned.division_code, householdNo: outcome.householdNo })
    if (!outcome.accepted) return output
    if (standing !== undefined) await keepCorrection(context, table, standing.row, standing.before, input.reason)
    await settleRows(context.tx, [input.rowId], 'corrected', ctx.by, ctx.at)
    const released = await releaseReferring(ctx, outcome.key === null ? [] : [outcome.key])
    const touched = await announce(context, ctx, [outcome, ...released])
    output.released = released.length
    output.touched = touched.householdNos
    return output
  },
  journal: (input, output) =>
    noteOf(output, input.reason, {
      rowId: input.rowId,
      columns: Object.keys(input.fields),
      accepted: 'accepted' in output ? output.accepted : false,
    }),
})

/** Refuses (422) what a clerk typed and cannot be, field by field. */
function refuseTyped(
  context: ActionContext,
  table: CoreTable,
  typed: Readonly<Record<string, string>>,
  whole: Readonly<Record<string, string>>,
  maxAge: number,
): void {
  const [first, ...rest] = typedFaults(table.name, typed, whole, { on: context.today, maxAge })
  if (first === undefined) return
  const issues = [first, ...rest].map(({ column, message }) => ({ path: ['fields', column], message }))
  throw new Problem('input.invalid', first.message, { status: 422, details: { issues } })
}

/** Columns that say which row it is and where it belongs: they cannot be changed in a row that others refer to. */
const FIXED: ReadonlySet<string> = new Set(['household_no', 'subject_no', 'person_no', 'supported_person_no'])

const OTHER_KEY = '它是这一行的编号。编号有误的，请在“导入”页导入编号正确的一行，原来的一行由核对中心导入完整名册时移出'
const OTHER_OWNER = '它说明这一行属于谁。请在“导入”页导入更正后的这一行，编号不变'

/** Refuses columns that are none, that others refer to, or that one person may not change, and says where they are changed. */
function checkedColumns(table: CoreTable, columns: readonly string[]): void {
  for (const column of columns) {
    const known = table.columns.find(({ name }) => name === column)
    if (known === undefined) throw new Problem('registry.unknown-column', `${table.label}没有“${column}”这一列`, { status: 422 })
    if (column === table.key || FIXED.has(column)) {
      const way = column === table.key ? OTHER_KEY : OTHER_OWNER
      throw new Problem('registry.fixed-column', `${known.label}不能在此更改：${way}`, { status: 422 })
    }
    if (CORRECTABLE[table.name].includes(column)) continue
    const message = `${table.label}的${known.label}不能由一人在此更正：${ownWayOf(table.name, column)}`
    throw new Problem('registry.not-correctable', message, { status: 422 })
  }
}

type Texts = Readonly<Record<string, string>>

function textsOf(table: CoreTable, row: StoredRow): Texts {
  return Object.fromEntries(table.columns.map((column, i) => [column.name, fieldText(column, row.values[i] ?? null)]))
}

/** Keeps what a corrected row was and is, for the household's history. */
async function keepCorrection(context: ActionContext, table: CoreTable, row: StoredRow, before: Texts, reason: string) {
  const { tx, keys, actor, clock } = context
  const now = await findStored(tx, keys, storedTableOf(table.name), row.key)
  const after = now === undefined ? before : textsOf(table, now)
  const changes = table.columns.flatMap(({ name }) =>
    before[name] === after[name] ? [] : [{ column: name, before: before[name] ?? '', after: after[name] ?? '' }],
  )
  if (changes.length === 0) return
  await insertCorrection(tx, {
    correctionId: randomUUID(),
    tableName: table.name,
    rowKey: row.key,
    householdNo: row.householdNo,
    divisionCode: now?.divisionCode ?? row.divisionCode,
    changes: keys.seal(JSON.stringify(changes)),
    reason: keys.seal(reason),
    by: actor.userId,
    byName: actor.name,
    at: isoInstant(clock.nowMs()),
  })
}

/** The accepted row a returned one stands in for, once it is clear that only what one person may correct would change. */
async function checkedStanding(context: ActionContext, table: CoreTable, key: string | null, fields: Texts) {
  const row = key === null ? undefined : await findStored(context.tx, context.keys, storedTableOf(table.name), key)
  if (row === undefined) return undefined
  const before = textsOf(table, row)
  const isChanged = (name: string): boolean => {
    const typed = (fields[name] ?? '').trim()
    // an amount may be written in several ways
    const isMoney = table.columns.some((column) => column.name === name && column.type === 'money')
    return typed !== before[name] && !(isMoney && typed !== '' && Number(typed) === Number(before[name]))
  }
  checkedColumns(
    table,
    Object.keys(fields).filter((column) => column !== table.key && isChanged(column)),
  )
  return { row, before }
}

export interface CorrectDoor {
  /** Limits of the checks on a date, from the pack in force. */
  limits(tx: Tx, asOf: string): Promise<CheckLimits>
}

/** Corrects fields of an accepted row, with every check again. */
export function correctFieldAction(door: CorrectDoor): Action {
  return routeAction(correctField, {
    async run(context, input) {
      const table = CORE_TABLES.find(({ name }) => name === input.table)
      if (table === undefined) throw new Problem('registry.not-found', `没有“${input.table}”这张表`, { status: 404 })
      checkedColumns(table, Object.keys(input.fields))
      const row = await findStored(context.tx, context.keys, storedTableOf(table.name), input.key)
      if (row === undefined) throw new Problem('registry.not-found', '这一行不存在，或不在您的辖区内', { status: 404 })
      const before = textsOf(table, row)
      const ctx = await correctionContext(context, context.today, await door.limits(context.tx, context.today))
      refuseTyped(context, table, input.fields, { ...before, ...input.fields }, ctx.limits.maxAge)
      const isLost = (column: Column, raw: string) => raw === input.fields[column.name] && hasLostDigits(column, raw)
      const outcome = await submitRow(ctx, { ...candidateOf(table, { ...before, ...input.fields }, 1, input.key), isLost })
      const issues = outcome.issues.map(({ column, code, severity, message }) => ({ column, code, severity, message }))
      const correctedAt: string | null = outcome.accepted ? ctx.at : null
      const output = { accepted: outcome.accepted, issues, touched: [] as string[], correctedAt }
      notes.set(output, { divisionCode: row.divisionCode, householdNo: outcome.householdNo })
      if (!outcome.accepted) return output
      await keepCorrection(context, table, row, before, input.reason)
      const day = withdrawalOf(table, before, input.fields)
      const touched = day === null ? announce(context, ctx, [outcome]) : announceWithdrawal(context, ctx, outcome, day)
      output.touched = (await touched).subjectNos
      return output
    },
    journal: (input, output) =>
      noteOf(output, input.reason, {
        table: input.table,
        key: input.key,
        columns: Object.keys(input.fields),
        accepted: 'accepted' in output ? output.accepted : false,
      }),
  })
}
