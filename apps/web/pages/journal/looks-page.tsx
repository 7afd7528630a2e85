import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, type Output } from '../../client.ts'
import { actor, count, instant } from '../../format.ts'
import { TextField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { ActorLooks } from './actor-looks.tsx'
import { UnusualList } from './unusual-list.tsx'

type Looks = Output<'journal.list-looks'>

const outcomes = { answered: '已答复', partly: '部分答复', refused: '未获授权，未查', not_answered: '未答复' } as const

/** The member units a query went to, folded: what each was asked and whether it answered, never what it said. */
function AskedUnits({ asked }: { asked: Looks['rows'][number]['asked'] }) {
  if (asked.length === 0) return null
  return (
    <details>
      <summary>{asked.length} 个单位</summary>
      <ul>
        {asked.map(({ unitName, records, outcome }) => (
          <li key={unitName}>
            {unitName}：{records.join('、')}（{outcomes[outcome]}）
          </li>
        ))}
      </ul>
    </details>
  )
}

function LookTable({ rows }: { rows: Looks['rows'] }) {
  return (
    <Scroller label="查看记录，可左右滚动">
      <table className="data cards">
        <caption className="hidden">谁在什么时候为什么看过</caption>
        <thead>
          <tr>
            {['时间', '人员', '单位', '做了什么', '用途', '授权书'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((look) => (
            <tr key={look.entryNo}>
              <td className="nowrap">{instant(look.at)}</td>
              <th scope="row" className="nowrap">
                {actor(look.by)} <span className="muted small">{look.roleLabel}</span>
              </th>
              <td className="nowrap">{look.unitName === '' ? '—' : look.unitName}</td>
              <td className="issues">
                {look.text}
                <AskedUnits asked={look.asked} />
              </td>
              <td>{look.purpose}</td>
              <td className="mono small">
                {look.authorisationNos.length === 0 ? '本单位职责' : look.authorisationNos.join('、')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Result({ subject }: { subject: string }) {
  const query = useInfiniteQuery({
    queryKey: ['journal.list-looks', subject],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('journal.list-looks', { params: { subjectNo: subject }, query: { cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const head = query.data?.pages[0]
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  if (query.isPending) return <Loading />
  if (head === undefined) return <ErrorPanel error={query.error} retry={query.refetch} />
  return (
    <section className="card stack-small" aria-labelledby="looks-title">
      <h2 id="looks-title">
        {head.subjectName} <span className="mono small">{head.idMasked}</span>，共 {count(head.total)} 次
      </h2>
      <p className={head.chainIntact ? 'small muted' : 'notice red'}>
        {head.chainIntact ? '日志链校验完好，没有被改动。' : '日志链校验不符：记录可能被改动，请立即报告管理员。'}
      </p>
      {rows.length === 0 ? <Empty title="还没有人看过" /> : <LookTable rows={rows} />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      <MorePages query={query} label="再看 50 次" />
    </section>
  )
}

/** Who looked at this person: every look, question and change, with purpose and authorisation. */
export function LooksPage() {
  const { subject, actor: who, from, until } = useSearch({ from: '/office/looks' })
  const navigate = useNavigate()
  const [wrong, setWrong] = useState<string>()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const wanted = String(new FormData(event.currentTarget).get('subject') ?? '').trim()
    setWrong(wanted === '' ? '请输入人员编号' : undefined)
    if (wanted !== '') void navigate({ to: '/looks', search: { subject: wanted } })
  }

  return (
    <Page title="查询留痕">
      <form className="card filters" onSubmit={submit} noValidate>
        <TextField
          key={subject}
          label="人员编号"
          wide
          name="subject"
          defaultValue={subject ?? ''}
          error={wrong}
          autoComplete="off"
        />
        <button type="submit" className="button primary">
          查谁看过
        </button>
      </form>
      {subject !== undefined ? (
        <Result key={subject} subject={subject} />
      ) : who !== undefined && from !== undefined && until !== undefined ? (
        <ActorLooks key={who + from} actor={who} from={from} until={until} />
      ) : (
        <>
          <Empty title="查谁看过一个人的信息">
            <p>输入人员编号，或在家庭页面点成员旁的“谁看过”。这次查询本身也会记入日志。</p>
          </Empty>
          <UnusualList />
        </>
      )}
    </Page>
  )
}
