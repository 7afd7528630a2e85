import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'

const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }))

/** Whether a key is meant for the page: nothing is being typed, and no dialog is open. */
function isFree(target: EventTarget | null): boolean {
  const typing = target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
  return !typing && document.querySelector('dialog[open]') === null
}

/** 帮助 in the corner of the page's head, also opened by the key `?`. Its words are loaded when it is opened. */
export function PageHelp() {
  const path = useRouterState({ select: ({ matches }) => matches.at(-1)?.fullPath ?? '' })
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || !isFree(event.target)) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button type="button" className="button help-button no-print" onClick={() => setOpen(true)}>
        帮助
      </button>
      {open && (
        <Suspense>
          <HelpDialog path={path} title={document.title.replace(' · 应保', '')} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
