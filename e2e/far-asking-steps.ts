/** A bank of another district for the pages: registered and given a right by two persons, and answering by hand over the exchange. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { APIRequestContext } from 'playwright-core'
import { systemClock } from '#platform/clock'
import { recordTypeOf } from '#sources/contract'
import { HandNode } from '#testkit/hand-node'
import type { World } from '#testkit/world'
import { generateNodeKeys, publicHalf } from '#wire'
import { readTlsFolder, writeNodeTls } from '../apps/run/exchange-tls.ts'
import { schemeOf } from '../src/verification/rules/household/schemes.ts'

const nodeId = '629902.banks'
const deposits = 'banks/deposits'
const headers = { 'x-requested-with': 'yingbao' }

/** One person asks for a change of the node, another confirms it. */
async function change(asker: APIRequestContext, other: APIRequestContext, wish: object): Promise<void> {
  const asked = await asker.post(`/api/lines/${nodeId}/changes`, { headers, data: { change: wish, reason: '邻区来函约定' } })
  const { changeNo } = (await asked.json()) as { changeNo: number }
  const done = await other.post(`/api/line-changes/${changeNo}`, { headers, data: { refusal: null } })
  if (!done.ok()) throw new Error(await done.text())
}

/** The bank, and how far the clock of the demo is from that of this process. */
export interface FarBank {
  node: HandNode
  aheadMs: number
}

/** Registers the bank with the right to be asked for what banks hold. */
export async function registerBank(world: World, centre: APIRequestContext, security: APIRequestContext): Promise<FarBank> {
  const dataDir = join(world.packageDir, '../..')
  const { centreUrl }: { centreUrl: string } = JSON.parse(readFileSync(join(dataDir, 'gateways/police.json'), 'utf8'))
  const files = await writeNodeTls(dataDir, nodeId, join(dataDir, 'gateways/far-bank'), systemClock)
  const tls = await readTlsFolder(dirname(files.cert))
  const keys = generateNodeKeys('ED1')
  await change(centre, security, { kind: 'register', name: '邻区农商银行', nodeKind: 'node', keys: publicHalf(keys), via: null })
  const rights = [{ item: recordTypeOf(deposits).category, purpose: schemeOf('dibao').purpose }]
  await change(centre, security, { kind: 'grant', rights })
  const { centreKeys, at } = await (await centre.get(`/api/lines/${nodeId}`)).json()
  const node = new HandNode({ nodeId, centreId: '629901.centre', keys, centreKeys }, () => centreUrl, tls)
  return { node, aheadMs: Date.parse(at) - Date.now() }
}

/** The bank answers what it was asked last: an account of the first person, none of everybody else. */
export async function answerAsBank({ node, aheadMs }: FarBank): Promise<void> {
  const nowMs = Date.now() + aheadMs
  const { messages } = await node.poll({}, { nowMs })
  const request = messages.findLast(({ header }) => header.type === 'request')
  if (request === undefined) throw new Error('the bank was asked nothing')
  const [first = '{}', line = '[]'] = node.read(request)
  const { campaign, batch, round } = JSON.parse(first) as { campaign: string; batch: number; round: number }
  const asked = (JSON.parse(line) as unknown[]).length
  const facts: Record<string, string | number> = {
    ...{ source_record_id: 'B-1', as_of_date: '2026-11-01', bank: '邻区农商银行', account_no: '6222020200112233445' },
    ...{ account_kind: 'current', balance: 1_234_500 },
  }
  const row = recordTypeOf(deposits).answerColumns.map((column) => facts[column] ?? null)
  const lines = [
    { kind: 'records', campaign, batch, round, unit: 'banks', records: [deposits], asked },
    [{ i: 0, s: 'H', r: { 0: [row] } }],
    { none: Array.from({ length: asked - 1 }, (_, i) => i + 1) },
  ]
  const { id: corr, idem } = request.header
  const created = new Date(nowMs).toISOString()
  const texts = lines.map((each) => JSON.stringify(each))
  const { refused } = await node.send(node.next(texts, { type: 'answer', lane: 'single', corr, idem, created }))
  if (refused !== null) throw new Error(refused.message)
}
