import { lazy, Suspense, useState } from 'react'
import type { CaseView, ExtendableClock } from '#casework/contract'

const ExtendDialog = lazy(async () => ({ default: (await import('./extend-dialog.tsx')).ExtendDialog }))

/** Limits the caller may extend; nothing where he may none. */
export function Extensions({ view }: { view: CaseView }) {
  const [open, setOpen] = useState<ExtendableClock | null>(null)
  const mine = view.extendable.filter((each) => each.mine)
  if (mine.length === 0) return null
  return (
    <div className="row no-print">
      {mine.map((clock) => (
        <button key={clock.clock} type="button" className="button" onClick={() => setOpen(clock)}>
          延长“{clock.label}”的时限
        </button>
      ))}
      <Suspense>
        {open !== null && <ExtendDialog caseNo={view.head.caseNo} clock={open} onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  )
}
