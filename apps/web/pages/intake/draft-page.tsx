import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { DraftView, PaperSignature } from '#casework/contract'
import { addressOf, call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { RowFields, RowsPart } from './draft-rows.tsx'
import { DraftConflicts } from './lazy-conflicts.tsx'
import { type DraftPart, type PartState, partStates } from './parts.ts'
import { ProofsPart } from './proofs-part.tsx'
import { ReviewPart } from './review-part.tsx'
import { type Saving, type SavingState, saveFirst, useSaving } from './use-saving.ts'

const SignList = lazy(async () => ({ default: (await import('./sign-list.tsx')).SignList }))

const route = getRouteApi('/office/intake/$caseNo')

const saidBy: Readonly<Record<SavingState, string>> = {
  saved: '已保存',
  waiting: '正在输入，稍后自动保存',
  saving: '正在保存…',
  failed: '没有保存成功，填写的内容仍在本页',
}

/** Whether what was typed is saved, always in sight. */
function SavedState({ saving }: { saving: Saving }) {
  const { state, problem, view } = saving
  return (
    <div className={state === 'failed' ? 'notice red' : 'notice'} role="status">
      <div className="spread">
        <p>
          <strong>{saidBy[state]}</strong>{' '}
          {state === 'saved' && (
            <span className="muted small">{`　${view.savedBy} ${instant(view.savedAt)}，第 ${view.revision} 版`}</span>
          )}
          {problem !== null && <span>　{problem}</span>}
        </p>
        {state === 'failed' && (
          <button type="button" className="button" onClick={() => void saving.flush()}>
            重新保存
          </button>
        )}
      </div>
    </div>
  )
}

const tagWords: Readonly<Record<string, readonly [done: string, left: string]>> = {
  papers: ['已签齐', '份'],
  proofs: ['已收齐', '份'],
}

function PartTag({ state }: { state: PartState }) {
  if (state.note !== '') return <Tag tone="grey">{state.note}</Tag>
  const [done, left] = tagWords[state.part] ?? ['已填齐', '处']
  if (state.open === 0) return <Tag tone="green">{done}</Tag>
  return <Tag tone="amber">{state.part === 'papers' ? `${state.open} 份未签` : `还差 ${state.open} ${left}`}</Tag>
}

/** The application as a list of tasks. */
function TaskList({ states, current, caseNo }: { states: readonly PartState[]; current: DraftPart; caseNo: string }) {
  return (
    <nav className="index no-print" aria-label="申请的各部分">
      <ul>
        {states.map((state) => (
          <li key={state.part}>
            <Link
              to="/intake/$caseNo"
              params={{ caseNo }}
              search={{ part: state.part }}
              aria-current={state.part === current ? 'true' : undefined}
            >
              {state.label} <PartTag state={state} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const printed = [
  { form: 'application', label: '申请书、授权书、诚信承诺书' },
  { form: 'household-economics', label: '家庭经济状况信息表' },
  { form: 'proxy', label: '委托书' },
] as const

function PapersPart({ saving }: { saving: Saving }) {
  const { view } = saving
  const queries = useQueryClient()
  const sign = useMutation({
    mutationFn: async (papers: PaperSignature[]) => {
      await saveFirst(saving)
      const body = { step: 'intake', command: 'sign', version: view.version, record: { papers } }
      await call('casework.move-case', { params: { caseNo: view.caseNo }, body })
      return call('casework.open-draft', { params: { caseNo: view.caseNo } })
    },
    onSuccess: (next) => {
      saving.replace(next)
      void queries.invalidateQueries({ queryKey: ['casework.open-case'] })
    },
  })
  return (
    <div className="stack">
      <div className="row no-print">
        {printed.map(({ form, label }) => (
          <a
            key={form}
            className="button"
            href={addressOf('casework.print-paper', { params: { caseNo: view.caseNo, form } })}
            target="_blank"
            rel="noreferrer"
          >
            打印{label}
          </a>
        ))}
      </div>
      <p className="muted small">
        须签字的是计入共同生活的成员和义务人；未成年人由监护人代签授权书。没有签授权书的，不向任何单位查询此人。
      </p>
      {sign.isError && <ErrorPanel error={sign.error} />}
      {view.signers.length === 0 && <p className="notice">先登记家庭成员并选择是否计入，这里会列出须签字的人。</p>}
      <Suspense fallback={<Loading />}>
        <SignList
          signers={view.signers}
          today={view.today}
          busy={sign.isPending || !view.editable}
          onSign={(papers) => sign.mutate(papers)}
        />
      </Suspense>
    </div>
  )
}

function PartBody({ saving, part, go }: { saving: Saving; part: DraftPart; go: (part: DraftPart) => void }) {
  if (part === 'papers') return <PapersPart saving={saving} />
  if (part === 'proofs') return <ProofsPart saving={saving} />
  if (part === 'review') return <ReviewPart saving={saving} onGo={go} />
  if (part !== 'household') return <RowsPart saving={saving} section={part} />
  const { household } = saving.view.draft
  return (
    <div className="stack">
      {household.known.length > 0 && (
        <div className="notice amber spread">
          <p>登记信息中已有 {household.known.length} 项，请与申请人核实。</p>
          <button
            type="button"
            className="button"
            onClick={() => void saving.act({ do: 'confirm', section: 'household', row: 'household' })}
          >
            已核实，确认
          </button>
        </div>
      )}
      {household.values.account_kept === 'yes' && saving.view.householdNo !== null && (
        <p className="notice">
          在保家庭的账户不在申请中更改，须由一人申请、另一人确认：
          <Link to="/accounts" search={{ household: saving.view.householdNo }}>
            查看或变更账户
          </Link>
        </p>
      )}
      <RowFields saving={saving} section="household" row={household} />
    </div>
  )
}

function Editor({ first }: { first: DraftView }) {
  const saving = useSaving(first)
  const { part: asked } = route.useSearch()
  const navigate = route.useNavigate()
  const { view } = saving
  const states = partStates(view)
  const at = Math.max(
    0,
    states.findIndex((state) => state.part === asked),
  )
  const current = states[at]
  const next = states[at + 1]
  if (current === undefined) return null
  const go = (part: DraftPart): void => void navigate({ search: { part } })
  return (
    <>
      <div className="card spread">
        <p>
          <strong>{view.applicantName}</strong>，{view.townshipName}
          {view.villageName}，{view.programme === 'urban' ? '城市低保' : '农村低保'}
          <span className="mono"> {view.caseNo}</span>
        </p>
        {view.unconfirmed > 0 && <p className="muted small">登记信息带出的内容还有 {view.unconfirmed} 项待与申请人核实</p>}
      </div>
      {!view.editable && <p className="notice">该案已受理或办结，这里只供查看。</p>}
      <SavedState saving={saving} />
      <DraftConflicts saving={saving} onGo={go} />
      <div className="draft">
        <TaskList states={states} current={current.part} caseNo={view.caseNo} />
        <section className="stack" aria-labelledby="part-title">
          <h2 id="part-title">{current.label}</h2>
          <PartBody saving={saving} part={current.part} go={go} />
          {next !== undefined && (
            <div className="row no-print">
              <button type="button" className="button primary" onClick={() => go(next.part)}>
                下一部分：{next.label}
              </button>
            </div>
          )}
        </section>
      </div>
    </>
  )
}

/** The application of a case, part by part, saved as it is typed. */
export function DraftPage() {
  const { caseNo } = route.useParams()
  const query = useQuery({ ...reading('casework.open-draft', { params: { caseNo } }), staleTime: Number.POSITIVE_INFINITY })
  return (
    <Page
      title="申请录入"
      crumbs={
        <>
          <li>
            <Link to="/intake">受理</Link>
          </li>
          <li>
            <Link to="/cases/$caseNo" params={{ caseNo }}>
              {caseNo}
            </Link>
          </li>
        </>
      }
    >
      <Show query={query}>{(first) => <Editor key={first.caseNo} first={first} />}</Show>
    </Page>
  )
}
