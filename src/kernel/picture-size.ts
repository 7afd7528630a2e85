/** Width and height of a PNG or JPEG as its head says, so that no picture is opened that would fill the memory. */

export type PictureSize = { width: number; height: number }

function pngSize(view: DataView): PictureSize | null {
  const isHead = view.byteLength >= 24 && view.getUint32(12) === 0x49484452
  return isHead ? { width: view.getUint32(16), height: view.getUint32(20) } : null
}

/** Marker behind which the picture itself begins. */
const SCAN = 0xda

/** Markers that begin a frame: C0…CF without tables (C4), extension (C8) and arithmetic conditions (CC). */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Where a segment of a JPEG that is wanted begins, at its marker; -1 when none comes before the picture itself or the bytes end. */
function segmentAt(view: DataView, wanted: (marker: number) => boolean): number {
  let at = 2
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    if (wanted(marker)) return at
    if (marker === SCAN) return -1
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return -1
}

function jpegSize(view: DataView): PictureSize | null {
  const at = segmentAt(view, beginsFrame)
  return at === -1 ? null : { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
}

/** Where the picture itself begins in a JPEG, behind everything told about it; -1 when the bytes end before. */
export function jpegScanAt(bytes: Uint8Array): number {
  return segmentAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), (marker) => marker === SCAN)
}

/** The size a picture's head states; null when it has none, or none above nought. */
export function pictureSize(bytes: Uint8Array, kind: 'png' | 'jpeg'): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = kind === 'png' ? pngSize(view) : jpegSize(view)
  return size === null || size.width < 1 || size.height < 1 ? null : size
}
