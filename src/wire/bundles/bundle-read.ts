/** Takes bundle files into the ledger: the same inbox as every line, each message once whichever way it comes. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { OwnKeys } from '../contract.ts'
import {
  EnvelopeFault,
  type Frame,
  isClear,
  type Lane,
  laneOf,
  lanes,
  messageHash,
  readFrame,
  writeFrame,
} from '../envelope/envelope.ts'
import { type LaneState, type Ledger, LedgerFault, type LineClock, type Neighbour, type Taken } from '../message-store.ts'
import { controlBody } from '../protocol/control.ts'
import { AcceptedBody } from '../protocol/frames.ts'
import { followingReceipts } from '../protocol/receipt-order.ts'
import { signerOf } from '../protocol/signer.ts'
import { BundleFault, BundleFile } from './bundle-file.ts'
import type { Manifest, Run } from './bundle-manifest.ts'

/** What became of a bundle file. */
export interface BundleReport {
  file: string
  /** taken · repeated: all of it was there before · waiting: try again later, the file stays · refused: never to be taken */
  state: 'taken' | 'repeated' | 'waiting' | 'refused'
  /** why it waits or is refused */
  code?: string
  /** for a person, in Chinese */
  message: string
  /** what the manifest says, when it could be read */
  manifest?: Manifest
  from?: string
  /** of a refused file: the node that is told, a neighbour that the file or its name claims to be from */
  sender?: string
  /** messages that were not there before */
  messages: number
  /** receipts in the file */
  receipts: number
}

/** A file without its end that changed so recently may still be on its way. */
const WRITING_MS = 60_000
/** Frames and bytes of a lane taken in one transaction. */
const TAKE_AT_ONCE = 64
const TAKE_BYTES = 16 * 1024 * 1024

/** Faults that time or another file may mend: the file is not set aside. */
const passing: ReadonlySet<string> = new Set(['part', 'writing', 'gap', 'full'])

/** Faults of ledgers and envelopes come with their own codes. */
function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof BundleFault || error instanceof LedgerFault) return error
  if (error instanceof EnvelopeFault) return { code: error.fault, message: error.message }
  throw error
}

/** The run of one lane that is being taken out of a file. */
class LaneIntake {
  readonly #ledger: Ledger
  readonly #from: string
  readonly #lane: Lane
  #group: Frame[] = []
  #groupBytes = 0
  /** what was met in the file */
  run: Run | null = null
  /** why nothing more of this lane is taken */
  stopped: BundleFault | null = null

  constructor(ledger: Ledger, from: string, lane: Lane) {
    this.#ledger = ledger
    this.#from = from
    this.#lane = lane
  }

