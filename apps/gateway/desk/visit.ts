/** A request to the desk by somebody who is signed in, and what comes back. */
import type { Readable } from 'node:stream'
import { unitLabel } from '#sources/contract'
import { wallClock } from '../clock.ts'
import type { LogFacts } from '../ledger/log-entry.ts'
import { type MenuItem, page } from './frame.ts'
import type { Html } from './html.ts'
import type { LogDigest } from './log-digest.ts'
import type { DeskParts } from './port.ts'

/** What comes back. */
export type Reply =
  | { page: Html; status: number }
  /** another page is to be opened */
  | { to: string }
  | { file: string; type: string; body: string | Buffer | Readable }

/** One request, with everything a page needs. */
export interface Visit {
  parts: DeskParts
  digest: LogDigest
  officer: string
  csrf: string
  menu: readonly MenuItem[]
  query: URLSearchParams
  /** fields of a form that was sent; empty for a page that was opened */
  form: FormData
  /** last part of the address, where it names something */
  name: string
}

/** The text of a form's field; empty when it is not there. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** A page in the desk's frame. */
export function pageOf(visit: Visit, at: string, title: string, body: Html, status = 200): Reply {
  const { parts, officer, csrf, menu } = visit
  return { page: page({ title, unit: unitLabel(parts.config.unit), at, officer, csrf, menu }, body), status }
}

/** Logs what a person did at the desk, under the person's name. */
export function noteVisit(visit: Visit, event: string, facts: LogFacts): void {
  visit.parts.ledger.note(event, { operator: visit.officer, from: visit.parts.config.nodeId, ...facts })
}

/** An instant by the unit's wall clock, to the minute. */
export function shownTime(visit: Visit, iso: string): string {
  return wallClock(iso, visit.parts.clock).slice(0, 16)
}
