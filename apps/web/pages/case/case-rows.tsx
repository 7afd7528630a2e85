import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'
import type { CaseLine } from '#casework/contract'
import { count, dayOf, peopleWords, yuan } from '../../format.ts'
import { ClockTag } from '../../ui/clock.tsx'
import { columnStyle } from '../../ui/column-choice.tsx'
import { ErrorPanel, Loading } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { programmeWords } from '../../wording.ts'
import { resultWords } from './words.ts'

/** Columns of the list of cases; the first two always stand, the others can be left out. */
export const caseColumns = [
  { key: 'clock', label: '总时限', width: '152px', fixed: true },
  { key: 'who', label: '申请人', width: 'minmax(150px, 1.6fr)', fixed: true },
  { key: 'at', label: '办到哪一步', width: 'minmax(110px, 1.4fr)' },
  { key: 'place', label: '所在村社区', width: 'minmax(110px, 1fr)' },
  { key: 'kind', label: '类别', width: '112px' },
  { key: 'flags', label: '提示', width: '76px' },
  { key: 'amount', label: '月金额（元）', width: '100px', end: true },
  { key: 'opened', label: '申请日期', width: '94px' },
  { key: 'ended', label: '办结日期', width: '94px' },
] as const
export type CaseColumn = (typeof caseColumns)[number]['key']

const none = <span className="muted">—</span>

function cellsOf(row: CaseLine): Record<CaseColumn, ReactNode> {
  return {
    clock: row.result === null ? <ClockTag clock={row.clock} /> : <Tag tone="grey">办结</Tag>,
    who: (
      <>
        <Link className="row-link" to="/cases/$caseNo" params={{ caseNo: row.caseNo }}>
          {row.applicantName}
        </Link>{' '}
        <span className="muted small mono">{row.caseNo}</span>
      </>
    ),
    at: row.result === null ? row.at.join('、') : <WordTag word={resultWords[row.result]} />,
    place: `${row.townshipName} ${row.villageName}`,
    kind: `${programmeWords[row.programme]}${peopleWords(row.members)}`,
    flags: row.related ? <Tag tone="red">近亲属</Tag> : none,
    amount: yuan(row.amount),
    opened: dayOf(row.openedAt),
    ended: row.endedAt === null ? none : dayOf(row.endedAt),
  }
}

interface CasePages {
  readonly pages: readonly { rows: CaseLine[]; total: number }[]
}

type CaseRowsProps = {
  query: UseInfiniteQueryResult<CasePages>
  small: boolean
  dense: boolean
  /** columns left out */
  hidden: readonly string[]
  /** shown when there is none */
  children: ReactNode
}

const rowHeights = { card: 116, dense: 34, usual: 40 } as const

/** Cases as rows of which each is one link; pages are read as the end comes near. */
export function CaseRows({ query, small, dense, hidden, children }: CaseRowsProps) {
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetchingNextPage])
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const total = query.data?.pages[0]?.total ?? 0
  const columns = caseColumns.filter((column) => !hidden.includes(column.key))
  return (
    <>
      <p role="status" className="small">
        {query.data === undefined ? ' ' : `共 ${count(total)} 件${query.isFetching ? '，正在更新…' : ''}`}
      </p>
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading lines={7} />}
      {query.data !== undefined && rows.length === 0 && children}
      {rows.length > 0 && (
        <div style={columnStyle(columns)}>
          <VirtualList
            key={small ? 'cards' : dense ? 'dense' : 'rows'}
            label="案件列表"
            className="cases"
            heads={columns}
            rows={rows}
            total={total}
            rowKey={(row) => row.caseNo}
            cells={cellsOf}
            rowHeight={small ? rowHeights.card : dense ? rowHeights.dense : rowHeights.usual}
            onNearEnd={more}
          />
        </div>
      )}
    </>
  )
}
