/** What the tab keeps of forms that were begun. */

/** Begins the key of every draft. */
export const draftPrefix = 'yingbao-draft '

/** Keys of the tab's store that begin so. */
export const keptKeys = (start: string): string[] => Object.keys(sessionStorage).filter((key) => key.startsWith(start))

/** Forgets all drafts of this tab: whoever signs out leaves nothing behind. */
export function dropAllDrafts(): void {
  for (const key of keptKeys(draftPrefix)) sessionStorage.removeItem(key)
}
