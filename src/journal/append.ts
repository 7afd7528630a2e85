import type { Tx } from '#platform/db'
import { type EntryRow, insertEntries } from './store/entries.ts'

/** One line of the journal as the caller gives it; the database adds time, number and hashes. */
export interface Entry {
  /** 'household:<no>', 'batch:<campaign>:<no>', 'user:<id>', 'system:<topic>'. */
  readonly chain: string
  /** Who did it; the transaction's actor if left out. */
  readonly actor?: string
  /** Role in which it was done; 'system' if left out. */
  readonly role?: string
  /** Name of the action, e.g. 'verification.open-household'. */
  readonly action: string
  /** 12-digit division the entry concerns; it must lie in the transaction's scope. */
  readonly divisionCode: string
  /** Keyed indexes of every person read or written. */
  readonly subjects?: readonly Buffer[]
  /** Clause or authorisation number. */
  readonly basis: string
  readonly purpose: string
  /** Business keys and codes only; a citizen or mobile number in clear is refused. */
  readonly detail?: Readonly<Record<string, unknown>>
}

const clearIdNumber =
  /(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])/
const clearMobile = /(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])/

function rowOf(tx: Tx, entry: Entry): EntryRow {
  const detail = JSON.stringify(entry.detail ?? {})
  for (const text of [detail, entry.purpose, entry.basis, entry.chain]) {
    if (clearIdNumber.test(text) || clearMobile.test(text))
      throw new Error(`a journal entry of ${entry.action} holds a personal number in clear`)
  }
  return {
    chain: entry.chain,
    actor: entry.actor ?? tx.scope.actor,
    role: entry.role ?? 'system',
    action: entry.action,
    divisionCode: entry.divisionCode,
    subjects: entry.subjects ?? [],
    basis: entry.basis,
    purpose: entry.purpose,
    detail,
  }
}

/** Appends one entry in the caller's transaction: it stands if and only if the work it tells of does. */
export async function append(tx: Tx, entry: Entry): Promise<void> {
  await insertEntries(tx, [rowOf(tx, entry)])
}

/** Appends many entries in one statement. */
export async function appendAll(tx: Tx, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return
  await insertEntries(
    tx,
    entries.map((entry) => rowOf(tx, entry)),
  )
}
