/** The next numbers of locked channels: messages are sealed, signed, and wrapped where they lead through a neighbour. */

import { Problem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import { digestHex, type EncodedBody, encodeRelay, Header, type MessageType, sealMessage, uuidV7, writeFrame } from '#wire'
import { centreKeys, type ExchangeDeps, peersOf } from '../node.ts'
import type { LaneTo, OutChannel, Place, StoredMessage } from '../store/outbox.ts'

/** What headers say beside the numbering: why, in whose name, resting on which authorisation, until when. */
export type HeaderFacts = Pick<Header, 'auth' | 'purpose' | 'legalBasis' | 'caseNo' | 'operator' | 'expires'>

/** What goes out: type, place, body; number and seal follow from the channel. */
export interface Outgoing extends LaneTo {
  type: MessageType
  place: Place
  idem: string
  body: EncodedBody
  facts: HeaderFacts
}

const nowhere: Place = { kind: '', campaign: null, batch: null, round: null }

function numbered(outgoing: Outgoing, channel: OutChannel, innerId: string | null, deps: ExchangeDeps): StoredMessage {
  const now = deps.clock.nowMs()
  const [peer] = peersOf(channel.suite, channel.keys)
  if (peer === undefined) {
    throw new Problem('exchange.no_key', `节点 ${channel.node_id} 没有有效的公钥，请先为它登记新公钥`, { status: 409 })
  }
  const { type, idem, body, facts, lane } = outgoing
  const place = { seq: channel.seq + 1, prev: channel.head, from: channel.centre_id, to: channel.node_id }
  const draft = { type, lane, id: uuidV7(now), ...place, created: isoInstant(now), corr: null, idem, ...facts }
  const sealed = sealMessage(draft, body, centreKeys(deps, channel.suite), peer)
  if (!Header.safeParse(sealed.header).success) {
    const message =
      '报文头不合规定：用途（200 字内）、法律依据（400 字内）、经办人或案件编号（各 100 字内）过长或含有特殊字符，请改短后重试'
    throw new Problem('exchange.bad_header', message, { status: 422 })
  }
  channel.seq += 1
  channel.head = sealed.hash
  return { ...sealed, ...outgoing.place, unit: outgoing.unit, lane, innerId }
}

/** A frame for a far node as the next message of the channel to the neighbour that leads there. */
export function wrapFrame(frame: Buffer, inner: Header, channel: OutChannel, deps: ExchangeDeps): StoredMessage {
  const { auth, purpose, legalBasis, caseNo, operator, expires } = inner
  const facts = { auth, purpose, legalBasis, caseNo, operator, expires }
  const idem = digestHex(channel.suite, frame)
  const { unit, lane } = channel
  const outgoing = { unit, lane, type: 'relay', place: nowhere, idem, body: encodeRelay(frame, channel.suite), facts } as const
  return numbered(outgoing, channel, inner.id, deps)
}

/** The channel of a lane among those that were locked. */
export function channelTo(channels: readonly OutChannel[], unit: string, lane: LaneTo['lane']): OutChannel {
  const found = channels.find((each) => each.unit === unit && each.lane === lane)
  if (found) return found
  throw new Problem('exchange.no_way', `通往节点 ${unit} 的线路未登记或已吊销`, { status: 409 })
}

/**
 * Numbers and seals messages for channels that are locked; a message for a far node is followed by the relay that carries
 * it. The channels move on.
 */
export function numberMessages(list: readonly Outgoing[], channels: readonly OutChannel[], deps: ExchangeDeps): StoredMessage[] {
  return list.flatMap((outgoing) => {
    const channel = channelTo(channels, outgoing.unit, outgoing.lane)
    const message = numbered(outgoing, channel, null, deps)
    if (channel.via === null) return [message]
    const hop = channelTo(channels, channel.via, outgoing.lane)
    return [message, wrapFrame(writeFrame(message), message.header, hop, deps)]
  })
}
