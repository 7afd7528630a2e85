import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

type ChoiceLinkProps = {
  to: '/tasks' | '/cases' | '/households' | '/notices' | '/scans' | '/data-standard'
  search: Record<string, string | undefined>
  /** it is the choice that stands: said with aria-current, which the router's own link would set by its own rules */
  current: boolean
  className?: string
  children: ReactNode
}

/** A link to the same page with other filters, as one of several choices. */
export function ChoiceLink({ to, search, current, className, children }: ChoiceLinkProps) {
  const router = useRouter()
  const target = { to, search }
  function go(event: MouseEvent) {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void router.navigate({ ...target, replace: true })
  }
  return (
    <a href={router.buildLocation(target).href} className={className} aria-current={current ? 'true' : undefined} onClick={go}>
      {children}
    </a>
  )
}
