/** What bytes say of themselves before anything of them is believed: for whoever keeps what could not be used. */
import { z } from 'zod'

const LENGTH_BYTES = 4

/** no control characters: a table of texts takes no NUL, and no id has any */
const said = z
  .string()
  .max(210)
  .regex(/^\P{Cc}*$/u)
  .catch('')
const Claims = z.object({ from: said, id: z.uuid().nullable().catch(null), chan: said, seq: z.int().min(0).catch(0) })

/** Sender, id, channel and number that a frame claims, of whatever version; empty where that cannot be read. */
export function claimsOf(frame: Uint8Array): z.infer<typeof Claims> {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  try {
    return Claims.parse(JSON.parse(buffer.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + buffer.readUInt32BE(0))))
  } catch {
    return { from: '', id: null, chan: '', seq: 0 }
  }
}
