/** What a clerk has typed under a finding survives a lost session or a reload of the same tab; nothing leaves the tab. */
import type { StoredFile } from '#kernel/schema'
import type { ClearingOutcome } from '#verification/contract'

/** A clearing that is not signed yet. */
export type ClearingDraft = { outcome: ClearingOutcome | null; reason: string; evidence: StoredFile[]; teach: boolean }

const keyOf = (findingId: string) => `clearing:${findingId}`
const empty: ClearingDraft = { outcome: null, reason: '', evidence: [], teach: false }

/** The draft as left, or an empty one; a damaged one counts as empty. */
export function readDraft(findingId: string, storage: Storage = sessionStorage): ClearingDraft {
  try {
    const stored: unknown = JSON.parse(storage.getItem(keyOf(findingId)) ?? 'null')
    return typeof stored === 'object' && stored !== null ? { ...empty, ...stored } : empty
  } catch {
    return empty
  }
}

export function writeDraft(findingId: string, draft: ClearingDraft, storage: Storage = sessionStorage): void {
  storage.setItem(keyOf(findingId), JSON.stringify(draft))
}

export function dropDraft(findingId: string, storage: Storage = sessionStorage): void {
  storage.removeItem(keyOf(findingId))
}
