import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call, type Output } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'

type Row = Output<'journal.list-actor-looks'>['rows'][number]

function Persons({ row }: { row: Row }) {
  return (
    <>
      {row.subjects.map(({ subjectNo, name }) => (
        <Link key={subjectNo} to="/looks" search={{ subject: subjectNo }} style={{ marginRight: 8 }}>
          {name}
        </Link>
      ))}
      {row.persons > row.subjects.length && <span className="muted small">共 {count(row.persons)} 人</span>}
    </>
  )
}

function Table({ rows }: { rows: readonly Row[] }) {
  return (
    <Scroller label="查看记录，可左右滚动">
      <table className="data cards">
        <caption className="hidden">此人查看过谁的信息</caption>
        <thead>
          <tr>
            {['时间', '做了什么', '用途', '查看了谁'].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.entryNo}>
              <td className="nowrap">{instant(row.at)}</td>
              <th scope="row">{row.text}</th>
              <td>{row.purpose}</td>
              <td>
                <Persons row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** What one person looked at within a time. */
export function ActorLooks({ actor, from, until }: { actor: string; from: string; until: string }) {
  const query = useInfiniteQuery({
    queryKey: ['journal.list-actor-looks', actor, from, until],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('journal.list-actor-looks', { params: { actor }, query: { from, until, cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const head = query.data?.pages[0]
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  if (query.isPending) return <Loading />
  if (head === undefined) return <ErrorPanel error={query.error} retry={query.refetch} />
  return (
    <section className="card stack-small" aria-label="查看过谁">
      <h2>
        {head.by} <span className="small muted">{head.roleLabel}</span> 查看 {count(head.total)} 次
      </h2>
      <p className="small muted">
        {instant(from)} 至 {instant(until)}。<Link to="/looks">回到不寻常的查看</Link>
      </p>
      {rows.length === 0 ? <Empty title="这段时间没有查看" /> : <Table rows={rows} />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      <MorePages query={query} label="再看 50 次" />
    </section>
  )
}
