/** Items of the benches: lines of JSON of a length, which do not compress to nothing. */
import { createHash } from 'node:crypto'

const HASH_BYTES = 64

/** Line number `i`, so many bytes long. */
export function itemOf(i: number, bytes: number): string {
  const head = `{"i":${i},"t":"`
  let text = ''
  for (let part = 0; head.length + text.length + 2 < bytes; part += 1) {
    text += createHash('sha256').update(`${i}:${part}`).digest('base64').slice(0, HASH_BYTES)
  }
  return `${head}${text.slice(0, bytes - head.length - 2)}"}`
}

/** So many lines, from a number on. */
export function itemsOf(first: number, count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, i) => itemOf(first + i, bytes))
}
