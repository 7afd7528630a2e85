import { crc32, deflateSync } from 'node:zlib'

/**
 * A scanned page as a PNG to look at: grey where the page has no colour, in 32 steps of brightness each, so that the noise of a scanner
 * does not cost megabytes.
 */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** The five upper bits of a value. */
const STEPS = 0xf8
/** Red, green and blue of a grey point differ by less than this; a seal's by more. */
const COLOURLESS = 48

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** Whether at least one point in 2000 has a colour. */
function isColoured(pixels: Uint8Array): boolean {
  let coloured = 0
  for (let at = 0; at < pixels.length; at += 4) {
    const [r = 0, g = 0, b = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]]
    if (Math.max(r, g, b) - Math.min(r, g, b) >= COLOURLESS) coloured++
  }
  return coloured * 8000 >= pixels.length
}

function rows(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Buffer {
  const raw = Buffer.alloc(height * (1 + width * channels))
  let to = 0
  for (let y = 0; y < height; y++) {
    to++
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
      for (let c = 0; c < channels; c++) raw[to++] = (pixels[from + (channels === 1 ? 1 : c)] ?? 0) & STEPS
    }
  }
  return raw
}

/** Writes RGBA points as a PNG. */
export function encodePng(pixels: Uint8Array, width: number, height: number): Buffer {
  const channels = isColoured(pixels) ? 3 : 1
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8)
  const data = deflateSync(rows(pixels, width, height, channels), { level: 6 })
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}
