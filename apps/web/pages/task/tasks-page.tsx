import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
import { SelectField } from '../../ui/field.tsx'
import { useKept } from '../../ui/kept.ts'
import { Page } from '../../ui/page.tsx'
import { useRowKeys } from '../../ui/row-keys.ts'
import { Arriving, Loading } from '../../ui/states.tsx'
import { SearchBox } from '../household/filter-fields.tsx'
import { BatchBar } from './batch-bar.tsx'
import { DueSplit } from './due-split.tsx'
import { TaskList } from './task-list.tsx'
import { hasGrantTasks, type Tab, type TaskSearch, tabOf, tabs, useAboveTasks, useTasks } from './task-queries.ts'

/** Whoever looks after the lines, alone. */
const LineTasks = lazy(async () => ({ default: (await import('./line-tasks.tsx')).LineTasks }))

/** Seldom there: loaded beside the list. */
const StoppedChecks = lazy(async () => ({ default: (await import('./stopped-checks.tsx')).StoppedChecks }))
const CleanUpTasks = lazy(async () => ({ default: (await import('./clean-up-tasks.tsx')).CleanUpTasks }))
const DoneList = lazy(async () => ({ default: (await import('./done-list.tsx')).DoneList }))
const ChangeTasks = lazy(async () => ({ default: (await import('./change-tasks.tsx')).ChangeTasks }))

/** Seldom there. */
const GrantTasks = lazy(async () => ({ default: (await import('../grant/grant-tasks.tsx')).GrantTasks }))

/** Waits for the second person alone. */
const AccountTasks = lazy(async () => ({ default: (await import('./account-tasks.tsx')).AccountTasks }))
const ImportTasks = lazy(async () => ({ default: (await import('./import-tasks.tsx')).ImportTasks }))

/** Whoever serves decisions. */
const LetterTasks = lazy(async () => ({ default: (await import('./letter-tasks.tsx')).LetterTasks }))

/** Whoever begins applications. */
const IdleDrafts = lazy(async () => ({ default: (await import('./idle-drafts.tsx')).IdleDrafts }))

/** The district approver's alone. */
const PaymentTasks = lazy(async () => ({ default: (await import('./payment-tasks.tsx')).PaymentTasks }))

/** What the day of an approver or a village holds. */
const CaseDay = lazy(async () => ({ default: (await import('../home/case-day.tsx')).CaseDay }))

/** The verification centre's alone. */
const CentreBoard = lazy(async () => ({ default: (await import('./centre-board.tsx')).CentreBoard }))

const tabWords = { todo: '待办', returned: '退回', done: '已办', ended: '办结' } as const

type Tasks = ReturnType<typeof useTasks>

