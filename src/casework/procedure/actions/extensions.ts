/** Limits of a case that may be extended by the pack, and extending one. */
import { type Role, roleLabel } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { type ClockRule, clauseOf } from '#policy'
import { type ExtendableClock, extendClock } from '../contract/extension.ts'
import { dueOn } from '../rules/deadlines.ts'
import { stepOf } from '../rules/model.ts'
import { insertExtension } from '../store/extensions.ts'
import { loadCaseFile } from './case-file.ts'
import { noteOn, remember } from './case-note.ts'
import { type CaseFile, clockOf } from './file-model.ts'
import { keepRecord } from './keep-record.ts'

/** A clock with whoever may extend it. */
type Extendable = ExtendableClock & { readonly role: Role }

function extendable(
  file: CaseFile,
  at: { clock: string; label: string; dueOn: string | null; rule: ClockRule | null; parameter: string; role: Role },
  { actor, today }: ActionContext,
): Extendable[] {
  const { clock, label, dueOn: due, rule, parameter, role } = at
  const isUsed = file.records.some(({ kind, body }) => kind === 'extension' && body.clock === clock)
  if (isUsed || due === null || due < today || rule === null || rule.extension === null) return []
  const { extension: most, unit } = rule
  const clause = clauseOf(file.pack, `clocks.${parameter}`)
  return [{ clock, label, most, unit, dueOn: due, byLabel: roleLabel(role), clause, mine: actor.role === role, role }]
}

/** The clocks of a case that run, were not extended yet, and may be: the pack says by how much. */
export function extendableClocks(context: ActionContext, file: CaseFile): Extendable[] {
  if (file.state.result !== null) return []
  const steps = file.steps.flatMap(({ step, state, due_on: due }) => {
    if (state !== 'open' && state !== 'posted' && state !== 'paused') return []
    const { label, level, clock } = stepOf(file.procedure, step)
    const role = level === 'district' ? 'district_approver' : 'township_head'
    return extendable(file, { clock: step, label, dueOn: due, rule: clockOf(file, step), parameter: clock ?? '', role }, context)
  })
  const { decided_by: decidedBy, clocks } = file.parameters
  const role = decidedBy === 'district' ? 'district_approver' : 'township_head'
  const whole = {
    clock: 'total',
    label: '全程办理',
    dueOn: file.row.total_due_on,
    rule: clocks.total,
    parameter: 'total',
    role,
  } as const
  return [...steps, ...extendable(file, whole, context)]
}

export const extendClockAction: Action = routeAction(extendClock, {
  async run(context, { caseNo, clock, days, reason }) {
    const { tx, keys, actor, clock: time } = context
    const file = await loadCaseFile(context, caseNo, true)
    const found = extendableClocks(context, file).find((each) => each.clock === clock)
    if (found === undefined) {
      throw new Problem('casework.extension', '这个时限现在不能延长：没有在计时、已过期、已经延长过，或政策包没有规定可以延长', {
        status: 409,
      })
    }
    const { role, most, unit, dueOn: before, clause, byLabel, label } = found
    if (actor.role !== role)
      throw new Problem('casework.extension', `“${label}”的时限由${byLabel}延长（依据：${clause}）`, { status: 403 })
    if (days > most) {
      const message = `“${label}”最多延长 ${most} ${unit === 'working' ? '个工作日' : '天'}（依据：${clause}）`
      throw new Problem('input.invalid', message, { status: 422, details: { issues: [{ path: ['days'], message }] } })
    }
    const after = dueOn({ days, unit }, before).date
    const at = nowIso(time)
    const by = { byUser: actor.userId, byRole: actor.role, at }
    await insertExtension(tx, { caseNo, clock, days, dueBefore: before, dueOn: after, reason: keys.seal(reason), ...by })
    const step = clock === 'total' ? (file.steps.find(({ state }) => state === 'open')?.step ?? 'intake') : clock
    const body = { clock, label, days, unit, dueBefore: before, dueOn: after, reason, clause }
    await keepRecord(context, file, { step, kind: 'extension', body })
    const reply = { caseNo, clock, dueOn: after }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, clock, days }, output) => noteOn(output, caseNo, '延长办理时限', { clock, days }),
})
