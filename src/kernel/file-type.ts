/** What a file is by its first bytes, whatever it is called. */

export type FileType = 'image/jpeg' | 'image/png' | 'application/pdf'

const marks: readonly (readonly [FileType, readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

/** JPEG, PNG or PDF; null for anything else, and for a file that ends with its mark. */
export function fileType(bytes: Uint8Array): FileType | null {
  const found = marks.find(([, mark]) => bytes.length > mark.length && mark.every((byte, at) => bytes[at] === byte))
  return found?.[0] ?? null
}

/** Whether a file is a JPEG or PNG picture. */
export function isPicture(bytes: Uint8Array): boolean {
  const type = fileType(bytes)
  return type === 'image/jpeg' || type === 'image/png'
}
