/** Frames on the broker: what is larger than its payload goes in parts that follow each other on one subject. */
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { MAX_FRAME_BYTES } from '../protocol/frames.ts'

/** A part leaves room for headers under the broker's default of 1 MiB. */
export const PART_BYTES = 960 * 1024

const PART = 'Yb-Part'

/** One publication: a whole frame, or a part of it. */
export interface Part {
  bytes: Uint8Array
  /** tells the parts of one publication from those of another */
  msgId: string
  headers: MsgHdrs | undefined
}

/** Cuts a frame. */
export function partsOf(frame: Buffer, msgId: string): Part[] {
  if (frame.length <= PART_BYTES) return [{ bytes: frame, msgId, headers: undefined }]
  const count = Math.ceil(frame.length / PART_BYTES)
  return Array.from({ length: count }, (_, i) => {
    const mark = headers()
    mark.set(PART, `${msgId} ${i} ${count}`)
    return { bytes: frame.subarray(i * PART_BYTES, (i + 1) * PART_BYTES), msgId: `${msgId}.${i}`, headers: mark }
  })
}

interface Assembly {
  id: string
  parts: Uint8Array[]
}

/** Joins parts again, one frame at a time per subject. What does not follow is dropped: the sender publishes the frame again. */
export class Assemblies {
  readonly #open = new Map<string, Assembly>()

  /** The whole frame, when this was the last of it. */
  add(subject: string, data: Uint8Array, mark: MsgHdrs | undefined): Uint8Array | null {
    const text = mark?.get(PART) ?? ''
    if (text === '') return data
    const [id = '', index, count] = text.split(' ')
    const open = index === '0' ? { id, parts: [] } : this.#open.get(subject)
    this.#open.delete(subject)
    const isNext = open?.id === id && String(open.parts.length) === index
    if (!open || !isNext || Number(count) * PART_BYTES > MAX_FRAME_BYTES + PART_BYTES) return null
    open.parts.push(data)
    if (String(open.parts.length) === count) return Buffer.concat(open.parts)
    this.#open.set(subject, open)
    return null
  }
}
