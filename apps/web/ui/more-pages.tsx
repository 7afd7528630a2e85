import type { UseInfiniteQueryResult } from '@tanstack/react-query'

type MoreProps = {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
  label?: string
}

/** The next page of a list, while there is one. */
export function MorePages({ query, label = '再显示一页' }: MoreProps) {
  if (!query.hasNextPage) return null
  return (
    <p className="no-print">
      <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? '正在载入…' : label}
      </button>
    </p>
  )
}
