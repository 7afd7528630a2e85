import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouteContext, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { CallProblem, call, reading } from '../client.ts'
import { officePages, useCan } from '../session.ts'
import { dropAllDrafts } from './case/kept-drafts.ts'

/** so many pages stand in the bar; the others are one click further */
const inBar = 8

type OfficePage = (typeof officePages)[number]

function PageLink({ page }: { page: OfficePage }) {
  return (
    <Link to={page.to} activeOptions={{ includeSearch: false }}>
      {page.label}
    </Link>
  )
}

function Navigation({ path }: { path: string }) {
  const can = useCan()
  const pages = officePages.filter((page) => can(page.permission))
  const bar = pages.length <= inBar + 1 ? pages : pages.slice(0, inBar)
  const more = pages.slice(bar.length)
  const current = more.find((page) => path.startsWith(page.to))
  return (
    <nav className="nav" aria-label="主要功能">
      {bar.map((page) => (
        <PageLink key={page.to} page={page} />
      ))}
      {more.length > 0 && (
        <details key={path} className="nav-more">
          <summary data-current={current !== undefined}>{current === undefined ? '更多' : `更多：${current.label}`}</summary>
          <div className="nav-list">
            {more.map((page) => (
              <PageLink key={page.to} page={page} />
            ))}
          </div>
        </details>
      )}
    </nav>
  )
}

function Who() {
  const session = useQuery(reading('identity.read-session', {})).data
  const queries = useQueryClient()
  const router = useRouter()
  const leave = useMutation({
    mutationFn: () => call('identity.sign-out', {}),
    onSettled: async () => {
      dropAllDrafts()
      queries.clear()
      await router.navigate({ to: '/sign-in', search: {} })
    },
  })
  return (
    <div className="who">
      {session !== undefined && (
        <div className="small">
          <div className="strong">{session.name}</div>
          <div>
            {session.roleLabel}，{session.scopeName}
          </div>
        </div>
      )}
      {session !== undefined && (
        <Link to="/password" className="small">
          修改口令
        </Link>
      )}
      <button type="button" className="button" onClick={() => leave.mutate()} disabled={leave.isPending}>
        退出
      </button>
    </div>
  )
}

/** Sends the user to sign in again as soon as a question is refused for want of a session. */
function useSessionGuard() {
  const queries = useQueryClient()
  const router = useRouter()
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return
        const error: unknown = event.action.error
        if (error instanceof CallProblem && error.status === 401) {
          void router.navigate({ to: '/sign-in', search: { to: router.state.location.href } })
        }
      }),
    [queries, router],
  )
}

/** Header with navigation, who is signed in and for which area, then the page. */
export function Shell() {
  useSessionGuard()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [openOn, setOpenOn] = useState<string | null>(null)
  const open = openOn === path
  const session = useQuery(reading('identity.read-session', {})).data
  const { DemoBar } = useRouteContext({ from: '/office' })
  return (
    <>
      <a className="skip button" href="#main">
        跳到正文
      </a>
      <header className="top no-print" data-open={open}>
        <div className="top-inner">
          <Link to="/" className="brand">
            <b>应保</b>
            <span>{session?.districtName ?? ''}社会救助</span>
          </Link>
          <button type="button" className="button menu-button" aria-expanded={open} onClick={() => setOpenOn(open ? null : path)}>
            菜单
          </button>
          <Navigation path={path} />
          <Who />
        </div>
        {DemoBar !== undefined && <DemoBar today={session?.today ?? ''} />}
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}
