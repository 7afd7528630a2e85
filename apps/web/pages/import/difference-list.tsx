import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Difference, DifferenceSummary, ImportDetail } from '#registry/contract'
import { call, type Input } from '../../client.ts'
import { count } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { HouseholdLink } from '../../ui/household-link.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { flagWords, kindWords, type RunSearch } from './import-words.ts'

type Query = NonNullable<Input<'registry.list-differences'>['query']>

function useDifferences(importId: string, { table, kind, flag }: RunSearch) {
  const query = { table, kind, flag } as Query
  return useInfiniteQuery({
    queryKey: ['registry.list-differences', importId, query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('registry.list-differences', { params: { importId }, query: { ...query, cursor: pageParam } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}

const shown = 6

/** A new row as running text: its fields are many. */
function NewFields({ fields }: Pick<Difference, 'fields'>) {
  return (
    <p className="small">
      {fields
        .filter(({ column }) => column !== 'household_no')
        .map(({ label, after }) => `${label} ${after}`)
        .join('；')}
    </p>
  )
}

function FieldList({ fields }: Pick<Difference, 'fields'>) {
  const lines = fields.map((field) => (
    <li key={field.column}>
      <span className="muted">{field.label}</span> <del>{field.before === '' ? '（空）' : field.before}</del> →{' '}
      <ins>{field.after === '' ? '（空）' : field.after}</ins>
    </li>
  ))
  if (lines.length <= shown) return <ul className="change-list">{lines}</ul>
  return (
    <>
      <ul className="change-list">{lines.slice(0, shown)}</ul>
      <details>
        <summary className="small">另 {lines.length - shown} 项</summary>
        <ul className="change-list">{lines.slice(shown)}</ul>
      </details>
    </>
  )
}

/** What hangs on a household that goes. */
function Hangs({ hangs }: Pick<Difference, 'hangs'>) {
  return hangs.length === 0 ? (
    <span className="muted">没有案件、待遇、发放或疑点</span>
  ) : (
    <ul className="change-list">
      {hangs.map((hang) => (
        <li key={hang.label}>
          {hang.label} <strong>{count(hang.count)}</strong>
        </li>
      ))}
    </ul>
  )
}

function Rows({ rows }: { rows: readonly Difference[] }) {
  return (
    <Scroller label="有差异的行，可左右滚动">
      <table className="data cards differences">
        <caption className="hidden">有差异的行，原值 → 新值</caption>
        <thead>
          <tr>
            {['变动', '名册表', '户或人', '村社区', '原值 → 新值'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.table} ${row.key}`}>
              <td>
                <WordTag word={kindWords[row.kind]} />
                {row.flags.map((flag) => (
                  <WordTag key={flag} word={flagWords[flag]} />
                ))}
              </td>
              <td className="nowrap">{row.tableLabel}</td>
              <th scope="row">
                {row.label === row.householdNo ? '' : `${row.label} `}
                {row.householdNo !== null &&
                  (row.kind === 'new' ? (
                    <span className="mono small">{row.householdNo}</span>
                  ) : (
                    <HouseholdLink householdNo={row.householdNo} className="mono small" />
                  ))}
              </th>
              <td className="nowrap">{row.divisionName ?? '—'}</td>
              <td className="issues">
                {row.kind === 'removed' && <Hangs hangs={row.hangs} />}
                {row.kind === 'changed' && <FieldList fields={row.fields} />}
                {row.kind === 'new' && <NewFields fields={row.fields} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type ListProps = { run: ImportDetail; differences: DifferenceSummary; search: RunSearch }

function Filters({ run, differences, search }: ListProps) {
  const navigate = useNavigate()
  const set = (change: RunSearch) =>
    void navigate({
      to: '/imports/$importId',
      params: { importId: run.importId },
      search: { ...search, ...change },
      replace: true,
      resetScroll: false,
    })
  const words = (list: Readonly<Record<string, { label: string }>>) =>
    Object.entries(list).map(([value, { label }]) => ({ value, label }))
  return (
    <div className="filters">
      <SelectField
        label="名册表"
        all="全部"
        value={search.table ?? ''}
        onPick={(table) => set({ table })}
        choices={differences.tables.map(({ table, label }) => ({ value: table, label }))}
      />
      <SelectField
        label="变动"
        all="全部"
        value={search.kind ?? ''}
        onPick={(kind) => set({ kind })}
        choices={words(kindWords)}
      />
      <SelectField
        label="须留意"
        all="全部"
        value={search.flag ?? ''}
        onPick={(flag) => set({ flag })}
        choices={words(flagWords)}
      />
    </div>
  )
}

/** Every row with a difference, by table, kind and what must be looked at. */
export function DifferenceList(props: ListProps) {
  const query = useDifferences(props.run.importId, props.search)
  const first = query.data?.pages[0]
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="stack-small" id="differences" aria-label="有差异的行">
      <h3>逐行查看{first !== undefined && `（${count(first.total)}）`}</h3>
      <Filters {...props} />
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {first !== undefined && rows.length === 0 && <Empty title="没有符合条件的行">可以放宽上面的条件。</Empty>}
      {rows.length > 0 && <Rows rows={rows} />}
      <MorePages query={query} label={`再看 50 行（还有 ${count((first?.total ?? 0) - rows.length)}）`} />
    </section>
  )
}
