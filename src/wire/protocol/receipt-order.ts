/** Receipts that come over a way that may lose or reorder: a ledger keeps them without gaps. */
import type { Lane } from '../envelope/envelope.ts'
import type { LaneState } from '../message-store.ts'
import type { Receipt } from './frames.ts'

/** What of some receipts can be kept now. */
export interface FollowingReceipts {
  /** they continue what is kept, in order */
  next: Receipt[]
  /** some before them have not come */
  isGap: boolean
}

/** The receipts that follow those kept, per lane; what is kept already is left out, and what comes after a gap. */
export function followingReceipts(
  receipts: readonly Receipt[],
  standing: Record<Lane, Pick<LaneState, 'receipted'>>,
): FollowingReceipts {
  const last = { batch: standing.batch.receipted, single: standing.single.receipted }
  const next: Receipt[] = []
  let isGap = false
  for (const receipt of [...receipts].sort((a, b) => a.seq - b.seq)) {
    const lane = receipt.chan.endsWith('#single') ? 'single' : 'batch'
    if (receipt.seq === last[lane] + 1) {
      last[lane] += 1
      next.push(receipt)
    }
    isGap ||= receipt.seq > last[lane]
  }
  return { next, isGap }
}
