import { lazy, Suspense, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

const SearchDialog = lazy(async () => ({ default: (await import('./search-dialog.tsx')).SearchDialog }))

const typing = 'input, select, textarea, dialog *, [contenteditable]'

/** Opens the search: by the button, by `/` outside of fields, by Ctrl+K anywhere. */
export function SearchButton() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const isField = event.target instanceof Element && event.target.matches(typing)
      const slash = event.key === '/' && !isField && !event.ctrlKey && !event.metaKey && !event.altKey
      const ctrlK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
      if (event.defaultPrevented || (!slash && !ctrlK)) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [])
  return (
    <>
      <button type="button" className="button search-button" aria-keyshortcuts="/ Control+K" onClick={() => setOpen(true)}>
        搜索
      </button>
      {open &&
        // not in the header, whose colours it would take
        createPortal(
          <Suspense>
            <SearchDialog onClose={() => setOpen(false)} />
          </Suspense>,
          document.body,
        )}
    </>
  )
}
