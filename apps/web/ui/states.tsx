import type { UseQueryResult } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'
import { CallProblem } from '../client.ts'

const ProblemHint = lazy(async () => ({ default: (await import('./problem-hint.tsx')).ProblemHint }))

const widths = ['96%', '88%', '92%', '74%', '83%', '67%', '79%']

/** While something loads: says so, and keeps the place. */
export function Loading({ lines = 5 }: { lines?: number }) {
  return (
    <div className="card loading" role="status">
      <p className="muted">正在载入…</p>
      <div className="skeleton" aria-hidden="true">
        {widths.slice(0, lines).map((width) => (
          <span key={width} className="skeleton-line" style={{ width }} />
        ))}
      </div>
    </div>
  )
}

/** While something loads that is mostly not there: takes no place, and what stands below waits for it. */
export function Arriving() {
  return (
    <span className="arriving" role="status">
      正在载入…
    </span>
  )
}

/** A problem in the server's own words, with a way to try again. */
export function ErrorPanel({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const problem = error instanceof CallProblem ? error : null
  return (
    <div className="notice red" role="alert">
      <p className="strong">{problem?.message ?? '页面出错了。请刷新重试；如果仍不行，请告知系统管理员。'}</p>
      {problem !== null && problem.fields.length > 0 && (
        <ul>
          {problem.fields.map((x) => (
            <li key={x.path + x.message}>{x.message}</li>
          ))}
        </ul>
      )}
      {problem !== null && problem.status > 400 && (
        <Suspense>
          <ProblemHint problem={problem} />
        </Suspense>
      )}
      {retry !== undefined && (
        <p style={{ marginTop: 8 }}>
          <button type="button" className="button" onClick={() => retry()}>
            重试
          </button>
        </p>
      )}
    </div>
  )
}

/** An empty list says what it means and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="card empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

/** Shows what a query has: loading, problem or its data. Old data stays while it is read again. */
export function Show<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
        {children(query.data)}
      </>
    )
  }
  return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Loading />
}
