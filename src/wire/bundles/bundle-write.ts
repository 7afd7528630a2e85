/** Writes bundles: what a neighbour has no receipt for, and receipts of what came from it, into files for a stick or SFTP. */
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Frame, type Lane, lanes, messageHash, writeFrame, writeFrames } from '../envelope/envelope.ts'
import { uuidV7 } from '../envelope/ids.ts'
import { type LaneState, type Ledger, LedgerFault, type LineClock } from '../message-store.ts'
import { controlFrame, type Ends } from '../protocol/control.ts'
import { helloOf } from '../protocol/hello.ts'
import { isoOf } from '../protocol/instant.ts'
import { digestHex } from '../suites/suite.ts'
import { FILE_BYTES, FILE_END, FILE_START, type Manifest, manifestFrame, PIECE_BYTES, pieceBinding } from './bundle-manifest.ts'

/** What to export, and where to. */
export interface BundleOrder {
  to: string
  /** folder of the files; made when it is not there */
  dir: string
  /** messages after these numbers instead of those without a receipt */
  after?: Partial<Record<Lane, number>>
  /** what the neighbour's own bundle said; without it receipts of the newest messages go along */
  answers?: Pick<Manifest, 'bundleId' | 'lanes'>
  /** files of the neighbour that were not taken: it is told why */
  refused?: readonly RefusedFile[]
  /** content of a file at most; FILE_BYTES when left out */
  fileBytes?: number
}

/** A file that was not taken, by its name. */
interface RefusedFile {
  file: string
  code?: string
  message: string
}

/** A bundle that was written. */
export interface WrittenBundle {
  bundleId: string
  /** names of the files in the folder, in order */
  files: string[]
  messages: number
  receipts: number
}

/** Receipts of a lane in one frame. */
const RECEIPTS_AT_ONCE = 1000
/** Receipts of a lane that go along unasked. */
const RECEIPTS_UNASKED = 10_000
/** Read from the ledger at a time. */
const READ_CREDIT = { messages: 64, bytes: 8 * 1024 * 1024 }

/** Bytes of the length that stands before every frame. */
const LENGTH_BYTES = 4

const noRuns = (): Manifest['runs'] => ({ batch: null, single: null })

/** One file while it is being written: pieces of its content are sealed and written as they fill. */
class OpenFile {
  readonly path: string
  readonly nr: number
  readonly runs = noRuns()
  receipts = 0
  size = 0
  readonly #handle: FileHandle
  readonly #pieces: Manifest['pieces'] = []
  readonly #bundleId: string
  readonly #ends: Ends
  #held: Buffer[] = []
  #heldBytes = 0

  private constructor(path: string, handle: FileHandle, plan: { bundleId: string; nr: number; ends: Ends }) {
    this.path = path
    this.#handle = handle
    this.#bundleId = plan.bundleId
    this.nr = plan.nr
    this.#ends = plan.ends
  }

  static async create(path: string, plan: { bundleId: string; nr: number; ends: Ends }): Promise<OpenFile> {
    const handle = await open(path, 'wx', 0o600)
    await handle.writeFile(FILE_START)
    return new OpenFile(path, handle, plan)
  }

  /** Adds a frame to the content. */
  async add(frame: Buffer): Promise<void> {
    let bytes = writeFrames([frame])
    this.size += bytes.length
    while (this.#heldBytes + bytes.length >= PIECE_BYTES) {
      const room = PIECE_BYTES - this.#heldBytes
      this.#hold(bytes.subarray(0, room))
      bytes = bytes.subarray(room)
      await this.#flush()
    }
    if (bytes.length > 0) this.#hold(bytes)
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
  }

