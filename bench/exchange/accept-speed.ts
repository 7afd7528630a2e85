/**
 * How fast one writer's messages are accepted durably at a gateway over mutual TLS: signatures checked, stored, receipts signed, one
 * commit a call; and the floor of it: the same line, as many messages a call and a commit, in a file with the same settings.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicMs, systemClock } from '#platform/clock'
import {
  AcceptedBody,
  controlBody,
  encodeLines,
  exchangePaths,
  FRAME_TYPE,
  generateNodeKeys,
  ownKeys,
  publicHalf,
  readFrame,
  writeFrame,
  writeFrames,
} from '#wire'
import type { SuiteName } from '#wire/contract'
import { HttpLine, type TlsTexts } from '#wire/server'
import { loadCentreTls, readTlsFolder, writeNodeTls } from '../../apps/run/exchange-tls.ts'
import { type AcceptPlan, ledgerOf } from './accept-unit.ts'
import { FloorLine, startListening } from './floor-line.ts'
import { itemOf } from './items.ts'

export interface Speed {
  per_second: number
  floor_per_second: number
  ratio: number
}

export function speedOf(perSecond: number, floor: number): Speed {
  return {
    per_second: Math.round(perSecond),
    floor_per_second: Math.round(floor),
    ratio: Number((perSecond / floor).toFixed(2)),
  }
}

/** Messages of so many bytes, so many in a call. */
export interface AcceptLoad {
  messages: number
  bytes: number
  together: number
}

/** Whose certificates: the gateway listens, the writer dials. */
export interface Ends {
  gateway: TlsTexts
  writer: TlsTexts
}

const waitMs = 30_000
const writer = 'writer'
const gateway = 'gateway'

async function measureFloor(dir: string, ends: Ends, { messages, bytes, together }: AcceptLoad): Promise<number> {
  const plan = { tls: ends.gateway, file: join(dir, 'floor.db'), echoes: false }
  const line = await FloorLine.start(join(dir, 'floor.json'), plan, ends.writer, 1)
  try {
    const bodies = Array.from({ length: messages }, (_, i) => Buffer.from(itemOf(i, bytes)))
    await line.post(bodies.slice(0, 1))
    const started = monotonicMs()
    for (let i = 0; i < messages; i += together) await line.post(bodies.slice(i, i + together))
    return (messages * 1000) / (monotonicMs() - started)
  } finally {
    line.close()
  }
}

/** All calls of the load, signed and sealed before anything is measured, after some that warm the line. */
function callsOf(plan: Omit<AcceptPlan, 'tls'>, { messages, bytes, together }: AcceptLoad, warm: number): Buffer[] {
  const sender = ledgerOf(plan)
  const frameOf = (i: number): Buffer =>
    writeFrame(sender.post(gateway, 'single', { type: 'request' }, (name) => encodeLines([itemOf(i, bytes)], name)))
  try {
    return sender.transaction(() =>
      Array.from({ length: messages / together + warm }, (_, call) =>
        writeFrames(Array.from({ length: together }, (_frame, i) => frameOf(call * together + i))),
      ),
    )
  } finally {
    sender.close()
  }
}

const warmCalls = 4

/** Throws unless a reply receipts every message of its call: what was refused is no throughput. */
export function requireReceipts({ receipts, refused }: AcceptedBody, together: number): void {
  if (refused !== null) throw new Error(`a message was refused: ${refused.code} ${refused.message}`)
  if (receipts.length !== together) throw new Error(`${receipts.length} receipts for ${together} messages`)
}

async function measureProduct(dir: string, suite: SuiteName, ends: Ends, load: AcceptLoad): Promise<number> {
  const plans = acceptPlans(dir, suite)
  const calls = callsOf(plans.writer, load, warmCalls)
  const accepting = { ...plans.gateway, tls: ends.gateway }
  const { child, port } = await startListening('accept-unit.ts', join(dir, 'accept.json'), accepting)
  const line = new HttpLine(`https://127.0.0.1:${port}`, ends.writer)
  const limits = { waitMs, signal: new AbortController().signal }
  const hand = async (call: Buffer): Promise<Buffer> => {
    const { status, bytes } = await line.post(exchangePaths.messages, FRAME_TYPE, call, limits)
    if (status !== 200) throw new Error(`a message was not accepted: ${status} ${bytes.toString('utf8')}`)
    return bytes
  }
  try {
    for (const call of calls.splice(0, warmCalls)) await hand(call)
    const replies: Buffer[] = []
    const started = monotonicMs()
    for (const call of calls) replies.push(await hand(call))
    const perSecond = (load.messages * 1000) / (monotonicMs() - started)
    const own = ownKeys(plans.writer.keys)
    for (const reply of replies) requireReceipts(AcceptedBody.parse(controlBody(readFrame(reply), own)), load.together)
    return perSecond
  } finally {
    line.close()
    child.kill('SIGKILL')
  }
}

/** Certificates for both ends of a line, made in a folder. */
export async function makeEnds(dir: string): Promise<Ends> {
  const own = join(dir, 'writer-tls')
  const gatewayTls = await loadCentreTls(dir, ['127.0.0.1'], systemClock)
  await writeNodeTls(dir, writer, own, systemClock)
  return { gateway: gatewayTls, writer: await readTlsFolder(own) }
}

/** The plan of the unit that accepts, and that of who writes to it. */
export function acceptPlans(dir: string, suite: SuiteName): Record<'writer' | 'gateway', Omit<AcceptPlan, 'tls'>> {
  const keys = { writer: generateNodeKeys(suite), gateway: generateNodeKeys(suite) }
  const plan = (nodeId: keyof typeof keys, neighbour: keyof typeof keys): Omit<AcceptPlan, 'tls'> => ({
    nodeId,
    neighbour,
    keys: keys[nodeId],
    peer: publicHalf(keys[neighbour]),
    stateDir: join(dir, nodeId),
  })
  return { writer: plan(writer, gateway), gateway: plan(gateway, writer) }
}

/** Measures one suite. */
export async function measureAccept(suite: SuiteName, load: AcceptLoad): Promise<Speed> {
  const dir = mkdtempSync(join(tmpdir(), 'yingbao-accept-'))
  try {
    const ends = await makeEnds(dir)
    return speedOf(await measureProduct(dir, suite, ends, load), await measureFloor(dir, ends, load))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
