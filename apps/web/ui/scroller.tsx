import type { ReactNode } from 'react'

/** A region that scrolls must be reachable by keyboard (WCAG 2.1.1). */
export const reachable = { tabIndex: 0 } as const

/** A wide table scrolls inside its own frame, by keyboard too. */
export function Scroller({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="scroller" aria-label={label} {...reachable}>
      {children}
    </section>
  )
}
