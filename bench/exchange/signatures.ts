/** What the signatures alone cost on this machine: no exchange that signs each message is faster than they allow. */
import { availableParallelism } from 'node:os'
import { monotonicMs } from '#platform/clock'
import { cipherLibrary, generateNodeKeys, ownKeys, peerKeys } from '#wire'
import type { SuiteName } from '#wire/contract'

const rounds = 400
/** About as long as a header. */
const text = 'x'.repeat(800)

function perSecond(work: () => unknown): number {
  for (let i = 0; i < rounds / 4; i += 1) work()
  const started = monotonicMs()
  for (let i = 0; i < rounds; i += 1) work()
  return (rounds * 1000) / (monotonicMs() - started)
}

/** What was measured, and what follows. */
export interface Signatures {
  library: string
  sign_per_second: number
  verify_per_second: number
  /** of a message, so many in a call */
  acceptSeconds(together: number): number
  /** of an item there and back, so many in a message */
  itemSeconds(items: number): number
}

/**
 * Signatures and checks a second on one thread, and the seconds that they alone take: an accept checks each message and signs a receipt a
 * call, on one thread; a message there and back is signed and checked twice, on all cores.
 */
export function measureSignatures(suite: SuiteName): Signatures {
  const own = ownKeys(generateNodeKeys(suite))
  const peer = peerKeys(own.publicTexts)
  const signature = own.sign(text)
  const signs = perSecond(() => own.sign(text))
  const checks = perSecond(() => peer.verify(text, signature))
  return {
    library: cipherLibrary(suite),
    sign_per_second: Math.round(signs),
    verify_per_second: Math.round(checks),
    acceptSeconds: (together) => 1 / checks + 1 / (together * signs),
    itemSeconds: (items) => (2 * (1 / signs + 1 / checks)) / (items * availableParallelism()),
  }
}
