/** Width and height of a PNG or JPEG as its head says, so that no picture is opened that would fill the memory. */

export type PictureSize = { width: number; height: number }

function pngSize(view: DataView): PictureSize | null {
  const isHead = view.byteLength >= 24 && view.getUint32(12) === 0x49484452
  return isHead ? { width: view.getUint32(16), height: view.getUint32(20) } : null
}

/** Markers that begin a frame: C0…CF without tables (C4), extension (C8) and arithmetic conditions (CC). */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function jpegSize(view: DataView): PictureSize | null {
  let at = 2
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    if (beginsFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return null
}

/** The size a picture's head states; null when it has none, or none above nought. */
export function pictureSize(bytes: Uint8Array, kind: 'png' | 'jpeg'): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = kind === 'png' ? pngSize(view) : jpegSize(view)
  return size === null || size.width < 1 || size.height < 1 ? null : size
}
