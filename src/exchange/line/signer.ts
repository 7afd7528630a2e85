/** Who signed a frame: while keys are being changed, one of two. */
import { EnvelopeFault, type Frame, type PeerKeys, verifyMessage } from '#exchange/wire'
import type { Ledger, Neighbour } from './ledger.ts'

/**
 * The key of the sender that a frame is signed with. Throws EnvelopeFault: `signature` when none fits, otherwise what else is
 * wrong with it (another suite, a body that is not the signed one).
 */
export function signerOf({ header, body }: Frame, peers: readonly PeerKeys[]): PeerKeys {
  for (const peer of peers) {
    try {
      verifyMessage(header, body, peer)
      return peer
    } catch (error) {
      if (!(error instanceof EnvelopeFault) || error.fault !== 'signature') throw error
    }
  }
  throw new EnvelopeFault('signature', peers.length === 0 ? `没有 ${header.from} 的有效公钥` : '签名与发送方的公钥不符')
}

/** The neighbour that signed a frame, and its key; undefined for a node that is not registered. Keys that do not fit are read anew. */
export async function findSigner(ledger: Ledger, frame: Frame): Promise<{ neighbour: Neighbour; peer: PeerKeys } | undefined> {
  const { from } = frame.header
  const known = await ledger.findNeighbour(from)
  try {
    if (known) return { neighbour: known, peer: signerOf(frame, known.peers) }
  } catch (error) {
    if (!(error instanceof EnvelopeFault) || (error.fault !== 'signature' && error.fault !== 'suite')) throw error
  }
  const fresh = await ledger.findNeighbour(from, true)
  return fresh && { neighbour: fresh, peer: signerOf(frame, fresh.peers) }
}
