import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import type { CaseView } from '#casework/contract'
import { useCan } from '../../session.ts'
import { Beside, beside } from '../../ui/beside.tsx'
import { Arriving, Loading } from '../../ui/states.tsx'
import { CaseFiles } from './case-files.tsx'
import { CaseLooks } from './case-looks.tsx'
import { DecidePanel } from './decide-panel.tsx'
import { Decision, Notice, Objection, Papers, Report, Session } from './file-parts.tsx'
import { Part } from './part.tsx'
import { type PartId, partOf, parts } from './plan.ts'
import type { Sent } from './use-move.ts'

const SheetPaper = lazy(async () => ({ default: (await import('./sheet-paper.tsx')).SheetPaper }))
const CaseComparison = lazy(async () => ({ default: (await import('./comparison.tsx')).CaseComparison }))
/** Members and declared economy. */
export const family = beside(async () => (await import('./family.tsx')).Family)
const GrantCard = lazy(async () => ({ default: (await import('../grant/grant-card.tsx')).GrantCard }))
const ServeDecision = lazy(async () => ({ default: (await import('./serve-decision.tsx')).ServeDecision }))
const Scans = lazy(async () => ({ default: (await import('./scans.tsx')).Scans }))
const SheetPart = lazy(async () => ({ default: (await import('./sheet.tsx')).SheetPart }))

type CasePartsProps = { view: CaseView; step: string | undefined; onReload: () => Promise<void>; onDone: (sent: Sent) => void }

/** What was decided, its service, and the grant that stands for the household. */
function Decisions({ view }: { view: CaseView }) {
  const { head } = view
  return (
    <Suspense fallback={<Arriving />}>
      {view.decisions.map((decision) => (
        <div key={decision.decisionNo}>
          <Decision decision={decision} />
          <ServeDecision caseNo={head.caseNo} decision={decision} />
        </div>
      ))}
      {head.householdNo !== null && (
        <Suspense fallback={<Loading lines={2} />}>
          <GrantCard householdNo={head.householdNo} caseNo={head.result === 'refused' ? head.caseNo : undefined} />
        </Suspense>
      )}
    </Suspense>
  )
}

/** Keeps the place of the button below. */
const waitingPaper = (
  <div className="no-print">
    <button type="button" className="button" disabled>
      打印综合测评表（3+1）
    </button>
  </div>
)

/** A sheet that counts is printed by whoever prints papers of the case. */
function sheetPaperOf(view: CaseView, canPrint: boolean): ReactNode {
  if (!canPrint || !view.records.some((record) => record.kind === 'sheet' && record.counts)) return null
  return (
    <Suspense fallback={waitingPaper}>
      <SheetPaper caseNo={view.head.caseNo} />
    </Suspense>
  )
}

function contentOf(id: PartId, view: CaseView, canReadRegistry: boolean, sheetPaper: ReactNode): ReactNode | undefined {
  const { head } = view
  switch (id) {
    case 'application':
      return head.householdNo !== null && canReadRegistry ? (
        <Beside part={family} given={{ householdNo: head.householdNo }} lines={3} />
      ) : undefined
    case 'check':
      return <Report view={view} />
    case 'assessment':
      return (
        <Suspense fallback={<Loading lines={3} />}>
          {sheetPaper}
          <SheetPart caseNo={head.caseNo} waiting={view.steps.find((each) => each.step === 'sheet')?.state !== 'done'} />
        </Suspense>
      )
    case 'opinions': {
      const approving = view.steps.some(({ step, state }) => step === 'approval' && state === 'open')
      return approving ? (
        <Suspense fallback={<Loading lines={3} />}>
          <CaseComparison caseNo={head.caseNo} />
        </Suspense>
      ) : undefined
    }
    case 'deliberations':
      return view.sessions.length === 0
        ? undefined
        : view.sessions.map((session) => <Session key={session.sessionId} session={session} />)
    case 'notices':
      return view.notices.length === 0
        ? undefined
        : view.notices.map((notice) => <Notice key={notice.noticeNo} notice={notice} />)
    case 'objections':
      return view.objections.length === 0 ? (
        <p className="muted">没有异议、举报或投诉。</p>
      ) : (
        view.objections.map((objection) => <Objection key={objection.objectionNo} objection={objection} />)
      )
    case 'decisions':
      return view.decisions.length === 0 ? undefined : <Decisions view={view} />
    case 'papers':
      return (
        <>
          <p>
            <Link to="/intake/$caseNo" params={{ caseNo: head.caseNo }} search={{ part: 'proofs' }}>
              证明材料清单
            </Link>
          </p>
          {sheetPaper}
          <Papers papers={view.papers} scans={view.scans} />
          <Suspense fallback={<Loading lines={2} />}>{view.scans.length > 0 && <Scans scans={view.scans} />}</Suspense>
          <CaseFiles view={view} />
        </>
      )
    case 'looks':
      return <CaseLooks householdNo={head.householdNo} />
    default:
      return undefined
  }
}

/** One line for the head of a part without a step of its own. */
function briefOf(id: PartId, view: CaseView): string | undefined {
  if (id === 'objections') {
    const open = view.objections.filter((objection) => objection.outcome === null).length
    return view.objections.length === 0 ? '没有' : `${view.objections.length} 件，${open} 件未答复`
  }
  if (id === 'papers') return `${view.papers.length} 份`
  return undefined
}

function isAlive(id: PartId, view: CaseView): boolean {
  const ids: readonly string[] = parts.find((part) => part.id === id)?.steps ?? []
  if (id === 'objections') return view.objections.some((objection) => objection.outcome === null)
  const toServe = (decision: CaseView['decisions'][number]) => decision.undoneAt === null && decision.notifiedAt === null
  if (id === 'decisions' && view.decisions.some(toServe)) return true
  return view.steps.some(({ step, state }) => ids.includes(step) && state !== 'waiting' && state !== 'done' && state !== 'idle')
}

/** The parts of the file in their order; clean ones are folded, the part to decide is open with its panel. */
export function CaseParts({ view, step, onReload, onDone }: CasePartsProps) {
  const can = useCan()
  const decided = step === undefined ? undefined : partOf(step)
  return (
    <div className="stack">
      {parts.map(({ id, steps }) => {
        const movable = view.steps.filter(
          (each) => (steps as readonly string[]).includes(each.step) && view.offered.some((move) => move.step === each.step),
        )
        return (
          <Part
            key={id}
            id={id}
            view={view}
            open={id === decided || isAlive(id, view) || window.location.hash === `#${id}`}
            brief={briefOf(id, view)}
            decide={
              movable.length === 0
                ? undefined
                : movable.map((each) => (
                    <DecidePanel
                      key={each.step}
                      view={view}
                      step={each.step}
                      label={each.label}
                      eager={each.step === step}
                      onReload={onReload}
                      onDone={onDone}
                    />
                  ))
            }
          >
            {contentOf(id, view, can('registry.read'), sheetPaperOf(view, can('casework.print')))}
          </Part>
        )
      })}
    </div>
  )
}
