import { moveDuties } from '#identity'
import { isWithin, rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { columnPosition, type Value } from '#kernel/table'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { listDivisionHistory, mergeDivision, renameDivision, splitDivision } from '../contract/divisions.ts'
import {
  type DivisionStateRow,
  dateDivision,
  deleteDivision,
  findDivisionState,
  insertEndedState,
  isCodeTaken,
  listDatedDivisions,
  listEndedDivisions,
  moveOpenRows,
} from '../store/division-changes.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { alignDivisions, listStored, saveStored } from '../store/values.ts'
import { type CoreTableName, coreTable } from '../tables.ts'

/** Renaming, merging and splitting divisions. What they were called stays on its days; rows of households follow their village. */

declare module '#platform/events' {
  interface EventPayloads {
    /** A village ended (`from` is gone) or gave households away; rows that carry its code may follow their household. */
    'registry.households-moved': {
      readonly from: string
      readonly to: string
      readonly on: string
      readonly householdNos: readonly string[]
    }
  }
}

const BASIS = '行政区划管理条例'

export const listDivisionHistoryAction: Action = routeAction(listDivisionHistory, {
  async run({ tx, scope }, input) {
    const filter = {
      parent: input.parent ?? null,
      level: input.level ?? null,
      word: input.q === undefined || input.q === '' ? null : input.q,
      lo: scope.lo,
      hi: scope.hi,
      limit: input.limit,
    }
    const [rows, ended] = [await listDatedDivisions(tx, filter), await listEndedDivisions(tx, filter)]
    return {
      rows: rows.map(({ parent_code, parent_name, ...row }) => ({ ...row, parentCode: parent_code, parentName: parent_name })),
      ended: ended.map(({ successor_code, successor_name, ...row }) => ({
        ...row,
        successorCode: successor_code,
        successorName: successor_name,
      })),
    }
  },
  journal: () => null,
})

async function getState(context: ActionContext, code: string, what: string): Promise<DivisionStateRow> {
  const state = await findDivisionState(context.tx, code)
  if (state === undefined)
    throw new Problem('registry.no-division', `${what}（${code}）不在用，或不在您的辖区内，请刷新后重新选择`, { status: 404 })
  return state
}

/** A change holds from a day that has come and lies within the present state. */
function checkDay(context: ActionContext, on: string, state: DivisionStateRow): void {
  if (on > context.today) throw new Problem('registry.future-change', '生效日期不能晚于今天；请在生效当日办理', { status: 422 })
  if (state.since !== null && on <= state.since)
    throw new Problem('registry.early-change', `生效日期应晚于“${state.name}”现名称的起始日期 ${state.since}`, { status: 422 })
}

async function saveDivision(context: ActionContext, state: DivisionStateRow, since: string): Promise<void> {
  const stored = storedTableOf('divisions')
  const named: Readonly<Record<string, Value>> = { ...state }
  const values = stored.table.columns.map(({ name }) => named[name] ?? null)
  const place = { divisionCode: state.code, householdNo: null, row: 0 }
  await saveStored(context.tx, stored, stored.encode(context.keys, values, place))
  await dateDivision(context.tx, state.code, since)
}

function noteOf(code: string, purpose: string, detail: JournalNote['detail']): JournalNote {
  return { chain: 'system:divisions', divisionCode: code, basis: BASIS, purpose, detail: { code, ...detail } }
}

const renamedFrom = new WeakMap<object, string>()

export const renameDivisionAction: Action = routeAction(renameDivision, {
  async run(context, input) {
    const state = await getState(context, input.code, '该区划')
    if (state.level === 'district')
      throw new Problem('registry.district', '区（县）名称随数据包变更，不在此更改', { status: 422 })
    checkDay(context, input.on, state)
    const kind = input.kind ?? state.kind
    if (state.name === input.name && kind === state.kind)
      throw new Problem('registry.same-name', '新名称与现名称相同，没有变更', { status: 422 })
    if ((state.level === 'village') !== (kind === 'village' || kind === 'community'))
      throw new Problem('registry.bad-kind', '类型与级别不符：村级为村或社区，乡级为乡镇或街道', { status: 422 })
    await insertEndedState(context.tx, state, input.on, state.code)
    await saveDivision(context, { ...state, name: input.name, kind }, input.on)
    const output = { code: state.code, formerName: state.name }
    renamedFrom.set(output, state.name)
    return output
  },
  journal: (input, output) =>
    noteOf(input.code, input.reason, { from: renamedFrom.get(output) ?? '', to: input.name, on: input.on }),
})

/** Rows of a table that carry a division's code (some of them by key) are written again with another one; gives their keys. */
async function moveRows(
  context: ActionContext,
  table: CoreTableName,
  from: string,
  to: string,
  only?: ReadonlySet<string>,
): Promise<string[]> {
  const stored = storedTableOf(table)
  const position = columnPosition(coreTable(table), 'division_code')
  const moved: string[] = []
  for (const row of await listStored(context.tx, context.keys, stored, 'division_code', [from])) {
    if (only !== undefined && !only.has(row.key)) continue
    const values = row.values.with(position, to)
    const place = { divisionCode: to, householdNo: row.householdNo, row: 0 }
    await saveStored(context.tx, stored, stored.encode(context.keys, values, place))
    moved.push(row.key)
  }
  return moved
}

export const mergeDivisionAction: Action = routeAction(mergeDivision, {
  async run(context, input) {
    const { tx, actor, clock } = context
    const state = await getState(context, input.code, '被撤并的村（社区）')
    const heir = await getState(context, input.into, '并入的村（社区）')
    if (state.level !== 'village' || heir.level !== 'village')
      throw new Problem('registry.not-village', '只能把一个村（社区）并入另一个村（社区）；乡镇撤并请逐村办理', { status: 422 })
    if (state.code === heir.code) throw new Problem('registry.same-village', '不能并入自己，请重新选择', { status: 422 })
    checkDay(context, input.on, state)
    const [from, to, on] = [state.code, heir.code, input.on]
    await insertEndedState(tx, state, on, to)
    const householdNos = await moveRows(context, 'households', from, to)
    await alignDivisions(tx)
    const officials = await moveRows(context, 'officials', from, to)
    await moveOpenRows(tx, from, to)
    const duties = await moveDuties(tx, { from, to, on }, { by: actor.userId, at: isoInstant(clock.nowMs()) })
    await deleteDivision(tx, from)
    await context.emit('registry.households-moved', { from, to, on, householdNos })
    return { households: householdNos.length, officials: officials.length, duties }
  },
  journal: (input, output) =>
    noteOf(input.code, input.reason, {
      into: input.into,
      on: input.on,
      households: 'households' in output ? output.households : 0,
    }),
})

export const splitDivisionAction: Action = routeAction(splitDivision, {
  async run(context, input) {
    const state = await getState(context, input.code, '原村（社区）')
    if (state.level !== 'village') throw new Problem('registry.not-village', '只能拆分村（社区）', { status: 422 })
    checkDay(context, input.on, state)
    if (rankOf(input.newCode) !== 'village' || !isWithin(input.newCode, state.parent_code ?? state.code))
      throw new Problem('registry.bad-code', `新村代码应为 ${state.parent_code ?? ''} 下的 12 位村级代码`, { status: 422 })
    if (await isCodeTaken(context.tx, input.newCode))
      throw new Problem('registry.code-taken', `代码 ${input.newCode} 已用于或曾用于另一个区划，请换一个`, { status: 409 })
    const fresh = { ...state, code: input.newCode, name: input.name, kind: input.kind, since: null }
    await saveDivision(context, fresh, input.on)
    const wanted = new Set(input.householdNos)
    const moved = await moveRows(context, 'households', state.code, input.newCode, wanted)
    const missing = input.householdNos.filter((no) => !moved.includes(no))
    if (missing.length > 0)
      throw new Problem('registry.not-there', `户号 ${missing.slice(0, 5).join('、')} 不在“${state.name}”，没有拆分，请核对`, {
        status: 422,
      })
    await alignDivisions(context.tx)
    await context.emit('registry.households-moved', { from: state.code, to: input.newCode, on: input.on, householdNos: moved })
    return { households: moved.length }
  },
  journal: (input) => noteOf(input.code, input.reason, { newCode: input.newCode, on: input.on, households: input.householdNos }),
})
