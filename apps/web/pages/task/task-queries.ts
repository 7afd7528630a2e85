import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { call, type Input, reading } from '../../client.ts'
import { useCan } from '../../session.ts'

/** Hints of member units nobody has looked at: so many at once, the oldest first. */
export const changeTasks = reading('casework.list-change-tasks', { query: { limit: 20 } })
/** Changes of grants that wait for a second person, and their letters. */
export const grantTasks = {
  open: reading('casework.list-grant-changes', { query: { state: 'open', limit: 20 } }),
  unserved: reading('casework.list-grant-changes', { query: { state: 'unserved', limit: 20 } }),
}
/** What does not go on in verifications. */
export const stoppedChecks = reading('verification.list-troubles', {})
export const lineTasks = reading('exchange.list-tasks', {})
/** Decisions that nobody served yet: only their number. */
export const letterTasks = reading('casework.list-cases', { query: { unserved: 'yes', limit: 1 } })
/** Applications that were begun and left. */
export const idleDrafts = reading('casework.list-idle-drafts', { query: {} })
export const paymentTasks = reading('casework.read-go-live', {})
export const accountTasks = reading('registry.list-account-changes', { query: {} })
export const importTasks = reading('registry.list-waiting-imports', {})

/** Whoever proposes changes of grants, decides about them or serves their letters. */
export const hasGrantTasks = (can: ReturnType<typeof useCan>): boolean => can('grant.propose') || can('grant.decide')

/** Asks for what stands above the list at once, while its scripts are still on their way: the list is shown when all is there. */
export function useAboveTasks(): void {
  const can = useCan()
  useQuery({ ...changeTasks, enabled: can('casework.change') })
  useQuery({ ...grantTasks.open, enabled: hasGrantTasks(can) })
  useQuery({ ...grantTasks.unserved, enabled: hasGrantTasks(can) })
  useQuery({ ...stoppedChecks, enabled: can('verification.rerun') })
  useQuery({ ...lineTasks, enabled: can('exchange.read') })
  useQuery({ ...letterTasks, enabled: can('casework.notify') })
  useQuery({ ...idleDrafts, enabled: can('casework.open') })
  useQuery({ ...paymentTasks, enabled: can('payment.decide') })
  useQuery({ ...accountTasks, enabled: can('account.confirm') })
  useQuery({ ...importTasks, enabled: can('registry.confirm-import') })
}

/** What the address of the task centre may hold. */
export const taskKeys = ['tab', 'due', 'step', 'who', 'q'] as const
export type TaskSearch = { [K in (typeof taskKeys)[number]]?: string | undefined }

export const tabs = ['todo', 'returned', 'done', 'ended'] as const
export type Tab = (typeof tabs)[number]

/** The tab of an address; anything unknown is the first. */
export function tabOf(search: TaskSearch): Tab {
  return tabs.find((tab) => tab === search.tab) ?? 'todo'
}

type TaskQuery = Input<'casework.list-tasks'>['query']
type CaseQuery = Input<'casework.list-cases'>['query']

/** The contract's filter; a value the contract does not know goes to the server, which says what is wrong with it. */
export function taskQuery(search: TaskSearch): TaskQuery {
  const { due, step, who, q } = search
  return { due, step, who, q, ...(tabOf(search) === 'returned' ? { returned: 'yes' } : {}) } as TaskQuery
}

export function useTasks(search: TaskSearch) {
  const query = taskQuery(search)
  return useInfiniteQuery({
    queryKey: ['casework.list-tasks', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('casework.list-tasks', { query: { ...query, cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}

/** Cases page by page, for the list of cases and for what the caller has done. */
export function useCases(query: CaseQuery) {
  return useInfiniteQuery({
    queryKey: ['casework.list-cases', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('casework.list-cases', { query: { ...query, cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}
