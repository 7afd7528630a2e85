/** For tests: files that officers hand in, as the page does it. */
import { Readable } from 'node:stream'
import { takeFileAction } from '#files'
import type { StoredFile } from '#kernel/schema'
import type { Actor } from '#platform/action'
import { type Runtime, runAction } from '#runner'

/** The smallest whole picture. */
export const dotPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** The smallest picture of a camera, with a word in it: `seed` tells one from another. */
export function dotJpeg(seed = ''): Buffer {
  const comment = Buffer.from(seed)
  const told = Buffer.from([0xff, 0xfe, 0, comment.length + 2])
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0])
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x55, 0xff, 0xd9])
  return Buffer.concat([Buffer.from([0xff, 0xd8]), told, comment, frame, scan])
}

/** A PDF as far as its head and its end tell. */
export function shortPdf(text = ''): Buffer {
  return Buffer.from(`%PDF-1.4\n${text}\nstartxref\n0\n%%EOF\n`)
}

export interface HandedFile {
  readonly bytes?: Uint8Array
  readonly name?: string
  readonly kind?: 'paper' | 'scan'
}

/** Hands a file in; gives it as forms name it. */
export async function handIn(
  runtime: Runtime,
  actor: Actor,
  { bytes = dotPng, name = '照片.png', kind = 'paper' }: HandedFile = {},
): Promise<StoredFile> {
  const upload = { stream: Readable.from([bytes]), mediaType: 'application/octet-stream' }
  return (await runAction(runtime, takeFileAction, { actor, input: { query: { name, kind }, upload } })) as StoredFile
}
