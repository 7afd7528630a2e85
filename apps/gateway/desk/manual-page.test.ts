import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatewayConfig, subjectsLine, termsCells } from '#sources/contract'
import { PlayedNode, TestNode } from '#testkit/played-node'
import { openMessage, publicHalf } from '#wire'
import { Answerer } from '../answer.ts'
import { Bell } from '../bell.ts'
import { systemClock } from '../clock.ts'
import { openUnitLedger } from '../gateway.ts'
import { Answering } from '../gateway-answering.ts'
import { DeskBook } from '../gateway-desk-book.ts'
import type { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import type { LiveStore } from '../store/live-store.ts'
import { openStore } from '../store/open-store.ts'
import { answerQuestion } from './pages/manual-page.ts'
import type { Visit } from './visit.ts'

const purpose = '低保核对'
const unit = new TestNode('629901.police')
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
const signed = { signature: 'guardian', signed_on: '2026-07-01', valid_to: null, withdrawn_on: null, items: ['all'] } as const

let dir = ''
let centre: PlayedNode
let ledger: SqliteLedger
let store: LiveStore
let answering: Answering
let visit: Visit
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-desk-manual-'))
  centre = new PlayedNode('629901.centre')
  const config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: unit.nodeId, centreId: centre.nodeId, centreUrl: 'http://127.0.0.1:1', keys: unit.texts },
    ...{ centreKeys: publicHalf(centre.texts), stateDir: dir, source: { kind: 'package', dir }, manual: ['custody'] },
    rights: [{ asker: centre.nodeId, records: '*', lookups: '*', purposes: [purpose] }],
  })
  const io = { clock: systemClock, say: () => undefined, signal: new AbortController().signal }
  const work = new Bell()
  ledger = openUnitLedger(config, io, work)
  store = await openStore(config, io)
  const answerer = new Answerer(config, store, ledger.requests)
  answering = new Answering({ ledger, answerer, rights: config.rights, work, io })
  const parts = { config, ledger: new DeskBook(ledger, work), store, clock: systemClock } as unknown as Visit['parts']
  visit = {
    parts,
    officer: '李专员',
    csrf: 'c',
    menu: [],
    query: new URLSearchParams(),
    form: new FormData(),
    name: '',
  } as unknown as Visit
})
afterEach(async () => {
  await store.close()
  ledger.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A question about the same person, which rests on one authorisation. */
function question(round: number, paper: string) {
  const head = {
    ...{ kind: 'records', campaign: 'c', batch: 1, round, basis, scheme: 'dibao', records: ['police/custody'] },
    ...{ wants: [[0]], papers: [termsCells({ ...signed, items: [...signed.items] })] },
  }
  const papers = [{ no: paper, terms: 0, docHash: null }]
  const subject = { i: 0, idNumber: '11010519491231002X', names: ['张三'], want: 0, papers }
  const idem = String(round).repeat(64)
  return centre.next(unit.neighbour, [JSON.stringify(head), subjectsLine([subject])], { purpose, idem })
}

/** Letters of the corrections that went out, by request. */
async function corrections(): Promise<[request: string | null, letters: string][]> {
  const frames = await ledger.listOutgoing(centre.nodeId, 'batch', { seq: 0 }, { messages: 100, bytes: 1e9 })
  return frames
    .filter(({ header }) => header.type === 'correction')
    .map(({ header, body }) => [header.corr, /"s":"(\w+)"/.exec(openMessage(header, body, centre.own).join(''))?.[1] ?? ''])
}

function sendAnswer(id: number): void {
  const form = new FormData()
  form.set('do', 'none')
  form.set('sure', 'yes')
  answerQuestion({ ...visit, name: String(id), form })
}

test('an answer goes to every request that asks the same, but to none whose authorisation was withdrawn', async () => {
  const [one, two, three] = [question(1, 'SQ1'), question(2, 'SQ2'), question(3, 'SQ1')]
  await ledger.take(centre.nodeId, [one, two, three])
  while (ledger.requests.openCount() > 0) await answering.step()
  const withdrawal = centre.next(unit.neighbour, ['{"no":"SQ2","withdrawnOn":"2026-09-30"}'], { type: 'authorisation' })
  await ledger.take(centre.nodeId, [withdrawal])
  const open = () => store.register.listQuestions('open', 9)
  sendAnswer(open()[0]?.id ?? 0)
  expect(await corrections()).toEqual([one, three].map(({ header }) => [header.id, 'N']))
  expect(open().map(({ request }) => request)).toEqual([two.header.id])
  sendAnswer(open()[0]?.id ?? 0)
  expect((await corrections()).at(-1)).toEqual([two.header.id, 'A'])
})
