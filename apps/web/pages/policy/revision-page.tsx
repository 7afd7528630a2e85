import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import type { RevisionChange, RevisionView } from '#revisions/contract'
import { call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { PolicyNav } from './policy-nav.tsx'
import { ValueEditor } from './value-editor.tsx'
import { markWords, revisionWords, sectionWords } from './words.ts'

const keyOf = (revisionId: string) => ['casework.open-revision', { params: { revisionId } }] as const

/** A step of a revision whose answer is the revision as it is now. */
function useStep(revision: RevisionView) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (work: () => Promise<RevisionView>) => work(),
    onSuccess: async (view) => {
      queries.setQueryData(keyOf(revision.revisionId), view)
      await queries.invalidateQueries({ queryKey: ['casework.list-revisions'] })
      await queries.invalidateQueries({ queryKey: ['casework.read-pack'] })
    },
  })
}

function ChangeRow({ revision, change, edits }: { revision: RevisionView; change: RevisionChange; edits: boolean }) {
  const step = useStep(revision)
  const { section, name, from } = change
  const drop = () =>
    call('casework.drop-value', {
      params: { revisionId: revision.revisionId },
      body: { version: revision.version, section, name, from },
    })
  return (
    <tr>
      <th scope="row">
        {change.label}
        <div className="muted small">
          {sectionWords[section]}，<span className="mono">{name}</span>
        </div>
      </th>
      <td className="nowrap">{chineseDate(from)} 起</td>
      <td className="text muted">{change.beforeText ?? '没有值'}</td>
      <td className="text strong">{change.text}</td>
      <td>{change.clause}</td>
      <td>
        <Tag tone={markWords[change.mark].tone}>{markWords[change.mark].label}</Tag>
      </td>
      <td className="nowrap">{chineseDate(change.reviewedUntil)}</td>
      {edits && (
        <td>
          <button
            type="button"
            className="button plain"
            aria-label={`删除 ${change.label} ${chineseDate(from)} 起的修改`}
            disabled={step.isPending}
            onClick={() => step.mutate(drop)}
          >
            删除
          </button>
        </td>
      )}
    </tr>
  )
}

