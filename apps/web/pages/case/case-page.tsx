import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { CaseView } from '#casework/contract'
import { call, reading } from '../../client.ts'
import { peopleWords } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Beside, beside } from '../../ui/beside.tsx'
import { useKept } from '../../ui/kept.ts'
import { Page } from '../../ui/page.tsx'
import { Loading, Show } from '../../ui/states.tsx'
import { mayAskAgain } from './ask-case.ts'
import { AssignButton } from './assign-button.tsx'
import { CaseHeadline } from './case-headline.tsx'
import { CaseParts, family } from './case-parts.tsx'
import { Extensions } from './extensions.tsx'
import { Lateness } from './lateness.tsx'
import { leadsOn, type PartId, partOf, parts, stepToDecide } from './plan.ts'
import { letterOf, PrintMenu, savePaper } from './print-menu.tsx'
import { StepTrack } from './step-track.tsx'
import type { Sent } from './use-move.ts'

const trace = beside(async () => (await import('./case-trace.tsx')).CaseTrace)

const waitMs = 100

/** The page is drawn with the parts of its first view where their scripts come with its own, and does not wait for them for long. */
export const firstParts = Promise.race([
  Promise.all([trace.came, family.came]),
  new Promise((resolve) => setTimeout(resolve, waitMs)),
])

/** After 不予受理 alone. */
const DeclinedLetter = lazy(async () => ({ default: (await import('./declined-letter.tsx')).DeclinedLetter }))

function Index({ view, current }: { view: CaseView; current: PartId | undefined }) {
  const open = view.objections.filter((objection) => objection.outcome === null).length
  const figures: Partial<Record<PartId, number>> = { objections: open, papers: view.papers.length }
  return (
    <nav className="index no-print" aria-label="本页内容">
      <p className="index-head small">
        <strong>{view.head.applicantName}</strong>
        {peopleWords(view.head.members)}
        <span className="mono"> {view.head.caseNo}</span>
      </p>
      <ul>
        {parts.map(({ id, label }) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={id === current ? 'true' : undefined} onClick={() => unfold(id)}>
              {label}
              {(figures[id] ?? 0) > 0 && `（${figures[id]}）`}
              {id === current && <span className="small">　待办</span>}
            </a>
          </li>
        ))}
        <li>
          <a href="#timeline">留痕</a>
        </li>
      </ul>
    </nav>
  )
}

function unfold(id: string): void {
  const part = document.getElementById(id)
  if (part instanceof HTMLDetailsElement) part.open = true
}

/** Opens the page at the part to decide: its panel is brought into view once per step. */
function StartAt({ step }: { step: string }) {
  // until a page is drawn the router has yet to set where it is scrolled to
  const isDrawn = useRouterState({ select: ({ status }) => status === 'idle' })
  const started = useRef('')
  useEffect(() => {
    if (!isDrawn || started.current === step) return
    started.current = step
    if (window.location.hash === '') document.getElementById(partOf(step))?.scrollIntoView({ block: 'start' })
  }, [isDrawn, step])
  return null
}

/** After a step is finished: the next case that lies at the same step opens by itself, if the user wants that. */
function useAfterMove(view: CaseView | undefined, stepNo: string | undefined) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [onward, setOnward] = useKept('open next case', true)
  const [told, setTold] = useState<string | null>(null)
  async function reload() {
    await queries.invalidateQueries({ queryKey: ['casework.open-case'] })
  }
  async function openNext(sent: Sent): Promise<boolean> {
    const { move } = sent
    if (!onward || stepNo === undefined || !leadsOn(sent)) return false
    const { rows } = await call('casework.list-tasks', { query: { step: move.step, limit: 5 } })
    const next = rows.find((task) => task.caseNo !== view?.head.caseNo)
    if (next === undefined) return false
    await navigate({ to: '/cases/$caseNo', params: { caseNo: next.caseNo }, search: { step: next.step } })
    return true
  }
  async function after(sent: Sent) {
    const { move, answer } = sent
    const done = `已办：${move.label}`
    setTold(done)
    void queries.invalidateQueries({ queryKey: ['casework.list-tasks'] })
    void queries.invalidateQueries({ queryKey: ['casework.list-cases'] })
    const next = (await openNext(sent)) ? '。已打开下一件。' : ''
    if (next === '') await reload()
    const letter = letterOf(move)
    if (letter === undefined) return setTold(`${done}${next}`)
    const made = await savePaper(answer.caseNo, letter).then(
      () => `${letter.label}已下载`,
      () => `${letter.label}没有生成，请在该案的“打印”中重新下载`,
    )
    setTold(`${done}，${made}${next}`)
    await reload()
  }
  return { onward, setOnward, told, setTold, after, reload }
}

