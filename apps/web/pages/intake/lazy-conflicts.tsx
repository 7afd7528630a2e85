import { type ComponentProps, lazy, Suspense } from 'react'
import { Arriving } from '../../ui/states.tsx'
import type { DraftConflicts as List } from './draft-conflicts.tsx'

const Loaded = lazy(async () => ({ default: (await import('./draft-conflicts.tsx')).DraftConflicts }))

/** What collided, loaded when something did. */
export function DraftConflicts(props: ComponentProps<typeof List>) {
  if (props.saving.conflicts.length === 0) return null
  return (
    <Suspense fallback={<Arriving />}>
      <Loaded {...props} />
    </Suspense>
  )
}
