import { lazy, Suspense, useState } from 'react'
import type { CaseView } from '#casework/contract'
import { useCan } from '../../session.ts'

const AssignDialog = lazy(async () => ({ default: (await import('./assign-dialog.tsx')).AssignDialog }))

/** Gives the case to a person, or back to the desk; `onDone` is told in words what was done. */
export function AssignButton({ view, onDone }: { view: CaseView; onDone: (told: string) => void }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can('casework.assign') || view.head.result !== null) return null
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        指派
      </button>
      {open && (
        <Suspense>
          <AssignDialog
            view={view}
            onClose={() => setOpen(false)}
            onDone={(told) => {
              setOpen(false)
              onDone(told)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
