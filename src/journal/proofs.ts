/** The page of proofs: what was found not to be as it was sealed or signed, and how a person settled it. */
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { type ProofAlarm, readProofs, settleAlarm } from './contract.ts'
import { type AlarmRow, countOpenAlarms, listAlarmRows, settleAlarmRow } from './store/alarms.ts'
import { findLastCheck } from './store/checks.ts'

/** As many as a person reads; those that are open come first. */
const SHOWN = 200

function alarmView(row: AlarmRow): ProofAlarm {
  return {
    alarmId: row.alarm_id,
    kind: row.kind,
    subject: row.subject,
    fault: row.fault,
    foundAt: row.found_at,
    settledBy: row.settled_by_name,
    settledAt: row.settled_at,
    settledReason: row.settled_reason,
  }
}

const readProofsAction: Action = routeAction(readProofs, {
  transaction: 'read',
  async run({ tx }) {
    const [last, open, rows] = await Promise.all([findLastCheck(tx), countOpenAlarms(tx), listAlarmRows(tx, SHOWN)])
    return { lastCheck: last ?? null, open, alarms: rows.map(alarmView) }
  },
  journal: () => null,
})

const settleAlarmAction: Action = routeAction(settleAlarm, {
  async run({ tx, actor, clock }, { alarmId, reason }) {
    const row = await settleAlarmRow(tx, alarmId, actor, nowIso(clock), reason)
    if (row === undefined) throw new Problem('journal.no-alarm', '没有这条异常，或已有人处理，请刷新后查看', { status: 409 })
    return alarmView(row)
  },
  journal: ({ alarmId, reason }, output) => ({
    chain: 'system:proofs',
    basis: '网络安全法第二十一条',
    purpose: '处理存证异常',
    detail: { alarmId, reason, ...('subject' in output ? { kind: output.kind, subject: output.subject } : {}) },
  }),
})

export const proofActions: readonly Action[] = [readProofsAction, settleAlarmAction]
