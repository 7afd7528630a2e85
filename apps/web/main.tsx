import './ui/tokens.css'
import './ui/elements.css'
import './ui/controls.css'
import './ui/shell.css'
import './ui/pages.css'
import './ui/list.css'
import './ui/household.css'
import './ui/tasks.css'
import './ui/case.css'
import './ui/intake.css'
import './ui/import.css'
import './ui/policy.css'
import './ui/print.css'
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { CallProblem, takeEarly } from './client.ts'
import { makeRouter } from './router.tsx'

/** Refusals are final; only a lost connection is worth another try. */
function worthRetry(failures: number, error: unknown): boolean {
  return failures < 2 && (!(error instanceof CallProblem) || error.status === 0 || error.status >= 502)
}

/** What one page changed another may show: nothing read before counts as fresh; who is signed in was not changed. */
const mutationCache = new MutationCache({
  onSuccess: () =>
    queries.invalidateQueries({ refetchType: 'none', predicate: ({ queryKey }) => queryKey[0] !== 'identity.read-session' }),
})

const queries: QueryClient = new QueryClient({
  mutationCache,
  defaultOptions: { queries: { retry: worthRetry, staleTime: 5_000, refetchOnWindowFocus: false } },
})
const router = makeRouter(queries)

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

takeEarly(document.head)
const place = document.getElementById('app')
if (place !== null) {
  createRoot(place).render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
}
