import type { Hits } from '#casework/contract'
import { officePages } from './navigation.ts'

/** As many pages as are named for a word. */
const mostPages = 6

/** Pages that may be opened and whose title, words or sentence hold what was typed: the title first. */
export function pagesFor(word: string, can: (permission: string) => boolean): Hits['rows'] {
  if (word === '') return []
  const wanted = word.toLowerCase()
  const rank = ({ label, words, shows }: (typeof officePages)[number]): number =>
    [label, words, shows].findIndex((text) => text.toLowerCase().includes(wanted))
  return officePages
    .filter((page) => can(page.permission) && rank(page) >= 0)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, mostPages)
    .map(({ to, label, shows }) => ({ no: to, label, note: shows, to }))
}
