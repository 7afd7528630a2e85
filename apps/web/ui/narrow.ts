import { useSyncExternalStore } from 'react'

const narrow = typeof window === 'undefined' ? null : window.matchMedia('(max-width: 767px)')

/** Whether the window is a phone's: rows become cards. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow?.addEventListener('change', changed)
      return () => narrow?.removeEventListener('change', changed)
    },
    () => narrow?.matches ?? false,
  )
}
