/** Who signed a frame: while keys are being changed, one of two. */
import { EnvelopeFault, type Frame, type PeerKeys, verifyMessage } from '#exchange/wire'

/** The key of the sender that the frame is signed with. Throws EnvelopeFault when none fits, or the body is not the signed one. */
export function signerOf({ header, body }: Frame, peers: readonly PeerKeys[]): PeerKeys {
  for (const peer of peers) {
    try {
      verifyMessage(header, body, peer)
      return peer
    } catch (error) {
      if (!(error instanceof EnvelopeFault) || (error.fault !== 'signature' && error.fault !== 'suite')) throw error
    }
  }
  throw new EnvelopeFault('signature', '签名与发送方的公钥不符')
}
