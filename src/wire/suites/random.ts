/** Random bytes for salts, nonces and ids: fetched from the system many at a time, since each call for a few takes longer than using them. */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(1 << 14)
let used = pool.length

/** So many bytes nobody can guess, 1,024 at most, given out once. */
export function freshBytes(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += length
  const bytes = Buffer.from(pool.subarray(used - length, used))
  pool.fill(0, used - length, used)
  return bytes
}