  async add(frame: Frame): Promise<void> {
    const { seq } = frame.header
    const { first = seq, count = 0 } = this.run ?? {}
    this.run = { first, last: seq, head: messageHash(frame.header), count: count + 1 }
    if (this.stopped) return
    this.#group.push(frame)
    this.#groupBytes += frame.body.length
    if (this.#group.length >= TAKE_AT_ONCE || this.#groupBytes >= TAKE_BYTES) await this.flush()
  }

  async flush(): Promise<void> {
    const frames = this.#group
    this.#group = []
    this.#groupBytes = 0
    if (frames.length === 0) return
    const credit = await this.#ledger.credit(this.#from)
    if (credit[this.#lane] === 0) {
      this.stopped = new BundleFault('full', '本机待办过多或磁盘将满，暂不接收；处理后会再取此文件')
      return
    }
    const { refused } = await this.#ledger.take(this.#from, frames)
    if (refused) this.stopped = refusal(refused, frames)
  }
}

function refusal({ expect, code, message }: NonNullable<Taken['refused']>, frames: readonly Frame[]): BundleFault {
  const [first] = frames
  if (expect !== null && first && expect < first.header.seq) {
    return new BundleFault(
      'gap',
      `前面的报文还没有到：本文件自第 ${first.header.seq} 号起，应先接收第 ${expect} 号；请先导入较早的文件`,
    )
  }
  return new BundleFault('refused', `包内报文未被接收（${code}）：${message}`)
}

class Intake {
  readonly #ledger: Ledger
  readonly #from: string
  readonly #neighbour: Neighbour
  readonly #own: OwnKeys
  readonly #lanes: Record<Lane, LaneIntake>
  #receipts = 0

  constructor(ledger: Ledger, neighbour: Neighbour) {
    this.#ledger = ledger
    this.#from = neighbour.nodeId
    this.#neighbour = neighbour
    this.#own = ledger.own(neighbour.suite)
    this.#lanes = {
      batch: new LaneIntake(ledger, this.#from, 'batch'),
      single: new LaneIntake(ledger, this.#from, 'single'),
    }
  }

  async #add(bytes: Buffer): Promise<void> {
    const frame = readFrame(bytes)
    const { type, from, to } = frame.header
    if (from !== this.#from || to !== this.#ledger.nodeId) throw new BundleFault('content', '包内有不属于双方的报文')
    signerOf(frame, this.#neighbour.peers)
    if (type === 'accepted') return this.#receipt(frame, bytes)
    if (isClear(type) && type !== 'relay') throw new BundleFault('content', `包内不应有 ${type} 报文`)
    await this.#lanes[laneOf(frame.header)].add(frame)
  }

  async #receipt(frame: Frame, bytes: Buffer): Promise<void> {
    const { data } = AcceptedBody.safeParse(controlBody(frame, this.#own))
    if (!data) throw new BundleFault('content', '包内回执的格式有误')
    const { next } = followingReceipts(data.receipts, await this.#ledger.standing(this.#from))
    if (next.length > 0) await this.#ledger.saveReceipts(this.#from, next, bytes)
    this.#receipts += data.receipts.length
    if (data.refused) await this.#ledger.noteRefused(this.#from, data.refused)
  }

  /** Takes the content; the lanes do not hold each other up. Throws what stopped a lane, after the other was taken. */
  async take(frames: AsyncIterable<Buffer>, { runs, receipts }: Manifest): Promise<void> {
    for await (const bytes of frames) await this.#add(bytes)
    for (const lane of lanes) await this.#lanes[lane].flush()
    const isAsSaid = lanes.every((lane) => isDeepStrictEqual(this.#lanes[lane].run, runs[lane]))
    if (!isAsSaid || this.#receipts !== receipts) throw new BundleFault('content', '包内报文与清单所列不符，请对方重新导出')
    const stops = lanes.flatMap((lane) => this.#lanes[lane].stopped ?? [])
    const stopped = stops.find(({ code }) => !passing.has(code)) ?? stops[0]
    if (stopped) throw stopped
  }
}

async function isRecent(path: string, clock: LineClock): Promise<boolean> {
  const { mtimeMs } = await stat(path)
  return clock.nowMs() - mtimeMs < WRITING_MS
}

/** The neighbour a file is from, when it is for this node and signed by one of the neighbour's keys. */
async function senderOf({ frame }: BundleFile, ledger: Ledger): Promise<Neighbour> {
  const { from, to, type } = frame.header
  if (type !== 'bundle') throw new BundleFault('not_a_bundle', '文件里没有离线包的清单')
  if (to !== ledger.nodeId) throw new BundleFault('addressee', `离线包是发给节点 ${to} 的，本节点是 ${ledger.nodeId}，请送到该处`)
  const neighbour = await ledger.findNeighbour(from, true)
  if (!neighbour) throw new BundleFault('unknown_sender', `离线包来自未登记或已吊销的节点 ${from}`)
  signerOf(frame, neighbour.peers)
  return neighbour
}

/** What is known of a file, as far as reading came. */
interface Found {
  from?: string
  /** whom it claims to be from, when it is not taken */
  sender?: string
  manifest?: Manifest
  /** how many messages there were before, and receipts kept */
  before?: Count
}

interface Count {
  received: number
  receipted: number
}

function countOf({ batch, single }: Record<Lane, LaneState>): Count {
  return { received: batch.received.seq + single.received.seq, receipted: batch.receipted + single.receipted }
}

async function takeFile(file: BundleFile, ledger: Ledger, found: Found): Promise<void> {
  const neighbour = await senderOf(file, ledger)
  const { nodeId: from, suite } = neighbour
  const own = ledger.own(suite)
  const manifest = file.manifest(own)
  await ledger.heard(from)
  const standing = await ledger.standing(from)
  Object.assign(found, { from, manifest, before: countOf(standing) })
  if (lanes.some((lane) => manifest.lanes[lane].seen > standing[lane].sent.seq)) {
    throw new BundleFault('ahead', `与 ${from} 的账册不一致：对方收到过本节点没有发过的报文，本机数据库像是旧的副本，请人工核查`)
  }
  await file.check(manifest)
  await new Intake(ledger, neighbour).take(file.frames(manifest, own), manifest)
}

/** Opens a file and takes it; gives what was thrown, null when nothing was. */
async function attempt(path: string, ledger: Ledger, { found, clock }: { found: Found; clock: LineClock }): Promise<unknown> {
  if (path.endsWith('.part')) return new BundleFault('part', '文件还没有写完（.part），写完后会改名为 .ybx，请稍后再取')
  let file: BundleFile | undefined
  try {
    file = await BundleFile.open(path)
    await takeFile(file, ledger, found)
    return null
  } catch (error) {
    if (error instanceof BundleFault && error.code === 'truncated' && (await isRecent(path, clock))) {
      return new BundleFault('writing', `${error.message}。文件刚有变动，可能仍在写入`)
    }
    await parkRefused(ledger, error, { path, file })
    found.sender = claimedSender(path, file)
    return error
  } finally {
    await file?.close()
  }
}

/** Whom a file is from by its manifest, or else by its name. */
function claimedSender(path: string, file: BundleFile | undefined): string {
  return file?.frame.header.from ?? /^([^-]+)-[^-]+-\d{8}T/.exec(basename(path))?.[1] ?? ''
}

/** A file that will never be taken is told to a person: its manifest is kept, the file itself stays as it is. */
async function parkRefused(
  ledger: Ledger,
  error: unknown,
  { path, file }: { path: string; file: BundleFile | undefined },
): Promise<void> {
  const { code, message } = faultOf(error)
  if (passing.has(code)) return
  const from = claimedSender(path, file)
  const bytes = file ? writeFrame(file.frame) : Buffer.from(basename(path))
  await ledger.park({ from, code, message: `离线包 ${basename(path)}：${message}`, bytes })
}

/** Takes one bundle file. Faults of the file become a report; only faults of this node throw. */
export async function readBundle(ledger: Ledger, path: string, clock: LineClock): Promise<BundleReport> {
  const found: Found = {}
  const error = await attempt(path, ledger, { found, clock })
  const { from, manifest, before } = found
  const after = from === undefined ? undefined : countOf(await ledger.standing(from))
  const messages = before && after ? after.received - before.received : 0
  const isNew = messages > 0 || (before && after && after.receipted > before.receipted)
  const report = {
    file: basename(path),
    messages,
    receipts: manifest?.receipts ?? 0,
    ...(from && { from }),
    ...(manifest && { manifest }),
  }
  if (error !== null) {
    const { code, message } = faultOf(error)
    if (passing.has(code)) return { ...report, state: 'waiting', code, message }
    const sender = found.sender && (await ledger.findNeighbour(found.sender)) ? { sender: found.sender } : {}
    return { ...report, ...sender, state: 'refused', code, message }
  }
  if (!isNew) return { ...report, state: 'repeated', message: '其中的内容此前都已接收，没有重复计入' }
  return { ...report, state: 'taken', message: `已接收新报文 ${messages} 件、回执 ${report.receipts} 份` }
}
