import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, type Output, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useKey } from '../../ui/once.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { PolicyNav } from './policy-nav.tsx'
import { type Side, SideFields } from './side-fields.tsx'
import { replayWords } from './words.ts'

type Replays = Output<'casework.list-replays'>['rows']
type SideView = Replays[number]['before']

/** A side in words: pack, day, revision. */
export function sideText({ packLabel, on, revisionTitle }: Pick<SideView, 'packLabel' | 'on' | 'revisionTitle'>): string {
  return `${packLabel}，${on}${revisionTitle === null ? '' : `，加修订“${revisionTitle}”`}`
}

type StartProps = {
  packId: string
  today: string
  revision: { id: string; packId: string; fromOn: string | null } | null
}

function StartForm({ packId, today, revision }: StartProps) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const keyOf = useKey()
  const on = revision?.fromOn ?? today
  const own = revision?.packId ?? packId
  const [before, setBefore] = useState<Side>({ packId: own, on, revisionId: null })
  const [after, setAfter] = useState<Side>({ packId: own, on, revisionId: revision?.id ?? null })
  const start = useMutation({
    mutationFn: () => call('casework.start-replay', { body: { before, after } }, { key: keyOf([before, after]) }),
    onSuccess: async ({ replayId }) => {
      await queries.invalidateQueries({ queryKey: ['casework.list-replays'] })
      await navigate({ to: '/policy/replay/$replayId', params: { replayId } })
    },
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    start.mutate()
  }
  return (
    <form className="card stack" onSubmit={submit} noValidate>
      <h2>新的测算</h2>
      <p className="muted small">
        同一批家庭按两套参数各核算一遍：已有决定的家庭用决定所依据的事实，其余用最近一次全区核对后的事实。只作测算，不改变任何案件。
      </p>
      {start.isError && <ErrorPanel error={start.error} />}
      <div className="two">
        <SideFields legend="原来" side={before} onChange={setBefore} revisions />
        <SideFields legend="改为" side={after} onChange={setAfter} revisions />
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={start.isPending}>
          {start.isPending ? '正在提交…' : '开始测算'}
        </button>
      </div>
    </form>
  )
}

function ReplayList({ rows }: { rows: Replays }) {
  if (rows.length === 0) {
    return (
      <Empty title="还没有测算">
        <p>选好两边，开始第一次测算；结果会保存在这里。</p>
      </Empty>
    )
  }
  return (
    <section className="card stack-small" aria-labelledby="replays-title">
      <h2 id="replays-title">做过的测算</h2>
      <Scroller label="做过的测算，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              {['时间', '原来', '改为', '状态', '申请人'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.replayId}>
                <th scope="row" className="nowrap">
                  <Link to="/policy/replay/$replayId" params={{ replayId: row.replayId }}>
                    {instant(row.askedAt)}
                  </Link>
                </th>
                <td className="text">{sideText(row.before)}</td>
                <td className="text">{sideText(row.after)}</td>
                <td>
                  <WordTag word={replayWords[row.state]} />
                </td>
                <td className="nowrap">{row.askedBy}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function Start({ revisionId }: { revisionId: string | undefined }) {
  const packs = useQuery(reading('casework.list-packs', {}))
  const revisions = useQuery(reading('casework.list-revisions', {}))
  if (packs.data === undefined || revisions.data === undefined) {
    const error = packs.error ?? revisions.error
    return error === null ? <Loading lines={3} /> : <ErrorPanel error={error} />
  }
  const packId = packs.data.rows.find((row) => row.inUse)?.packId ?? packs.data.rows[0]?.packId
  if (packId === undefined) return <Empty title="没有政策包" />
  const found = revisions.data.rows.find((row) => row.revisionId === revisionId)
  const revision = found === undefined ? null : { id: found.revisionId, packId: found.packId, fromOn: found.fromOn }
  return <StartForm key={revisionId} packId={packId} today={packs.data.today} revision={revision} />
}

/** Replays: what a change of policy would mean for the district's households, and what it costs. */
export function ReplaysPage() {
  const { revision } = useSearch({ from: '/office/policy/replay' })
  const query = useQuery(reading('casework.list-replays', {}))
  return (
    <Page title="政策测算">
      <PolicyNav />
      <Start revisionId={revision} />
      <Show query={query}>{({ rows }) => <ReplayList rows={rows} />}</Show>
    </Page>
  )
}