function Changes({ revision, edits }: { revision: RevisionView; edits: boolean }) {
  const heads = ['参数', '生效', '原值', '新值', '依据', '可靠程度', '复核期限', ...(edits ? ['操作'] : [])]
  if (revision.changes.length === 0) {
    return (
      <Empty title="还没有修改任何值">
        <p>在下面选一个参数，填写新值、生效日和依据。</p>
      </Empty>
    )
  }
  return (
    <section className="card stack-small" aria-labelledby="changes-title">
      <h2 id="changes-title">修改的值（{revision.changes.length} 项）</h2>
      <Scroller label="修改的值，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              {heads.map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {revision.changes.map((change) => (
              <ChangeRow
                key={`${change.section} ${change.name} ${change.from}`}
                revision={revision}
                change={change}
                edits={edits}
              />
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

type ReasonStep = 'casework.return-revision' | 'casework.withdraw-revision'

function ReasonDialog({
  revision,
  route,
  title,
  onClose,
}: {
  revision: RevisionView
  route: ReasonStep
  title: string
  onClose: () => void
}) {
  const step = useStep(revision)
  const [wrong, setWrong] = useState<string>()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    setWrong(reason.length < 4 ? '请写明理由，至少 4 个字' : undefined)
    if (reason.length < 4) return
    const body = { version: revision.version, reason }
    step.mutate(() => call(route, { params: { revisionId: revision.revisionId }, body }), { onSuccess: onClose })
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {step.isError && <ErrorPanel error={step.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <Field label="理由" error={wrong}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <div className="row">
          <button type="submit" className="button primary" disabled={step.isPending}>
            {title}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function DraftButtons({ revision }: { revision: RevisionView }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const step = useStep(revision)
  const order = { params: { revisionId: revision.revisionId }, body: { version: revision.version } }
  const remove = useMutation({
    mutationFn: () => call('casework.delete-revision', order),
    onSuccess: async () => {
      await navigate({ to: '/policy/revisions' })
      await queries.invalidateQueries({ queryKey: ['casework.list-revisions'] })
    },
  })
  return (
    <>
      {(step.error ?? remove.error) !== null && <ErrorPanel error={step.error ?? remove.error} />}
      {revision.fault !== null && revision.changes.length > 0 && <p className="notice amber">还不能提交：{revision.fault}</p>}
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={step.isPending || revision.fault !== null}
          onClick={() => step.mutate(() => call('casework.submit-revision', order))}
        >
          提交，请另一人发布
        </button>
        <button type="button" className="button" disabled={remove.isPending} onClick={() => remove.mutate()}>
          删除草稿
        </button>
      </div>
    </>
  )
}

function PublishButtons({ revision }: { revision: RevisionView }) {
  const step = useStep(revision)
  const [asking, setAsking] = useState<ReasonStep>()
  const order = { params: { revisionId: revision.revisionId }, body: { version: revision.version } }
  const submitted = revision.state === 'submitted'
  return (
    <>
      {step.isError && <ErrorPanel error={step.error} />}
      {submitted && revision.mine && (
        <p className="notice amber">
          您起草、修改或提交过这份修订。
          <Hint todo={todos.publishRevision()} lead="接下来：" />
        </p>
      )}
      <div className="row">
        {submitted && !revision.mine && (
          <button
            type="button"
            className="button primary"
            disabled={step.isPending}
            onClick={() => step.mutate(() => call('casework.publish-revision', order))}
          >
            核对无误，发布
          </button>
        )}
        {submitted && (
          <button type="button" className="button" onClick={() => setAsking('casework.return-revision')}>
            退回修改
          </button>
        )}
        <button type="button" className="button" onClick={() => setAsking('casework.withdraw-revision')}>
          撤回修订
        </button>
      </div>
      {asking !== undefined && (
        <ReasonDialog
          revision={revision}
          route={asking}
          title={asking === 'casework.return-revision' ? '退回修改' : '撤回修订'}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  )
}

function Head({ revision }: { revision: RevisionView }) {
  const can = useCan()
  const { state } = revision
  return (
    <section className="card stack" aria-labelledby="revision-title">
      <h2 id="revision-title">
        {revision.packLabel} <WordTag word={revisionWords[state]} />
      </h2>
      <dl className="facts">
        <div>
          <dt>最早生效</dt>
          <dd>{chineseDate(revision.fromOn ?? '未定')}</dd>
        </div>
        <div>
          <dt>起草</dt>
          <dd>
            {revision.madeBy}，{instant(revision.madeAt)}
          </dd>
        </div>
        <div>
          <dt>发布</dt>
          <dd>{revision.publishedBy === null ? '未发布' : `${revision.publishedBy}，${instant(revision.publishedAt)}`}</dd>
        </div>
        <div>
          <dt>生效后指纹</dt>
          <dd className="mono">{revision.packHash?.slice(0, 16) ?? '发布时生成'}</dd>
        </div>
      </dl>
      {revision.reason !== null && <p className="notice amber">退回或撤回的理由：{revision.reason}</p>}
      {state === 'draft' && can('policy.edit') && <DraftButtons revision={revision} />}
      {(state === 'submitted' || state === 'published') && can('policy.publish') && <PublishButtons revision={revision} />}
      {revision.changes.length > 0 && state !== 'withdrawn' && (
        <p>
          <Link to="/policy/replay" search={{ revision: revision.revisionId }}>
            测算这份修订对全区的影响
          </Link>
        </p>
      )}
    </section>
  )
}

function Body({ revision }: { revision: RevisionView }) {
  const can = useCan()
  const edits = revision.state === 'draft' && can('policy.edit')
  const pack = useQuery({ ...reading('casework.read-pack', { params: { packId: revision.packId } }), enabled: edits })
  return (
    <>
      <Head revision={revision} />
      <Changes revision={revision} edits={edits} />
      {edits && pack.data !== undefined && (
        <ValueEditor revision={revision} parameters={pack.data.parameters} today={pack.data.today} />
      )}
    </>
  )
}

/** One revision: its values beside the old ones, and what may be done with it. */
export function RevisionPage() {
  const { revisionId } = useParams({ from: '/office/policy/revisions/$revisionId' })
  const query = useQuery(reading('casework.open-revision', { params: { revisionId } }))
  return (
    <Page
      title={query.data?.title ?? '政策包修订'}
      crumbs={
        <li>
          <Link to="/policy/revisions">政策包修订</Link>
        </li>
      }
    >
      <PolicyNav />
      <Show query={query}>{(revision) => <Body revision={revision} />}</Show>
    </Page>
  )
}
