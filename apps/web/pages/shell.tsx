import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { call, reading, signedOut } from '../client.ts'
import { PageHelp } from '../ui/page-help.tsx'
import { dropAllDrafts } from './case/kept-drafts.ts'
import { DemoBar } from './demo-bar.tsx'
import { NavBar } from './nav-bar.tsx'
import { SearchButton } from './search-button.tsx'

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

/** Signing in again over the page, which stays with everything typed. */
const SignInAgain = lazy(async () => ({ default: (await import('./sign-in/sign-in-again.tsx')).SignInAgain }))

/** As soon as a call is refused for want of a session the page asks for the password where it is. */
function SessionGuard() {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const end = () => setOver(true)
    addEventListener(signedOut, end)
    return () => removeEventListener(signedOut, end)
  }, [])
  return over ? (
    <Suspense>
      <SignInAgain onDone={() => setOver(false)} />
    </Suspense>
  ) : null
}

/** Header with navigation, who is signed in and for which area, then the page. */
export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [openOn, setOpenOn] = useState<string | null>(null)
  const open = openOn === path
  const session = useQuery(reading('identity.read-session', {})).data
  return (
    <>
      <a className="skip button" href="#main">
        跳到正文
      </a>
      <SessionGuard />
      <header className="top no-print" data-open={open}>
        <div className="top-inner">
          <Link to="/" className="brand">
            <b>应保</b>
            <span>{session?.districtName ?? ''}社会救助</span>
          </Link>
          <SearchButton />
          <button type="button" className="button menu-button" aria-expanded={open} onClick={() => setOpenOn(open ? null : path)}>
            菜单
          </button>
          <NavBar path={path} />
          <Who />
        </div>
        {session?.demo === true && <DemoBar today={session.today} />}
      </header>
      <main id="main" tabIndex={-1}>
        <PageHelp key={path} />
        <Outlet />
      </main>
    </>
  )
}
