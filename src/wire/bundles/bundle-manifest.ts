/**
 * What a bundle file says of itself: an ordinary message of type `bundle`, signed by the sender and sealed to the receiver.
 * A bundle is a run of messages of one sender to one receiver; it is cut into files that each stand alone.
 *
 * Form of a file: `YBX1`, pieces of the content, the manifest as a frame, its length (4 bytes), `1XBY`. The content is frames,
 * each with its length before it: receipts, then single cases, then batches. A piece is up to 1 MiB of it, sealed to the
 * receiver and bound to its place. The manifest names every piece by size and digest, and stands last, so that a file that is
 * cut short shows at once.
 */
import { z } from 'zod'
import type { OwnKeys } from '../contract.ts'
import { encodeLines } from '../envelope/body.ts'
import { EnvelopeFault, type Frame, type Lane, openMessage, sealMessage, writeFrame } from '../envelope/envelope.ts'
import { uuidV7 } from '../envelope/ids.ts'
import type { Ends } from '../protocol/control.ts'
import { Hello } from '../protocol/frames.ts'
import { isoOf } from '../protocol/instant.ts'

export const FILE_START = Buffer.from('YBX1')
export const FILE_END = Buffer.from('1XBY')

/** Content of a file at most, which keeps the file under 64 MB; one message that is larger has a file to itself. */
export const FILE_BYTES = 60 * 1024 * 1024

/** Content sealed at a time. */
export const PIECE_BYTES = 1024 * 1024

const count = z.int().min(0)

/** The messages of a lane in a file: a run without gaps. */
const Run = z.strictObject({ first: z.int().min(1), last: z.int().min(1), head: z.string(), count: z.int().min(1) })
export type Run = z.infer<typeof Run>

const Head = z.strictObject({
  bundleId: z.uuid(),
  /** this file is number `nr` of `of` */
  nr: z.int().min(1),
  of: z.int().min(1),
  /** the bundle it answers */
  answers: z.uuid().nullable(),
  /** where the sender stood when it was made, as in a hello */
  lanes: Hello.shape.lanes,
  runs: z.strictObject({ batch: Run.nullable(), single: Run.nullable() }),
  receipts: count,
  /** size of the content before sealing */
  bytes: count,
})

const Piece = z.strictObject({ bytes: z.int().min(1), digest: z.string() })
export type Piece = z.infer<typeof Piece>

/** The manifest of one file. */
export type Manifest = z.infer<typeof Head> & { pieces: Piece[] }

/** What a piece is sealed with beside the receiver's key: it opens in this place of this bundle only. */
export function pieceBinding({ bundleId, nr }: Pick<Manifest, 'bundleId' | 'nr'>, index: number): string {
  return `yingbao bundle ${bundleId} ${nr} ${index}`
}

/** A manifest as the frame that stands in the file. */
export function manifestFrame({ pieces, ...head }: Manifest, { from, to, own, peer }: Ends, nowMs: number): Buffer {
  const body = encodeLines(
    [head, ...pieces].map((line) => JSON.stringify(line)),
    own.suite,
  )
  const draft = {
    type: 'bundle',
    lane: 'batch' satisfies Lane,
    id: uuidV7(nowMs),
    seq: 0,
    prev: '',
    from,
    to,
    created: isoOf(nowMs),
    expires: null,
    corr: null,
    idem: body.root,
    auth: '',
    purpose: '',
    legalBasis: '',
    caseNo: '',
    operator: '',
  } as const
  return writeFrame(sealMessage(draft, body, own, peer))
}

/** Opens a verified manifest. Throws EnvelopeFault. */
export function openManifest({ header, body }: Frame, own: OwnKeys): Manifest {
  const [first = 'null', ...rest] = openMessage(header, body, own)
  try {
    return { ...Head.parse(JSON.parse(first)), pieces: rest.map((line) => Piece.parse(JSON.parse(line))) }
  } catch (cause) {
    throw new EnvelopeFault('malformed', '清单的格式有误', cause)
  }
}