  async #flush(): Promise<void> {
    if (this.#heldBytes === 0) return
    const { peer } = this.#ends
    const place = { bundleId: this.#bundleId, nr: this.nr }
    const sealed = peer.seal(Buffer.concat(this.#held), pieceBinding(place, this.#pieces.length))
    this.#held = []
    this.#heldBytes = 0
    await this.#handle.writeFile(sealed)
    this.#pieces.push({ bytes: sealed.length, digest: digestHex(peer.suite, sealed) })
  }

  /** Seals what is left of the content. The file is complete only with its manifest, which waits for the number of files. */
  async endContent(): Promise<void> {
    await this.#flush()
  }

  /** Writes the manifest and brings the file to disk. */
  async finish(head: Pick<Manifest, 'of' | 'answers' | 'lanes'>, nowMs: number): Promise<void> {
    const { nr, runs, receipts, size: bytes } = this
    const manifest = { bundleId: this.#bundleId, nr, ...head, runs, receipts, bytes, pieces: this.#pieces }
    const frame = manifestFrame(manifest, this.#ends, nowMs)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(frame.length)
    await this.#handle.writeFile(Buffer.concat([frame, length, FILE_END]))
    await this.#handle.sync()
    await this.#handle.close()
  }

  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    await rm(this.path, { force: true })
  }
}

/** A part of a file's name: ids of nodes may have characters that names of files must not. */
function namePart(text: string): string {
  return text.replace(/[^A-Za-z0-9._\u4e00-\u9fff]/g, '_')
}

class BundleWriter {
  readonly bundleId: string
  readonly #order: BundleOrder
  readonly #ends: Ends
  readonly #nowMs: number
  readonly #stem: string
  readonly #files: OpenFile[] = []
  messages = 0
  receipts = 0

  constructor(order: BundleOrder, ends: Ends, nowMs: number) {
    this.#order = order
    this.#ends = ends
    this.#nowMs = nowMs
    this.bundleId = uuidV7(nowMs)
    const time = isoOf(nowMs).replace(/[-:.]/g, '')
    this.#stem = `${namePart(ends.from)}-${namePart(ends.to)}-${time}`
  }

  /** The file that the next frame goes into. */
  async #fileFor(bytes: number): Promise<OpenFile> {
    const current = this.#files.at(-1)
    const limit = this.#order.fileBytes ?? FILE_BYTES
    if (current && current.size + bytes + LENGTH_BYTES <= limit) return current
    await current?.endContent()
    const nr = this.#files.length + 1
    const path = join(this.#order.dir, `${this.#stem}-${nr}.part`)
    const file = await OpenFile.create(path, { bundleId: this.bundleId, nr, ends: this.#ends })
    this.#files.push(file)
    return file
  }

  async addReceipts(frame: Buffer, count: number): Promise<void> {
    const file = await this.#fileFor(frame.length)
    await file.add(frame)
    file.receipts += count
    this.receipts += count
  }

  async addMessage(lane: Lane, { header, body }: Frame): Promise<void> {
    const bytes = writeFrame({ header, body })
    const file = await this.#fileFor(bytes.length)
    await file.add(bytes)
    const { first = header.seq, count = 0 } = file.runs[lane] ?? {}
    file.runs[lane] = { first, last: header.seq, head: messageHash(header), count: count + 1 }
    this.messages += 1
  }

  /** Completes the files and gives them their names, first to last. */
  async finish(lanesNow: Manifest['lanes']): Promise<string[]> {
    const of = this.#files.length
    await this.#files.at(-1)?.endContent()
    for (const file of this.#files) {
      await file.finish({ of, answers: this.#order.answers?.bundleId ?? null, lanes: lanesNow }, this.#nowMs)
    }
    const names: string[] = []
    const digits = String(of).length
    for (const file of this.#files) {
      const path = join(this.#order.dir, `${this.#stem}-${String(file.nr).padStart(digits, '0')}of${of}.ybx`)
      await rename(file.path, path)
      names.push(basename(path))
    }
    await syncFolder(this.#order.dir)
    return names
  }

  async abandon(): Promise<void> {
    for (const file of this.#files) await file.abandon()
  }
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function endsOf(ledger: Ledger, to: string): Promise<Ends> {
  const neighbour = await ledger.findNeighbour(to, true)
  const peer = neighbour?.peers[0]
  if (!neighbour || !peer) throw new LedgerFault('unknown_neighbour', `节点 ${to} 未登记或已吊销，不能为它导出离线包`)
  return { from: ledger.nodeId, to, own: ledger.own(neighbour.suite), peer }
}

/** Frames of receipts of a lane that the neighbour has not said to have. */
async function* receiptFrames(ledger: Ledger, lane: Lane, { ends, after, nowMs }: { ends: Ends; after: number; nowMs: number }) {
  for (let at = after; ; ) {
    const receipts = await ledger.listReceipts(ends.to, lane, at, RECEIPTS_AT_ONCE)
    const last = receipts.at(-1)
    if (!last) return
    at = last.seq
    const credit = await ledger.credit(ends.to)
    yield {
      frame: controlFrame({ kind: 'receipts', receipts, refused: null, credit }, ends, nowMs, null),
      count: receipts.length,
    }
  }
}

/** Messages of a lane after a number, up to what was numbered when the export began. */
async function* outgoing(ledger: Ledger, to: string, lane: Lane, { after, last }: { after: number; last: number }) {
  for (let seq = after; seq < last; ) {
    const frames = await ledger.listOutgoing(to, lane, { seq }, READ_CREDIT)
    if (frames.length === 0) return
    for (const frame of frames) {
      if (frame.header.seq > last) return
      seq = frame.header.seq
      yield frame
    }
  }
}

/** Says of a file of the neighbour that it was not taken. */
async function refusalFrame(
  ledger: Ledger,
  { file, code = '', message }: RefusedFile,
  ends: Ends,
  nowMs: number,
): Promise<Buffer> {
  const refused = { kind: 'error', code, message: `离线包 ${file}：${message}`, id: null, chan: null, expect: null } as const
  return controlFrame({ kind: 'receipts', receipts: [], refused, credit: await ledger.credit(ends.to) }, ends, nowMs, null)
}

function receiptsAfter({ answers }: BundleOrder, lane: Lane, { received }: LaneState): number {
  return answers ? answers.lanes[lane].receipted : Math.max(0, received.seq - RECEIPTS_UNASKED)
}

/**
 * Writes a bundle: everything without a receipt, single cases first, and the receipts that the neighbour lacks. Nothing
 * of it is visible under its name before all of it is on disk. Null when there is nothing to carry.
 */
export async function writeBundle(ledger: Ledger, order: BundleOrder, clock: LineClock): Promise<WrittenBundle | null> {
  const ends = await endsOf(ledger, order.to)
  const standing = await ledger.standing(order.to)
  await mkdir(order.dir, { recursive: true })
  if (!(await stat(order.dir)).isDirectory()) throw new LedgerFault('folder', `${order.dir} 不是文件夹`)
  const nowMs = clock.nowMs()
  const writer = new BundleWriter(order, ends, nowMs)
  try {
    const { refused = [] } = order
    for (const each of refused) await writer.addReceipts(await refusalFrame(ledger, each, ends, nowMs), 0)
    for (const lane of lanes) {
      const after = receiptsAfter(order, lane, standing[lane])
      for await (const { frame, count } of receiptFrames(ledger, lane, { ends, after, nowMs }))
        await writer.addReceipts(frame, count)
    }
    for (const lane of ['single', 'batch'] as const) {
      const run = { after: order.after?.[lane] ?? standing[lane].receipted, last: standing[lane].sent.seq }
      for await (const frame of outgoing(ledger, order.to, lane, run)) await writer.addMessage(lane, frame)
    }
    const { bundleId, messages, receipts } = writer
    if (messages + receipts + refused.length === 0) return null
    return { bundleId, files: await writer.finish(helloOf(standing).lanes), messages, receipts }
  } catch (error) {
    await writer.abandon()
    throw error
  }
}
