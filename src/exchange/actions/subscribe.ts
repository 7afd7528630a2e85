/** Subscribing: units are told whom to watch and whose watch has ended, inside the caller's transaction. */

import type { Tx } from '#platform/db'
import {
  type PaperCells,
  type RecordName,
  recordNames,
  type SubjectPaper,
  type SubscriptionHead,
  type SubscriptionLine,
} from '#sources/contract'
import { encodeLines } from '#wire'
import type { ExchangeDeps } from '../node.ts'
import { loadSuites } from '../store/nodes.ts'
import { type DueRow, lockDue, markTold } from '../store/subscriptions.ts'
import { authOf, type Grounds, send } from './enqueue.ts'
import type { Outgoing } from './number-messages.ts'

/** Lines in one message. */
const LINES = 500

/** A watched person as the unit has to know him. */
export interface WatchedSubject {
  idNumber: string
  names: readonly string[]
  papers: readonly Omit<SubjectPaper, 'terms'>[]
}

/** What the caller knows of the persons: whom subjects are, what their papers say. */
export interface SubjectBook {
  subjects: ReadonlyMap<string, WatchedSubject>
  /** by number of the paper */
  terms: ReadonlyMap<string, PaperCells>
}

/** Frame of every subscription: how rows are read, for which scheme. */
export type WatchFrame = Pick<SubscriptionHead, 'basis' | 'scheme'>

/** Rows of one message. */
function bodyOf(rows: readonly DueRow[], { subjects, terms }: SubjectBook, frame: WatchFrame) {
  const records: RecordName[] = []
  const papers: PaperCells[] = []
  const places = new Map<string, number>()
  const placeOf = (no: string): number => {
    const cells = terms.get(no)
    if (cells === undefined) throw new RangeError('a watch rests on an authorisation that is not there')
    const text = JSON.stringify(cells)
    const known = places.get(text) ?? papers.push(cells) - 1
    places.set(text, known)
    return known
  }
  const recordPlaces = (asked: number): number[] =>
    recordNames.flatMap((record, bit) => {
      if ((asked & (1 << bit)) === 0) return []
      const at = records.indexOf(record)
      return [at < 0 ? records.push(record) - 1 : at]
    })
  const lines = rows.map((row): SubscriptionLine => {
    const subject = subjects.get(row.subject_no)
    if (row.asked === 0 || subject === undefined) return { op: 'end', no: row.no }
    const { idNumber, names } = subject
    const signed = subject.papers.filter(({ no }) => row.papers.includes(no))
    return {
      ...{ op: 'add', no: row.no, idNumber, names: [...names], until: row.until },
      records: recordPlaces(row.asked),
      papers: signed.map(({ no, docHash }) => [no, placeOf(no), docHash]),
    }
  })
  const head: SubscriptionHead = { kind: 'subscription', ...frame, records, papers }
  return { head, lines: [JSON.stringify(head), ...lines.map((line) => JSON.stringify(line))] }
}

function groupsOf(rows: readonly DueRow[]): DueRow[][] {
  const groups: DueRow[][] = []
  for (const of of Map.groupBy(rows, (row) => row.unit).values()) {
    for (let start = 0; start < of.length; start += LINES) groups.push(of.slice(start, start + LINES))
  }
  return groups
}

/**
 * Tells units how watches stand that they were not told of yet, up to a number; gives how many. `load` finds out about the
 * persons. The channels stay locked until the transaction ends, so do it last.
 */
export async function tellSubscriptions(
  tx: Tx,
  frame: WatchFrame,
  load: (rows: readonly DueRow[]) => Promise<SubjectBook>,
  grounds: Grounds,
  deps: ExchangeDeps,
  limit = 2000,
): Promise<number> {
  const rows = await lockDue(tx, limit)
  if (rows.length === 0) return 0
  const book = await load(rows.filter((row) => row.asked !== 0))
  const groups = groupsOf(rows)
  const suites = await loadSuites(
    tx,
    groups.map(([first]) => first?.unit ?? ''),
  )
  const heads: { unit: string; head: SubscriptionHead }[] = []
  const list = groups.flatMap((group): Outgoing[] => {
    const unit = group[0]?.unit ?? ''
    const suite = suites.get(unit)
    if (suite === undefined) return []
    const { head, lines } = bodyOf(group, book, frame)
    heads.push({ unit, head })
    const body = encodeLines(lines, suite)
    const auth = authOf(
      group.flatMap((row) => (row.asked === 0 ? [] : row.papers)),
      suite,
    )
    const place = { kind: 'subscription', campaign: null, batch: null, round: null }
    return [
      {
        unit,
        lane: 'single',
        type: 'subscription',
        place,
        idem: body.root,
        body,
        facts: { ...grounds, auth, expires: null, caseNo: '' },
      },
    ]
  })
  await send(tx, list, heads, grounds.purpose, deps)
  await markTold(
    tx,
    rows.map((row) => row.no),
  )
  return rows.length
}
