import { type ComponentProps, lazy, Suspense } from 'react'
import type { CorrectDialog as Dialog } from './correct-dialog.tsx'

const Loaded = lazy(async () => ({ default: (await import('./correct-dialog.tsx')).CorrectDialog }))

/** The window of a correction, loaded when it is opened. */
export function CorrectDialog(props: ComponentProps<typeof Dialog>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  )
}
