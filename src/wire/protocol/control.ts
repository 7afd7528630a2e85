/** Frames outside the numbering: hello, accepted, error. Their bodies are clear and signed, so receipts are proof for anybody. */

import type { OwnKeys, PeerKeys } from '../contract.ts'
import { encodeLines } from '../envelope/body.ts'
import { EnvelopeFault, type Frame, openMessage, sealMessage, writeFrame } from '../envelope/envelope.ts'
import { uuidV7 } from '../envelope/ids.ts'
import type { AcceptedBody, ErrorBody, Hello, PollBody } from './frames.ts'
import { isoOf } from './instant.ts'

/** Who speaks to whom, with which keys. */
export interface Ends {
  from: string
  to: string
  own: OwnKeys
  peer: PeerKeys
}

type ControlBody = Hello | PollBody | AcceptedBody | ErrorBody

const typeOf = { hello: 'hello', poll: 'accepted', receipts: 'accepted', error: 'error' } as const

/** A signed frame with a clear body; `corr` names the frame it answers. */
export function controlFrame(body: ControlBody, { from, to, own, peer }: Ends, nowMs: number, corr: string | null): Buffer {
  const encoded = encodeLines([JSON.stringify(body)], own.suite)
  const draft = {
    type: typeOf[body.kind],
    lane: 'single',
    id: uuidV7(nowMs),
    seq: 0,
    prev: '',
    from,
    to,
    via: [],
    created: isoOf(nowMs),
    expires: null,
    corr,
    idem: encoded.root,
    auth: '',
    purpose: '',
    legalBasis: '',
    caseNo: '',
    operator: '',
  } as const
  return writeFrame(sealMessage(draft, encoded, own, peer))
}

/** The clear body of a verified control frame, as plain JSON. Throws EnvelopeFault. */
export function controlBody(frame: Frame, own: OwnKeys): unknown {
  const [line = ''] = openMessage(frame.header, frame.body, own)
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new EnvelopeFault('malformed', '报文内容不是 JSON', cause)
  }
}
