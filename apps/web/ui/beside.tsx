import { type ComponentType, lazy, Suspense, useState } from 'react'
import { Loading } from './states.tsx'

/** A part of a page in a script of its own. */
export interface Part<P> {
  there: ComponentType<P> | undefined
  readonly later: ComponentType<P>
  /** when its script is there, or failed to come */
  readonly came: Promise<void>
}

/** A part of the first view: its script is asked for as soon as the page's own runs. */
export function beside<P extends object>(load: () => Promise<ComponentType<P>>): Part<P> {
  const part: Part<P> = {
    there: undefined,
    later: lazy(async () => ({ default: await load() })),
    // what fails here is asked for once more by whoever draws the part, and shows there
    came: load().then(
      (there) => {
        part.there = there
      },
      () => undefined,
    ),
  }
  return part
}

/** Draws a part at once where its script is there: what comes by way of a fallback React holds back for a third of a second. */
export function Beside<P extends object>({ part, given, lines }: { part: Part<P>; given: P; lines?: number }) {
  const [Drawn] = useState<ComponentType<P>>(() => part.there ?? part.later)
  return (
    <Suspense fallback={<Loading lines={lines ?? 5} />}>
      <Drawn {...given} />
    </Suspense>
  )
}
