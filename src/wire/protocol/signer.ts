/** Who signed a frame: while keys are being changed, one of two. */

import type { PeerKeys } from '../contract.ts'
import { EnvelopeFault, type Frame, type Header, verifyHeader, verifyMessage } from '../envelope/envelope.ts'
import type { Ledger, Neighbour } from '../message-store.ts'

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

/** Whether a header alone is signed by a registered node: what can be known of a call before its body is here. */
export async function isSignedHeader(ledger: Ledger, header: Header): Promise<boolean> {
  const signed = (peer: PeerKeys): boolean => {
    try {
      verifyHeader(header, peer)
      return true
    } catch (error) {
      if (error instanceof EnvelopeFault) return false
      throw error
    }
  }
  for (const fresh of [false, true])
    if ((await ledger.findNeighbour(header.from, fresh))?.peers.some(signed) === true) return true
  return false
}