/** What came of the last move; the button that made it is gone, so the focus goes here. */
function Told({ text }: { text: string | null }) {
  const line = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (text !== null) line.current?.focus()
  }, [text])
  return (
    <p ref={line} tabIndex={-1} role="status" className={text === null ? 'hidden' : 'notice green'}>
      {text}
    </p>
  )
}

type CaseFileProps = {
  view: CaseView
  step: string | undefined
  course: ReturnType<typeof useAfterMove>
}

function CaseFile({ view, step, course }: CaseFileProps) {
  const mayPrint = useCan()('casework.print')
  return (
    <>
      <CaseHeadline view={view} />
      {view.head.result === 'rejected_at_intake' && mayPrint && (
        <Suspense fallback={<Loading lines={2} />}>
          <DeclinedLetter view={view} />
        </Suspense>
      )}
      <Lateness view={view} />
      <Extensions view={view} />
      <StepTrack steps={view.steps} current={step} />
      {step !== undefined && (
        <label className="choice no-print onward">
          <input type="checkbox" checked={course.onward} onChange={(event) => course.setOnward(event.target.checked)} />
          <span>办完一步后自动打开同一步骤的下一件</span>
        </label>
      )}
      {step !== undefined && <StartAt step={step} />}
      <div className="file">
        <Index view={view} current={step === undefined ? undefined : partOf(step)} />
        <CaseParts view={view} step={step} onReload={course.reload} onDone={(sent) => void course.after(sent)} />
        <Beside part={trace} given={{ view }} />
      </div>
    </>
  )
}

/** Until it is accepted an application is written on a page of its own. */
function ApplicationLink({ view }: { view: CaseView }) {
  const can = useCan()
  const state = view.steps.find((each) => each.step === 'intake')?.state
  if (!can('casework.open') || view.head.result !== null || (state !== 'open' && state !== 'paused')) return null
  return (
    <Link className="button" to="/intake/$caseNo" params={{ caseNo: view.head.caseNo }}>
      填写申请
    </Link>
  )
}

/** One case on one scrolling page: index left, trace right, and in the middle the part to decide. */
export function CasePage() {
  const { caseNo } = useParams({ from: '/office/cases/$caseNo' })
  const { step: asked } = useSearch({ from: '/office/cases/$caseNo' })
  const query = useQuery({ ...reading('casework.open-case', { params: { caseNo } }), retryOnMount: mayAskAgain })
  const view = query.data
  const step = view === undefined ? undefined : stepToDecide(view, asked)
  const course = useAfterMove(view, asked ?? step)
  const can = useCan()
  return (
    <Page
      key={caseNo}
      title={view === undefined ? `案件 ${caseNo}` : `${view.head.applicantName}，${view.head.schemeLabel}`}
      crumbs={
        <>
          {can('casework.move') && (
            <li>
              <Link to="/tasks" search={asked === undefined ? {} : { step: asked }}>
                待办
              </Link>
            </li>
          )}
          <li>
            <Link to="/cases">全部案件</Link>
          </li>
        </>
      }
      actions={
        view !== undefined && (
          <>
            <ApplicationLink view={view} />
            <AssignButton view={view} onDone={course.setTold} />
            <PrintMenu view={view} />
          </>
        )
      }
    >
      <Told text={course.told} />
      <Show query={query}>{(data) => <CaseFile view={data} step={step} course={course} />}</Show>
    </Page>
  )
}
