import { Link } from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'
import type { Task } from '#casework/contract'
import { count, dayOf, peopleWords } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ClockTag } from '../../ui/clock.tsx'
import { useNarrow } from '../../ui/narrow.ts'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { programmeWords } from '../../wording.ts'
import { type TaskSearch, tabOf, type useTasks } from './task-queries.ts'

/** A task in lists and selections: a case may lie at two steps at once. */
export function taskId(task: Pick<Task, 'caseNo' | 'step'>): string {
  return `${task.caseNo} ${task.step}`
}

const heads = [
  { key: 'clock', label: '时限' },
  { key: 'pick', label: '勾选' },
  { key: 'who', label: '申请人' },
  { key: 'step', label: '步骤' },
  { key: 'place', label: '所在村社区' },
  { key: 'kind', label: '类别' },
  { key: 'flags', label: '提示' },
  { key: 'since', label: '到本步' },
  { key: 'assigned', label: '指派' },
] as const
type Head = (typeof heads)[number]['key']

const none = <span className="muted">—</span>
function Flags({ task }: { task: Task }) {
  const flags = [
    task.returned ? (
      <Tag key="r" tone="amber">
        退回
      </Tag>
    ) : null,
    task.related ? (
      <Tag key="k" tone="red">
        近亲属
      </Tag>
    ) : null,
    task.state === 'posted' ? (
      <Tag key="p" tone="blue">
        公示中
      </Tag>
    ) : null,
    task.state === 'paused' ? (
      <Tag key="w" tone="grey">
        等待答复
      </Tag>
    ) : null,
  ].filter((flag) => flag !== null)
  return flags.length === 0 ? none : <span className="row">{flags}</span>
}

function cellsOf(task: Task, pick: ReactNode): Record<Head, ReactNode> {
  return {
    clock: <ClockTag clock={task.clock} />,
    pick,
    who: (
      <>
        <Link className="row-link" to="/cases/$caseNo" params={{ caseNo: task.caseNo }} search={{ step: task.step }}>
          {task.applicantName}
        </Link>{' '}
        <span className="muted small mono">{task.caseNo}</span>
      </>
    ),
    step: task.stepLabel,
    place: `${task.townshipName} ${task.villageName}`,
    kind: `${programmeWords[task.programme]}${peopleWords(task.members)}`,
    flags: <Flags task={task} />,
    since: dayOf(task.since),
    assigned: task.mine ? <Tag tone="blue">我</Tag> : (task.assignedTo ?? none),
  }
}

const emptyTitles = { todo: '没有待办', returned: '没有退回的案件', done: '', ended: '' } as const

function NoTasks({ search }: { search: TaskSearch }) {
  const filtered = search.due !== undefined || search.step !== undefined || search.q !== undefined || search.who !== undefined
  const tab = tabOf(search)
  return (
    <Empty title={filtered ? '没有符合条件的任务' : emptyTitles[tab]}>
      {filtered ? (
        <p>
          可以放宽条件，或
          <Link to="/tasks" search={{ tab: search.tab }}>
            清除全部条件
          </Link>
          。
        </p>
      ) : (
        <p>
          您这个岗位现在没有要办的步骤。可以<Link to="/cases">查看全部案件</Link>。
        </p>
      )}
    </Empty>
  )
}

type Picked = ReadonlySet<string>
type PickProps = { picked: Picked; onPick: (picked: Picked) => void }

function PickBox({ task, picked, onPick }: PickProps & { task: Task }) {
  const id = taskId(task)
  return (
    <label className="pick above">
      <input
        type="checkbox"
        checked={picked.has(id)}
        onChange={(event) => {
          const next = new Set(picked)
          if (event.target.checked) next.add(id)
          else next.delete(id)
          onPick(next)
        }}
      />
      <span className="hidden">
        勾选 {task.applicantName}，{task.stepLabel}
      </span>
    </label>
  )
}

type TaskListProps = PickProps & {
  search: TaskSearch
  query: ReturnType<typeof useTasks>
  rows: readonly Task[]
  dense: boolean
}

const rowHeights = { card: 124, dense: 34, usual: 40 } as const

function Status({ query, listed }: { query: ReturnType<typeof useTasks>; listed: number }) {
  const more = query.hasNextPage ? '，向下滚动继续' : ''
  return (
    <p role="status" className="small">
      {query.data === undefined ? ' ' : `已列出 ${count(listed)} 件${more}${query.isFetching ? '，正在更新…' : ''}`}
    </p>
  )
}

/** Tasks as rows of which each is one link; on a phone as cards. */
export function TaskList({ search, query, rows, dense, picked, onPick }: TaskListProps) {
  const small = useNarrow()
  const can = useCan()
  const size = small ? 'card' : dense ? 'dense' : 'usual'
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetchingNextPage])
  const shown = can('casework.move') ? heads : heads.filter((head) => head.key !== 'pick')
  return (
    <>
      <Status query={query} listed={rows.length} />
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading lines={7} />}
      {query.data !== undefined && rows.length === 0 && <NoTasks search={search} />}
      {rows.length > 0 && (
        <VirtualList
          key={size}
          label="任务列表"
          className={can('casework.move') ? 'tasks' : 'tasks no-pick'}
          heads={shown}
          rows={rows}
          total={hasNextPage ? rows.length + 1 : rows.length}
          rowKey={taskId}
          cells={(task) => cellsOf(task, <PickBox task={task} picked={picked} onPick={onPick} />)}
          rowHeight={rowHeights[size]}
          onNearEnd={more}
        />
      )}
      <p className="muted small wide-only">
        键盘：<kbd>j</kbd> <kbd>k</kbd> 上下移动，<kbd>Enter</kbd> 打开，<kbd>x</kbd> 勾选。
      </p>
    </>
  )
}
