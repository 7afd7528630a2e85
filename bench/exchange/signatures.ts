/** What the signatures alone cost on this machine: no exchange that signs each message is faster than they allow. */
import { availableParallelism } from 'node:os'
import { cipherLibrary, generateNodeKeys, ownKeys, peerKeys, type SuiteName } from '#exchange/wire'
import { monotonicMs } from '#platform/clock'

const rounds = 400
/** About as long as a header. */
const text = 'x'.repeat(800)

function perSecond(work: () => unknown): number {
  for (let i = 0; i < rounds / 4; i += 1) work()
  const started = monotonicMs()
  for (let i = 0; i < rounds; i += 1) work()
  return (rounds * 1000) / (monotonicMs() - started)
}

/**
 * Signatures and checks a second on one thread, and what follows at most: an accept checks a message and signs its receipt on
 * one thread; a message there and back is signed and checked twice, on all cores.
 */
export function measureSignatures(suite: SuiteName) {
  const own = ownKeys(generateNodeKeys(suite))
  const peer = peerKeys(own.publicTexts)
  const signature = own.sign(text)
  const signs = perSecond(() => own.sign(text))
  const checks = perSecond(() => peer.verify(text, signature))
  const pair = 1 / signs + 1 / checks
  return {
    library: cipherLibrary(suite),
    sign_per_second: Math.round(signs),
    verify_per_second: Math.round(checks),
    accept_at_most_per_second: Math.round(1 / pair),
    message_at_most_per_second: Math.round(availableParallelism() / (2 * pair)),
  }
}
