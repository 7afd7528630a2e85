import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Difference, DifferenceKind } from '#benefits/contract'
import { call } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Loading } from '../../ui/states.tsx'
import { Clearing, Elsewhere, useMayClear } from './clearing.tsx'
import { DoubleClearing, Doubles, useMaySettle } from './double-clearing.tsx'
import { Grantee } from './roll-parts.tsx'

type Kinds = readonly { kind: DifferenceKind; label: string; count: number }[]
type DifferencesProps = { month: string; township: string | undefined; kinds: Kinds }

type RowProps = { row: Difference; chosen: boolean | null; onToggle: () => void }

function Row({ row, chosen, onToggle }: RowProps) {
  return (
    <tr>
      <td>
        {chosen !== null && (
          <input type="checkbox" aria-label={`选择 ${row.name}（${row.householdNo}）`} checked={chosen} onChange={onToggle} />
        )}
      </td>
      <th scope="row">
        <Grantee {...row} />
      </th>
      <td>
        {row.townshipName} {row.villageName}
      </td>
      <td>{row.label}</td>
      <td className="num">{yuan(row.amount)}</td>
      <td className="num">{yuan(row.listed)}</td>
      <td style={{ minWidth: '16em' }}>
        {row.why}
        <Elsewhere row={row} />
        <Doubles row={row} />
        {row.kind === 'no_account' && (
          <>
            {' '}
            <Link to="/accounts" search={{ household: row.householdNo }}>
              登记账户
            </Link>
          </>
        )}
        {row.rollNo !== null && (
          <>
            {' '}
            <Link to="/payments/$rollNo" params={{ rollNo: row.rollNo }}>
              看名册
            </Link>
          </>
        )}
      </td>
    </tr>
  )
}

type TableProps = { rows: readonly Difference[]; month: string; onDone: (text: string) => void }

function Table({ rows, month, onDone }: TableProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const mayClear = useMayClear()
  const maySettle = useMaySettle()
  const may = (row: Difference) => mayClear(row) || maySettle(row)
  const clearable = rows.filter(may).map(({ householdNo }) => householdNo)
  const picked = rows.filter((row) => may(row) && chosen.has(row.householdNo))
  const toggle = (householdNo: string) => {
    const next = new Set(chosen)
    if (!next.delete(householdNo)) next.add(householdNo)
    setChosen(next)
  }
  const all = picked.length === clearable.length
  return (
    <>
      {rows.some(mayClear) && <Clearing month={month} rows={picked.filter(mayClear)} onDone={onDone} />}
      {rows.some(maySettle) && <DoubleClearing month={month} rows={picked.filter(maySettle)} onDone={onDone} />}
      <Scroller label="差异列表">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">选择</span>
                {clearable.length > 0 && (
                  <input
                    type="checkbox"
                    aria-label="选择全部可处理的家庭"
                    checked={all}
                    onChange={() => setChosen(new Set(all ? [] : clearable))}
                  />
                )}
              </th>
              <th scope="col">申请人</th>
              <th scope="col">乡镇、村社区</th>
              <th scope="col">差异</th>
              <th scope="col" className="num">
                应发（元）
              </th>
              <th scope="col" className="num">
                名册（元）
              </th>
              <th scope="col">怎么办</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.householdNo}
                row={row}
                chosen={may(row) ? chosen.has(row.householdNo) : null}
                onToggle={() => toggle(row.householdNo)}
              />
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  )
}

/** The differences of a month, a page at a time. */
export function differencesQuery(month: string, township: string | undefined, kind: DifferenceKind | undefined) {
  return infiniteQueryOptions({
    queryKey: ['casework.list-payment-differences', month, township, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { township, kind, cursor: pageParam, limit: 100 }
      return call('casework.list-payment-differences', { params: { month }, query }, signal)
    },
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

/** Who is on a decision but not on a roll, or otherwise than decided, and why; who was paid elsewhere is cleared here. */
export function Differences({ month, township, kinds }: DifferencesProps) {
  const [kind, setKind] = useState<DifferenceKind | undefined>()
  const [told, setTold] = useState<string | null>(null)
  const all = kinds.reduce((sum, each) => sum + each.count, 0)
  const query = useInfiniteQuery({ ...differencesQuery(month, township, kind), enabled: all > 0 })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const total = query.data?.pages[0]?.total ?? 0
  const done = (
    <p role="status" className={told === null ? 'hidden' : 'notice green'}>
      {told}
    </p>
  )
  if (all === 0) return done
  return (
    <section className="card stack-small" aria-label="差异">
      <div className="row">
        <h2>差异 {count(all)} 户</h2>
        <SelectField
          label="种类"
          all="全部"
          value={kind ?? ''}
          onPick={(value) => setKind(kinds.find((each) => each.kind === value)?.kind)}
          choices={kinds.map((each) => ({ value: each.kind, label: `${each.label}（${each.count}）` }))}
        />
      </div>
      {done}
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {rows.length > 0 && <Table rows={rows} month={month} onDone={setTold} />}
      {total > rows.length && (
        <p className="muted small" role="status">
          共 {count(total)} 户，已显示 {count(rows.length)} 户。
        </p>
      )}
      <MorePages query={query} />
    </section>
  )
}
