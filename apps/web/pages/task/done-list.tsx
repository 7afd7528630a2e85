import { Link } from '@tanstack/react-router'
import { useNarrow } from '../../ui/narrow.ts'
import { Empty } from '../../ui/states.tsx'
import { CaseRows } from '../case/case-rows.tsx'
import { type TaskSearch, useCases } from './task-queries.ts'

/** 已办: cases the caller moved. 办结: cases of the area that have ended. */
export function DoneList({ search, ended, dense }: { search: TaskSearch; ended: boolean; dense: boolean }) {
  const small = useNarrow()
  const query = useCases({ q: search.q, ...(ended ? { state: 'ended' as const } : { done: 'mine' as const }) })
  return (
    <CaseRows query={query} small={small} dense={dense} hidden={ended ? [] : ['ended']}>
      <Empty title={search.q === undefined ? (ended ? '还没有办结的案件' : '您还没有办理过案件') : '没有符合条件的案件'}>
        <p>
          可以<Link to="/tasks">回到待办</Link>，或<Link to="/cases">查看全部案件</Link>。
        </p>
      </Empty>
    </CaseRows>
  )
}
