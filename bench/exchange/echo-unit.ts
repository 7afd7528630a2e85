/**
 * A unit for the benches: the ledger and the line of a real gateway, and instead of a source it answers every line of a
 * request of a batch with the same line, in the transaction that stores the request. Run as a process of its own; tells its parent
 * when it has stored what.
 */
import { readFileSync } from 'node:fs'
import { encodeLines, ownKeys, peerKeys } from '#wire'
import type { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { Dialer, HttpLine, type TlsTexts } from '#wire/server'
import { systemClock } from '../../apps/gateway/clock.ts'
import { type Behaviour, SqliteLedger } from '../../apps/gateway/ledger/sqlite-ledger.ts'

/** What the process reads from the file it is given. */
export interface EchoPlan {
  nodeId: string
  neighbour: string
  url: string
  keys: NodeKeyTexts
  peer: PeerKeyTexts
  tls?: TlsTexts
  stateDir: string
}

/** What it tells its parent. */
export interface EchoNews {
  /** milliseconds since 1970, with fractions */
  at: number
  /** messages of the call that it did not have yet */
  taken: number
}

const credit = { batch: 256, single: 256, bytes: 64 * 1024 * 1024 }

function behaviour(ledger: SqliteLedger): Behaviour {
  let taken = 0
  return {
    begin: () => {
      taken = 0
    },
    follow({ frame, lane }) {
      const { header } = frame
      taken += 1
      // a single message is kept, as a gateway keeps it until it answers: what is measured is one way
      if (header.type === 'request' && lane === 'single') return 'open'
      if (header.type !== 'request') return 'done'
      const lines = ledger.open(frame)
      const { idem, purpose, legalBasis, auth, caseNo, operator } = header
      const content = { type: 'answer', corr: header.id, idem, purpose, legalBasis, auth, caseNo, operator } as const
      ledger.post(header.from, lane, content, (suite) => encodeLines(lines, suite))
      ledger.note('answer', header, { subject: 'echo', persons: '', note: `${lines.length} lines` })
      return 'done'
    },
    finish: () => {
      const news: EchoNews = { at: performance.timeOrigin + performance.now(), taken }
      ledger.afterCommit(() => process.send?.(news))
    },
    credit: () => credit,
  }
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as EchoPlan
const own = ownKeys(plan.keys)
const ending = new AbortController()
process.once('SIGTERM', () => ending.abort())
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const neighbours = [{ nodeId: plan.neighbour, suite: own.suite, peers: [peerKeys(plan.peer)] }]
const { nodeId, stateDir } = plan
const base = { nodeId, stateDir, own: [own], neighbours, far: [], clock: systemClock, say, diskUsed: () => 0 }
const ledger = new SqliteLedger(base, behaviour)
const line = new HttpLine(plan.url, plan.tls)
await new Dialer({ ledger, neighbour: plan.neighbour, line, clock: systemClock, say, signal: ending.signal }).run()
ledger.close()
