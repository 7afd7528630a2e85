/** The least a sealed and signed message is: what it is bound to, a signature over it and the digest of the body, the sealed body. */
import { digestHex } from '#wire'
import type { OwnKeys, PeerKeys } from '#wire/contract'

const lineEnd = 10

/** @param bound what the message is about; a seal opens only together with it */
export function closedMessage(plain: Buffer, bound: string, own: OwnKeys, peer: PeerKeys): Buffer {
  const body = peer.seal(plain, bound)
  const signature = own.sign(`${bound} ${digestHex(own.suite, body)}`)
  return Buffer.concat([Buffer.from(`${JSON.stringify([bound, signature])}\n`), body])
}

/** Throws when the signature does not hold or the body was altered. */
export function openedMessage(message: Buffer, own: OwnKeys, peer: PeerKeys): { bound: string; plain: Buffer } {
  const end = message.indexOf(lineEnd)
  const [bound, signature] = JSON.parse(message.toString('utf8', 0, end)) as [string, string]
  const body = message.subarray(end + 1)
  if (!peer.verify(`${bound} ${digestHex(own.suite, body)}`, signature)) throw new Error(`${bound}: the signature does not hold`)
  return { bound, plain: own.unseal(body, bound) }
}
