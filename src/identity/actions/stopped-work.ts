/** Events and jobs that failed for good: what they are, and once more. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { listStuckEvents, retryEvent } from '#platform/events'
import { listFailedJobs } from '#platform/queue'
import { listStoppedWork, retryWork } from '../contract/stopped-work.ts'
import type { IdentityDoor } from './sign-in.ts'

const named = ({ workLabel }: IdentityDoor, name: string): string => workLabel?.(name) ?? name

export function listStoppedWorkAction(door: IdentityDoor): Action {
  return routeAction(listStoppedWork, {
    transaction: 'read',
    async run({ tx }) {
      const events = await listStuckEvents(tx)
      const jobs = await listFailedJobs(tx)
      return {
        rows: [
          ...events.map(({ id, name, ...rest }) => ({ workId: `event:${id}`, label: named(door, name), ...rest })),
          ...jobs.map(({ id, name, ...rest }) => ({ workId: `job:${id}`, label: named(door, name), ...rest, retryAt: null })),
        ].sort((a, b) => a.since.localeCompare(b.since)),
      }
    },
    journal: () => null,
  })
}

async function retryJob({ tx }: ActionContext, { retryJob: again }: IdentityDoor, id: string): Promise<boolean> {
  if (again === undefined) throw new Problem('server.no-queue', '后台任务未启动，暂时不能再试', { status: 503 })
  const job = (await listFailedJobs(tx)).find((each) => each.id === id)
  if (job === undefined) return false
  await again(tx, job.name, id)
  return true
}

export function retryWorkAction(door: IdentityDoor): Action {
  return routeAction(retryWork, {
    async run(context, { workId }) {
      const [kind = '', id = ''] = workId.split(':')
      const sent = kind === 'event' ? await retryEvent(context.tx, Number(id)) : await retryJob(context, door, id)
      if (!sent) throw new Problem('identity.no-stopped-work', '这项任务已经继续或由他人再试，请刷新页面', { status: 409 })
      return { sent }
    },
    journal: ({ workId }, _output, { actor }) => ({
      chain: `user:${actor.userId}`,
      basis: '网络安全法第二十一条',
      purpose: '后台任务再试一次',
      detail: { work: workId },
    }),
  })
}
