/** How what is asked travels, and how what comes back is read. */
import { encodeLines, openMessage, readFrame, sealMessage, uuidV7, verifyMessage, writeFrame } from '#wire'
import type { OwnKeys, PeerKeys } from '#wire/contract'
import type { GatewayClock } from '../clock.ts'
import type { Grounds } from '../store/unit-store.ts'
import type { PlatformCall } from './http-call.ts'
import { type Json, textOf } from './templates.ts'

/** The two ends of our own envelope, and what it is asked for. */
export interface EnvelopeEnds {
  from: string
  to: string
  own: OwnKeys
  peer: PeerKeys
}

/** A call before it is sent, and how its answer is opened; opening throws when the answer is not what it should be. */
export interface Carried {
  call: PlatformCall
  open(body: Buffer): Json
}

const readJson = (body: Buffer): Json => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json

function parameters(asked: Json): string {
  const plain = typeof asked === 'object' && asked !== null ? asked : {}
  return new URLSearchParams(
    Object.entries(plain).map(([name, value]): [string, string] => [name, textOf(value as Json)]),
  ).toString()
}

/** The minutes after which the other side no longer acts on an envelope. */
const ENVELOPE_MS = 10 * 60_000

/** Seals what is asked to the other side, signed; the answer must be theirs, to us, to this very question. */
function inEnvelope(
  asked: Json,
  ends: EnvelopeEnds,
  grounds: Grounds,
  clock: GatewayClock,
): { body: Buffer; open(body: Buffer): Json } {
  const now = clock.nowMs()
  const id = uuidV7(now)
  const encoded = encodeLines([JSON.stringify(asked)], ends.own.suite)
  const draft = {
    type: 'request',
    lane: 'single',
    id,
    seq: 0,
    prev: '',
    from: ends.from,
    to: ends.to,
    created: clock.iso(now),
    expires: clock.iso(now + ENVELOPE_MS),
    corr: null,
    idem: encoded.root,
    auth: grounds.auth,
    purpose: grounds.purpose,
    legalBasis: grounds.legalBasis,
    caseNo: grounds.caseNo,
    operator: grounds.operator,
  } as const
  const open = (body: Buffer): Json => {
    const frame = readFrame(body)
    const { from, to, corr, type } = frame.header
    if (from !== ends.to || to !== ends.from || corr !== id || type !== 'answer')
      throw new RangeError('not the answer to this question')
    verifyMessage(frame.header, frame.body, ends.peer)
    return JSON.parse(openMessage(frame.header, frame.body, ends.own)[0] ?? 'null') as Json
  }
  return { body: writeFrame(sealMessage(draft, encoded, ends.own, ends.peer)), open }
}

/** Packs a call: where to, how, with what. */
export function carry(
  call: {
    method: 'GET' | 'POST'
    carries: 'query' | 'form' | 'json' | 'envelope'
    path: string
    headers: Record<string, string>
  },
  asked: Json,
  envelope: { ends: EnvelopeEnds; grounds: Grounds; clock: GatewayClock } | undefined,
): Carried {
  const { method, path, headers } = call
  const empty = Buffer.alloc(0)
  const typed = (type: string): Record<string, string> => ({ 'content-type': type, ...headers })
  switch (call.carries) {
    case 'query': {
      const query = parameters(asked)
      return { call: { method, path: query === '' ? path : `${path}?${query}`, headers, body: empty }, open: readJson }
    }
    case 'form': {
      const type = typed('application/x-www-form-urlencoded')
      return { call: { method, path, headers: type, body: Buffer.from(parameters(asked)) }, open: readJson }
    }
    case 'json': {
      const type = typed('application/json; charset=utf-8')
      return { call: { method, path, headers: type, body: Buffer.from(JSON.stringify(asked)) }, open: readJson }
    }
    case 'envelope': {
      if (!envelope) throw new RangeError('an envelope without its ends')
      const { body, open } = inEnvelope(asked, envelope.ends, envelope.grounds, envelope.clock)
      return { call: { method, path, headers: typed('application/octet-stream'), body }, open }
    }
  }
}
