/** Takes a subscription: who is watched from now on, whose watch ends. */
import { recordTypeOf, SubscriptionHead, SubscriptionLine, watchedRecord } from '#sources/contract'
import type { Frame } from '#wire'
import type { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import type { Watched } from '../ledger/watch-book.ts'

type Add = Extract<SubscriptionLine, { op: 'add' }>

/** A line in the words of its head. Throws RangeError when it names what the head does not have. */
function watchedOf({ no, idNumber, names, until, records, papers }: Add, head: SubscriptionHead): Watched {
  return {
    ...{ no, idNumber, names, until },
    records: records.map((at) => {
      const record = head.records[at]
      if (record === undefined || watchedRecord(recordTypeOf(record).name) === undefined) {
        throw new RangeError('a subscription names a record type that cannot be watched')
      }
      return record
    }),
    papers: papers.map(([paper, at, docHash]) => {
      const terms = head.papers[at]
      if (terms === undefined) throw new RangeError('a subscription names a paper its head does not have')
      return [paper, terms, docHash]
    }),
  }
}

/** Within the transaction that stores the message. Throws when it cannot be opened or read: nothing of it holds then. */
export function takeSubscription(ledger: SqliteLedger, frame: Frame): void {
  const { header } = frame
  const [first = 'null', ...items] = ledger.open(frame)
  const head = SubscriptionHead.parse(JSON.parse(first))
  const lines = items.map((item) => SubscriptionLine.parse(JSON.parse(item)))
  const added = lines.flatMap((line) => (line.op === 'add' ? [watchedOf(line, head)] : []))
  const { watches } = ledger
  if (added.length > 0) watches.saveOrder({ header, basis: head.basis, scheme: head.scheme })
  for (const each of added) watches.save(header.from, header.id, each)
  let ended = 0
  for (const line of lines) if (line.op === 'end' && watches.end(header.from, line.no)) ended += 1
  ledger.note('subscription', header, {
    subject: head.records.join(' '),
    persons: added
      .map(({ idNumber, papers, until }) => `${idNumber}  0 ${papers.map(([no]) => no).join('+')} ${until}`)
      .join('\n'),
    bytesIn: frame.body.length,
    note: `${added.length} watched, ${ended} ended`,
  })
}
