import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { CallProblem, call, type Output, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ClockTag } from '../../ui/clock.tsx'
import { Field, FieldGroup, SelectField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { fieldProblems } from '../notice/words.ts'
import { objectionKinds, objectionOutcomes } from './words.ts'

type View = Output<'casework.open-objection'>

function Said({ view }: { view: View }) {
  const { row } = view
  return (
    <section className="card stack-small" aria-labelledby="said-title">
      <h2 id="said-title">反映的内容</h2>
      <p style={{ whiteSpace: 'pre-wrap' }}>{view.text}</p>
      <dl className="facts">
        <div>
          <dt>提出人</dt>
          <dd>
            {view.from}
            {view.contact !== '' && `，${view.contact}`}
          </dd>
        </div>
        <div>
          <dt>收到</dt>
          <dd>
            {chineseDate(row.receivedOn)}，{row.takenByName} 登记
          </dd>
        </div>
        <div>
          <dt>答复期限</dt>
          <dd>{row.outcome === null ? <ClockTag clock={row.clock} /> : '已答复'}</dd>
        </div>
        <div>
          <dt>地区</dt>
          <dd>{row.placeName}</dd>
        </div>
        {row.caseNo !== null && (
          <div>
            <dt>案件</dt>
            <dd>
              <Link to="/cases/$caseNo" params={{ caseNo: row.caseNo }} className="mono">
                {row.caseNo}
              </Link>
            </dd>
          </div>
        )}
        {row.noticeNo !== null && (
          <div>
            <dt>公示单</dt>
            <dd>
              <Link to="/notices/$noticeNo" params={{ noticeNo: row.noticeNo }} className="mono">
                {row.noticeNo}
              </Link>
            </dd>
          </div>
        )}
        <div>
          <dt>承办</dt>
          <dd>{row.handlerName ?? '未指派'}</dd>
        </div>
      </dl>
    </section>
  )
}

function Assigning({ view }: { view: View }) {
  const queries = useQueryClient()
  const { objectionNo } = view.row
  const [userId, setUserId] = useState('')
  const assign = useMutation({
    mutationFn: () => call('casework.assign-objection', { params: { objectionNo }, body: { userId } }),
    onSuccess: () => queries.invalidateQueries(),
  })
  return (
    <section className="card stack-small" aria-labelledby="assign-title">
      <h2 id="assign-title">指派承办人</h2>
      {assign.isError && <ErrorPanel error={assign.error} />}
      {view.officers.length === 0 ? (
        <p>
          本辖区没有未参与该案的人员。
          <Hint todo={todos.assignObjection(view.row.objectionNo)} />
        </p>
      ) : (
        <div className="row">
          <SelectField
            label="承办人（均未参与该案）"
            required
            all="请选择"
            value={userId}
            onPick={setUserId}
            choices={view.officers.map((officer) => ({
              value: officer.userId,
              label: `${officer.name}（${officer.roleLabel}）`,
            }))}
          />
          <button type="button" className="button" disabled={userId === '' || assign.isPending} onClick={() => assign.mutate()}>
            指派
          </button>
        </div>
      )}
    </section>
  )
}

function Answering({ view }: { view: View }) {
  const queries = useQueryClient()
  const { objectionNo } = view.row
  const [outcome, setOutcome] = useState<'upheld' | 'rejected'>('rejected')
  const [answer, setAnswer] = useState('')
  const [reopen, setReopen] = useState('')
  const send = useMutation({
    mutationFn: () =>
      call('casework.answer-objection', {
        params: { objectionNo },
        body: { outcome, answer, ...(outcome === 'upheld' && reopen !== '' ? { reopen } : {}) },
      }),
    onSuccess: () => queries.invalidateQueries(),
  })
  const problems = send.error instanceof CallProblem ? fieldProblems(send.error.fields) : {}
  function submit(event: FormEvent) {
    event.preventDefault()
    send.mutate()
  }
  return (
    <section className="card stack" aria-labelledby="answer-title">
      <h2 id="answer-title">书面答复</h2>
      {send.isError && <ErrorPanel error={send.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <FieldGroup label="核实结果" required>
          <label className="choice">
            <input type="radio" checked={outcome === 'rejected'} onChange={() => setOutcome('rejected')} />
            <span>不成立</span>
          </label>
          <label className="choice">
            <input type="radio" checked={outcome === 'upheld'} onChange={() => setOutcome('upheld')} />
            <span>成立{view.reopen.length > 0 && '，撤下公示并退回重办'}</span>
          </label>
        </FieldGroup>
        {outcome === 'upheld' && view.reopen.length > 0 && (
          <SelectField
            label="退回到"
            required
            all="请选择"
            value={reopen}
            onPick={setReopen}
            choices={view.reopen.map(({ step, label }) => ({ value: step, label }))}
          />
        )}
        <Field label="核实情况和答复" wide error={problems.answer}>
          {(ids) => <textarea {...ids} value={answer} maxLength={4000} onChange={(event) => setAnswer(event.target.value)} />}
        </Field>
        <div className="row">
          <button type="submit" className="button primary" disabled={send.isPending}>
            {send.isPending ? '正在保存…' : '答复'}
          </button>
        </div>
      </form>
    </section>
  )
}

function Answered({ view }: { view: View }) {
  const { outcome, answeredAt } = view.row
  if (outcome === null) return null
  return (
    <section className="card stack-small" aria-labelledby="answered-title">
      <h2 id="answered-title">答复</h2>
      <p>
        <WordTag word={objectionOutcomes[outcome]} /> {view.answeredByName ?? ''}，{instant(answeredAt)}
      </p>
      <p style={{ whiteSpace: 'pre-wrap' }}>{view.answer}</p>
    </section>
  )
}

/** Opens a new case of the household whose appeal was upheld, with a reason in words. */
function OpeningAgain({ objectionNo }: { objectionNo: string }) {
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const open = useMutation({
    mutationFn: () => call('casework.open-after-appeal', { params: { objectionNo }, body: { reason } }),
    onSuccess: ({ caseNo }) => navigate({ to: '/intake/$caseNo', params: { caseNo } }),
  })
  const problems = open.error instanceof CallProblem ? fieldProblems(open.error.fields) : {}
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        open.mutate()
      }}
    >
      {open.isError && <ErrorPanel error={open.error} />}
      <Field label="重新开立的理由" wide error={problems.reason}>
        {(ids) => <textarea {...ids} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <div className="row">
        <button type="submit" className="button primary" disabled={open.isPending}>
          {open.isPending ? '正在开立…' : '为该家庭重新开立案件'}
        </button>
      </div>
    </form>
  )
}

/** What follows from an appeal: the remedies that stand beside it, and the new case once it is upheld. */
function Following({ view }: { view: View }) {
  const can = useCan()
  const { appeal, row } = view
  if (appeal === null) return null
  return (
    <section className="card stack" aria-labelledby="following-title">
      <h2 id="following-title">后续</h2>
      <p>{appeal.remedies}。</p>
      {appeal.openedNo !== null && (
        <p>
          已据此重新开立案件{' '}
          <Link to="/cases/$caseNo" params={{ caseNo: appeal.openedNo }} className="mono">
            {appeal.openedNo}
          </Link>
        </p>
      )}
      {row.outcome === 'upheld' && appeal.openedNo === null && can('casework.open') && (
        <OpeningAgain objectionNo={row.objectionNo} />
      )}
    </section>
  )
}

/** One objection, report or complaint: what was said, who handles it, what was answered. */
export function ObjectionPage() {
  const { objectionNo } = useParams({ from: '/office/objections/$objectionNo' })
  const can = useCan()
  const query = useQuery(reading('casework.open-objection', { params: { objectionNo } }))
  return (
    <Page
      title={query.data === undefined ? '异议和投诉举报' : `${objectionKinds[query.data.row.kind]} ${objectionNo}`}
      crumbs={
        <li>
          <Link to="/objections">异议和投诉举报</Link>
        </li>
      }
    >
      <Show query={query}>
        {(view) => (
          <>
            <Said view={view} />
            {view.row.outcome === null && can('casework.assign-objection') && <Assigning view={view} />}
            {view.row.outcome === null &&
              (view.refusal === null ? <Answering view={view} /> : <p className="notice amber">{view.refusal}。</p>)}
            <Answered view={view} />
            <Following view={view} />
          </>
        )}
      </Show>
    </Page>
  )
}
