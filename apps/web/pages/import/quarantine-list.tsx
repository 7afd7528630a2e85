import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { QuarantineRow, RowIssue } from '#registry/contract'
import { call } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { placeOf, rowStateWords } from './import-words.ts'

type Filter = { file?: string | undefined; code?: string | undefined; severity?: string | undefined; state?: string | undefined }
type Severity = 'error' | 'warn'
type RowState = 'open' | 'corrected' | 'dismissed'

const stateChoices = (['open', 'corrected', 'dismissed'] as const).map((value) => ({ value, label: rowStateWords[value] }))

function useQuarantine(importId: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: ['registry.list-quarantine', importId, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'registry.list-quarantine',
        {
          query: {
            importId,
            file: filter.file,
            code: filter.code,
            severity: filter.severity as Severity | undefined,
            state: filter.state as RowState | undefined,
            cursor: pageParam,
            limit: 50,
          },
        },
        signal,
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}

function Issues({ issues }: { issues: readonly RowIssue[] }) {
  return (
    <ul className="stack-small">
      {issues.map((issue) => (
        <li key={issue.column + issue.code}>
          <Tag tone={issue.severity === 'error' ? 'red' : 'amber'}>{issue.severity === 'error' ? '错误' : '提醒'}</Tag>{' '}
          <span className="mono small">{issue.code}</span>{' '}
          {issue.columnLabel !== '' && <span className="strong">{issue.columnLabel}：</span>}
          {issue.message}
          {/[。！？]$/.test(issue.message) ? '' : '。'}
          <span className="muted">{issue.remedy}</span>
        </li>
      ))}
    </ul>
  )
}

function Rows({ rows }: { rows: readonly QuarantineRow[] }) {
  const can = useCan()
  return (
    <Scroller label="退回和存疑的行，可左右滚动">
      <table className="data cards">
        <caption className="hidden">退回和存疑的行</caption>
        <thead>
          <tr>
            {['文件', '行', '问题与改法', '乡镇', '状态'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.rowId}>
              <td>
                {row.fileLabel} <span className="muted small mono">{row.file}</span>
              </td>
              <th scope="row" className="nowrap">
                {placeOf(row)}
              </th>
              <td className="issues">
                <Issues issues={row.issues} />
              </td>
              <td className="nowrap">{row.townshipName ?? '—'}</td>
              <td className="nowrap">
                {row.state === 'open' && row.quarantined && can('registry.correct') ? (
                  <Link to="/quarantine/$rowId" params={{ rowId: row.rowId }}>
                    更正<span className="hidden">{`${row.fileLabel}${placeOf(row)}`}</span>
                  </Link>
                ) : (
                  <span>{row.quarantined ? rowStateWords[row.state] : '已按规整值使用'}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type FilterBarProps = {
  importId: string
  filter: Filter
  byFile: readonly { file: string; label: string; rows: number }[]
  byCode: readonly { code: string; label: string; rows: number }[]
}

function FilterBar({ importId, filter, byFile, byCode }: FilterBarProps) {
  const navigate = useNavigate()
  const set = (change: Filter) =>
    void navigate({
      to: '/imports/$importId',
      params: { importId },
      search: { ...filter, ...change },
      replace: true,
      resetScroll: false,
    })
  return (
    <div className="filters">
      <SelectField
        label="文件"
        all="全部"
        value={filter.file ?? ''}
        onPick={(file) => set({ file })}
        choices={byFile.map((x) => ({ value: x.file, label: `${x.label}（${count(x.rows)}）` }))}
      />
      <SelectField
        label="问题"
        all="全部"
        wide
        value={filter.code ?? ''}
        onPick={(code) => set({ code })}
        choices={byCode.map((x) => ({ value: x.code, label: `${x.code} ${x.label}（${count(x.rows)}）` }))}
      />
      <SelectField
        label="轻重"
        all="全部"
        value={filter.severity ?? ''}
        onPick={(severity) => set({ severity })}
        choices={[
          { value: 'error', label: '错误（退回）' },
          { value: 'warn', label: '提醒（已使用）' },
        ]}
      />
      <SelectField label="状态" all="全部" value={filter.state ?? ''} onPick={(state) => set({ state })} choices={stateChoices} />
    </div>
  )
}

/** Why no row is listed: the conditions, a check that found none, or one that did not come to its end. */
export function NoRows({ filter, checked }: { filter: Filter; checked: boolean }) {
  if (filter.file ?? filter.code ?? filter.severity ?? filter.state) {
    return <Empty title="没有符合条件的行">可以放宽上面的条件。</Empty>
  }
  if (checked) return <Empty title="没有退回与存疑的行">每一行都通过了检查，或已更正。</Empty>
  return <Empty title="没有逐行检查的结果">这次导入没有检查完，请按上面的说明改好后重新上传。</Empty>
}

/** Rows with problems of one import: file, row, column, code, what is wrong, how to mend it. `checked`: every row was read. */
export function QuarantineList({ importId, filter, checked }: { importId: string; filter: Filter; checked: boolean }) {
  const query = useQuarantine(importId, filter)
  const first = query.data?.pages[0]
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="card stack-small" aria-labelledby="quarantine-title">
      <h2 id="quarantine-title">退回与存疑的行（{first === undefined ? '…' : count(first.total)}）</h2>
      {first !== undefined && <FilterBar importId={importId} filter={filter} byFile={first.byFile} byCode={first.byCode} />}
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {first !== undefined && rows.length === 0 && <NoRows filter={filter} checked={checked} />}
      {rows.length > 0 && <Rows rows={rows} />}
      <MorePages query={query} label={`再看 50 行（还有 ${count((first?.total ?? 0) - rows.length)}）`} />
    </section>
  )
}
