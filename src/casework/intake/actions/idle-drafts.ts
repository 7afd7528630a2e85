/** Applications that were begun and left: told to whoever opened them, to be gone on with or discarded with a reason. */
import { addDays } from '#kernel/dates'
import { type Action, routeAction } from '#platform/action'
import { caseworkOf, packAt, packInForce } from '#policy'
import { listIdleDrafts } from '../contract/intake.ts'
import { countIdle, listIdle } from '../store/intake.ts'
import type { IntakeDoor } from './open.ts'

export function listIdleDraftsAction({ packId }: IntakeDoor): Action {
  return routeAction(listIdleDrafts, {
    async run({ tx, actor, today }, { limit }) {
      const days = caseworkOf(packAt(await packInForce(tx, packId), today)).draft_idle_days
      if (days === 0) return { rows: [], total: 0, days }
      const since = addDays(today, -days)
      return {
        rows: await listIdle(tx, actor.userId, since, limit),
        total: await countIdle(tx, actor.userId, since),
        days,
      }
    },
    journal: (_input, output) => ({
      chain: 'system:casework',
      basis: '社会救助暂行办法 第十一条',
      purpose: '查看长期未填写的申请草稿',
      detail: { rows: (output as { rows: unknown[] }).rows.length },
    }),
  })
}
