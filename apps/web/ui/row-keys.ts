import { useEffect } from 'react'

const typing = 'input, select, textarea, dialog *, [contenteditable]'

function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('.grid .row-link')]
  const row = document.activeElement?.closest('tr')
  const at = links.findIndex((link) => link.closest('tr') === row)
  const next = at < 0 ? links[0] : links[at + by]
  next?.focus()
  next?.closest('tr')?.scrollIntoView({ block: 'nearest' })
}

function keyed(event: KeyboardEvent): void {
  const target = event.target
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return
  const box = target instanceof HTMLInputElement && target.type === 'checkbox' && target.closest('.grid') !== null
  if (!box && target.matches(typing)) return
  const inList = target.closest('.grid') !== null
  if (event.key === 'j' || (inList && event.key === 'ArrowDown')) step(1)
  else if (event.key === 'k' || (inList && event.key === 'ArrowUp')) step(-1)
  else if (event.key === 'x' && inList) target.closest('tr')?.querySelector<HTMLElement>('input[type=checkbox]')?.click()
  else return
  event.preventDefault()
}

/** Goes through the rows of the page's list with j and k, or the arrows once in it; x ticks a row; Enter is the link's own. */
export function useRowKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', keyed)
    return () => document.removeEventListener('keydown', keyed)
  }, [])
}
