import { randomUUID } from 'node:crypto'
import { isWithin } from '#kernel/division'
import type { ActionContext } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { Sql } from '#platform/db'
import {
  type ImportKinds,
  type ImportRow,
  importKind,
  type RowFault,
  type RowVerdict,
  type VillageName,
  villageBy,
} from '#platform/table-import'
import { dutyRoles } from './actions/duty.ts'
import { type DutyRow, insertDuties, listDutyRows, listOfficerRows, type NewDuty, type OfficerRow } from './store/duty.ts'

/** Identity's tables that people hand in as workbooks: who answers for which village. */

const isFault = (value: object): value is RowFault => 'message' in value

function officerBy(officers: readonly OfficerRow[]): (text: string) => OfficerRow | RowFault {
  return (text) => {
    const known = officers.find((each) => each.login === text)
    if (known !== undefined) return known
    const named = officers.filter((each) => each.display_name === text)
    const [only] = named
    if (only !== undefined && named.length === 1) return only
    const message =
      named.length === 0
        ? `您的辖区内没有办理救助的账号“${text}”，请核对账号或姓名`
        : `有 ${named.length} 个“${text}”，请改填账号：${named.map((each) => each.login).join('、')}`
    return { column: 'account', message }
  }
}

interface Known {
  readonly village: (text: string) => VillageName | RowFault
  readonly officer: (text: string) => OfficerRow | RowFault
  readonly duties: readonly DutyRow[]
}

function judgeRow({ actor, clock }: ActionContext, known: Known, { texts }: ImportRow): RowVerdict<NewDuty> {
  const village = known.village(texts.village ?? '')
  const officer = known.officer(texts.account ?? '')
  if (isFault(village) || isFault(officer)) return { state: 'bad', faults: [village, officer].filter(isFault) }
  if (!isWithin(village.code, officer.division_code) && !isWithin(officer.division_code, village.code)) {
    const message = `${officer.display_name} 的辖区不含“${village.name}”，请换人或先调整其辖区`
    return { state: 'bad', faults: [{ column: 'account', message }] }
  }
  const from = texts.from ?? ''
  const isTaken = known.duties.some(
    (duty) =>
      duty.user_id === officer.user_id && duty.village_code === village.code && (duty.valid_to === null || duty.valid_to > from),
  )
  if (isTaken) return { state: 'taken' }
  const at = isoInstant(clock.nowMs())
  const who = { userId: officer.user_id, userName: officer.display_name, villageCode: village.code }
  return { state: 'good', value: { dutyId: randomUUID(), ...who, from, note: texts.note ?? '', by: actor.userId, at } }
}

/** Kinds of identity: the duty areas. */
export function identityImports(villagesOf: (sql: Sql) => Promise<readonly VillageName[]>): ImportKinds {
  return {
    duty: importKind<NewDuty>({
      label: '包村安排',
      permission: 'duty.assign',
      columns: [
        { header: '村（社区）', key: 'village', kind: 'text', required: true, hint: '全称或 12 位代码', example: '629901001001' },
        {
          header: '负责人',
          key: 'account',
          kind: 'text',
          required: true,
          hint: '账号；姓名不重复时也可写姓名',
          example: 'township',
        },
        { header: '自何日起', key: 'from', kind: 'date', required: true, hint: '如 2026-09-30', example: '2026-09-30' },
        { header: '说明', key: 'note', kind: 'text', required: false, hint: '可不填', example: '' },
      ],
      async judge(context, rows) {
        const known: Known = {
          village: villageBy(await villagesOf(context.tx)),
          officer: officerBy(await listOfficerRows(context.tx, dutyRoles)),
          duties: await listDutyRows(context.tx, { lo: null, hi: null, on: context.today, past: true }),
        }
        return rows.map((row) => judgeRow(context, known, row))
      },
      async take({ tx }, duties) {
        await insertDuties(tx, duties)
      },
    }),
  }
}