function Tabs({ search, query }: { search: TaskSearch; query: Tasks }) {
  const counts = query.data?.pages[0]?.counts
  // the place of a figure is there before it
  const figures: Partial<Record<Tab, string>> = {
    todo: counts === undefined ? '…' : count(counts.overdue + counts.today + counts.soon + counts.other),
    returned: counts === undefined ? '…' : count(counts.returned),
  }
  return (
    <nav className="tabs" aria-label="任务分类">
      <ul>
        {tabs.map((tab) => (
          <li key={tab}>
            <ChoiceLink
              to="/tasks"
              search={{ ...search, tab: tab === 'todo' ? undefined : tab, due: undefined, step: undefined }}
              current={tabOf(search) === tab}
            >
              {tabWords[tab]}
              {figures[tab] !== undefined && <span className="tab-count">{figures[tab]}</span>}
            </ChoiceLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Filters({ search, query }: { search: TaskSearch; query: Tasks }) {
  const navigate = useNavigate()
  const set = (change: TaskSearch) => void navigate({ to: '/tasks', search: { ...search, ...change }, replace: true })
  const first = query.data?.pages[0]
  const steps = first?.bySteps ?? []
  const onDesk = tabOf(search) === 'todo' || tabOf(search) === 'returned'
  return (
    <search className="card filters" aria-label="筛选任务">
      <SearchBox label="申请人姓名或案号" word={search.q} onType={(q) => set({ q: q === '' ? undefined : q })} />
      {onDesk && (
        <>
          <SelectField
            label="步骤"
            all="全部"
            value={search.step ?? ''}
            onPick={(step) => set({ step })}
            choices={steps.map((x) => ({ value: x.step, label: `${x.label}（${count(x.count)}）` }))}
          />
          <SelectField
            label="范围"
            value={search.who ?? 'desk'}
            onPick={(who) => set({ who: who === 'desk' ? undefined : who })}
            choices={[
              { value: 'desk', label: '本岗位全部' },
              { value: 'mine', label: `指派给我的（${count(first?.counts.mine ?? 0)}）` },
            ]}
          />
        </>
      )}
    </search>
  )
}

function Density({ dense, onChange }: { dense: boolean; onChange: (dense: boolean) => void }) {
  return (
    <button type="button" className="button wide-only" aria-pressed={dense} onClick={() => onChange(!dense)}>
      紧凑
    </button>
  )
}

/** Whoever has a day of figures above the tasks: the district's approver and the village. */
const hasDay = (can: ReturnType<typeof useCan>): boolean =>
  can('payment.decide') || (can('casework.open') && !can('casework.accept'))

/** What two persons decide: grants, accounts, imports. */
function SecondPersonTasks() {
  const can = useCan()
  return (
    <>
      {hasGrantTasks(can) && (
        <Suspense fallback={<Arriving />}>
          <GrantTasks />
        </Suspense>
      )}
      {can('account.confirm') && (
        <Suspense fallback={<Arriving />}>
          <AccountTasks />
        </Suspense>
      )}
      {can('registry.confirm-import') && (
        <Suspense fallback={<Arriving />}>
          <ImportTasks />
        </Suspense>
      )}
    </>
  )
}

/** What waits beside the steps of cases. */
function WaitingTasks() {
  const can = useCan()
  return (
    <>
      {can('casework.change') && (
        <Suspense fallback={<Arriving />}>
          <ChangeTasks />
        </Suspense>
      )}
      <SecondPersonTasks />
      {can('casework.notify') && !hasDay(can) && (
        <Suspense fallback={<Arriving />}>
          <LetterTasks />
        </Suspense>
      )}
      {can('casework.open') && (
        <Suspense fallback={<Arriving />}>
          <IdleDrafts />
        </Suspense>
      )}
      {can('payment.decide') && (
        <Suspense fallback={<Arriving />}>
          <PaymentTasks />
        </Suspense>
      )}
      {can('casework.settle') && (
        <Suspense fallback={<Arriving />}>
          <CleanUpTasks />
        </Suspense>
      )}
    </>
  )
}

/** The home of everybody who handles cases: what lies on the desk, the most urgent first, and nothing above it. */
export function TasksPage() {
  const search = useSearch({ from: '/office/tasks' })
  const can = useCan()
  const [dense, setDense] = useKept('tasks dense', false)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const query = useTasks(search)
  useAboveTasks()
  useRowKeys()
  const tab = tabOf(search)
  const onDesk = tab === 'todo' || tab === 'returned'
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const list = JSON.stringify(search)
  return (
    <Page
      title="任务中心"
      actions={
        <>
          <Density dense={dense} onChange={setDense} />
          {can('casework.open') && (
            <Link to="/intake" className="button primary">
              新增申请
            </Link>
          )}
        </>
      }
    >
      {can('exchange.read') && (
        <Suspense fallback={<Arriving />}>
          <LineTasks />
        </Suspense>
      )}
      {can('verification.rerun') && (
        <Suspense fallback={<Arriving />}>
          <StoppedChecks />
        </Suspense>
      )}
      {can('verification.start') && (
        <Suspense fallback={<Loading lines={3} />}>
          <CentreBoard />
        </Suspense>
      )}
      {tab === 'todo' && hasDay(can) && (
        <Suspense fallback={<Loading lines={3} />}>
          <CaseDay title="今天" />
        </Suspense>
      )}
      <Tabs search={search} query={query} />
      {tab === 'todo' && <WaitingTasks />}
      {onDesk && <DueSplit search={search} counts={query.data?.pages[0]?.counts} />}
      <Filters search={search} query={query} />
      {onDesk ? (
        <>
          {can('casework.move') && (
            <BatchBar key={`bar ${list}`} rows={rows} picked={picked} onPick={setPicked} onDone={() => void query.refetch()} />
          )}
          <TaskList search={search} query={query} rows={rows} dense={dense} picked={picked} onPick={setPicked} />
        </>
      ) : (
        <Suspense fallback={<Loading />}>
          <DoneList search={search} ended={tab === 'ended'} dense={dense} />
        </Suspense>
      )}
    </Page>
  )
}
