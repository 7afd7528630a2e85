import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense } from 'react'
import { reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Arriving, Loading } from '../../ui/states.tsx'
import { pagesOf } from '../navigation.ts'

const LineTasks = lazy(async () => ({ default: (await import('../task/line-tasks.tsx')).LineTasks }))
const CaseDay = lazy(async () => ({ default: (await import('./case-day.tsx')).CaseDay }))

/** The parts of a first screen, each for whoever may do what it is about. */
const parts: readonly (readonly [permission: string, part: ComponentType])[] = [
  ['payment.make', lazy(async () => ({ default: (await import('./payment-day.tsx')).PaymentDay }))],
  ['unit.read', lazy(async () => ({ default: (await import('./unit-day.tsx')).UnitDay }))],
  ['identity.grant', lazy(async () => ({ default: (await import('./security-day.tsx')).AccountDay }))],
  ['journal.proofs', lazy(async () => ({ default: (await import('./security-day.tsx')).ProofDay }))],
  ['journal.read', lazy(async () => ({ default: (await import('../journal/unusual-list.tsx')).UnusualList }))],
]

/** The pages of the role with what each shows. */
function Pages({ role }: { role: string }) {
  const pages = pagesOf(role)
  if (pages.length === 0) return null
  return (
    <section className="card stack-small" aria-label="本岗位的页面">
      <h2>本岗位的页面</h2>
      <ul className="stack-small plain-list">
        {pages.map(({ to, label, shows }) => (
          <li key={to}>
            <Link to={to} className="strong">
              {label}
            </Link>
            <span className="muted">　{shows}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The first screen of whoever does not begin in the task centre: what the day of the role holds, then its pages. */
export function HomePage() {
  const can = useCan()
  const session = useQuery(reading('identity.read-session', {})).data
  return (
    <Page title="首页">
      {can('exchange.read') && (
        <Suspense fallback={<Arriving />}>
          <LineTasks />
        </Suspense>
      )}
      {can('casework.read') && (
        <Suspense fallback={<Loading lines={3} />}>
          <CaseDay title="办理情况" />
        </Suspense>
      )}
      {parts.map(
        ([permission, Part]) =>
          can(permission) && (
            <Suspense key={permission} fallback={<Loading lines={3} />}>
              <Part />
            </Suspense>
          ),
      )}
      <Pages role={session?.roles[0] ?? ''} />
    </Page>
  )
}
