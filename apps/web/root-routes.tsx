import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { CallProblem, reading } from './client.ts'
import { NotFound, RootFrame } from './pages/root-frame.tsx'
import { pick } from './ui/search.ts'

type Context = { queries: QueryClient }

/** The outermost frame. */
export const root = createRootRouteWithContext<Context>()({ component: RootFrame, notFoundComponent: NotFound })

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search) => pick(search, ['to']),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

export const check = createRoute({
  getParentRoute: () => root,
  path: '/check',
  validateSearch: (search) => pick(search, ['q']),
  component: lazyRouteComponent(() => import('./pages/report/check-page.tsx'), 'CheckPage'),
})

/** Everything behind it needs a session; without one the page asked for is kept and opened after signing in. */
export const office = createRoute({
  getParentRoute: () => root,
  id: 'office',
  component: lazyRouteComponent(() => import('./pages/shell.tsx'), 'Shell'),
  beforeLoad: async ({ context, location }) => {
    try {
      const session = await context.queries.query({ ...reading('identity.read-session', {}), staleTime: 60_000 })
      if (session.passwordGiven && location.pathname !== '/password') throw redirect({ to: '/password' })
      return { session }
    } catch (error) {
      if (error instanceof CallProblem && error.status === 401) throw redirect({ to: '/sign-in', search: { to: location.href } })
      throw error
    }
  },
})
