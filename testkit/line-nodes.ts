/** For tests of lines: nodes with real ledgers on disk that note what each message did, and nothing else. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeLines, generateNodeKeys, type Lane, ownKeys, peerKeys } from '#wire'
import type { OwnKeys, SuiteName } from '#wire/contract'
import { systemClock } from '../apps/gateway/clock.ts'
import { SqliteLedger } from '../apps/gateway/ledger/sqlite-ledger.ts'

/** One node: its ledger, and the numbers of the messages whose effect came about, in that order. */
export interface LineNode {
  nodeId: string
  dir: string
  ledger: SqliteLedger
  effects: Record<Lane, Map<string, number[]>>
  said: string[]
  /** Puts messages for another node into the outbox. */
  post(to: string, lane: Lane, count: number, size?: number): void
}

const CREDIT = { batch: 1000, single: 1000, bytes: 64 * 1024 * 1024 }

/** How a set of nodes is made. */
export interface NodesPlan {
  suite?: SuiteName
  /** share of the disk in use, as the first node sees it */
  diskUsed?: () => number
}

/** Nodes that all know each other, in a folder that `close` removes. */
export class LineNodes {
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-line-'))
  readonly nodes: LineNode[]

  constructor(ids: readonly string[], { suite = 'ED1', diskUsed }: NodesPlan = {}) {
    const keys = ids.map(() => ownKeys(generateNodeKeys(suite)))
    this.nodes = ids.map((nodeId, i) => {
      const others = ids.flatMap((other, j) => {
        const own = keys[j]
        return j === i || !own ? [] : [{ nodeId: other, suite, peers: [peerKeys(own.publicTexts)] }]
      })
      return this.#node(nodeId, keys.slice(i, i + 1), others, i === 0 ? diskUsed : undefined)
    })
  }

  #node(
    nodeId: string,
    own: readonly OwnKeys[],
    neighbours: ConstructorParameters<typeof SqliteLedger>[0]['neighbours'],
    diskUsed: (() => number) | undefined,
  ): LineNode {
    const effects: LineNode['effects'] = { batch: new Map(), single: new Map() }
    const said: string[] = []
    const dir = join(this.dir, nodeId)
    const plan = {
      nodeId,
      stateDir: dir,
      own,
      neighbours,
      far: [],
      clock: systemClock,
      say: (text: string) => void said.push(text),
    }
    const ledger = new SqliteLedger({ ...plan, diskUsed: diskUsed ?? (() => 0) }, () => ({
      follow({ frame: { header }, lane }) {
        const of = effects[lane].get(header.from) ?? []
        of.push(header.seq)
        effects[lane].set(header.from, of)
        return 'done'
      },
      begin: () => undefined,
      finish: () => undefined,
      credit: (used) => (used >= 0.9 ? { batch: 0, single: 0, bytes: 0 } : CREDIT),
    }))
    const post: LineNode['post'] = (to, lane, count, size = 200) => {
      ledger.transaction(() => {
        for (let i = 0; i < count; i += 1) {
          const line = JSON.stringify({ i, text: randomBytes(size / 2).toString('hex') })
          ledger.post(to, lane, { type: 'answer' }, (suite) => encodeLines([line], suite))
        }
      })
    }
    return { nodeId, dir, ledger, effects, said, post }
  }

  close(): void {
    for (const { ledger } of this.nodes) ledger.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** 1, 2 … n. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1)
}
