/** Many byte strings as one parameter: in an array each would travel, and be parsed, as hexadecimal text. */
export interface JoinedBytes {
  bytes: Buffer
  /** place of each from 1, as `substr` counts */
  starts: number[]
  sizes: number[]
}

/** Joins byte strings; `substr(bytes, start, size)` gives one of them back. */
export function joinBytes(parts: readonly Buffer[]): JoinedBytes {
  const starts: number[] = []
  let next = 1
  for (const { length } of parts) {
    starts.push(next)
    next += length
  }
  return { bytes: Buffer.concat(parts), starts, sizes: parts.map((part) => part.length) }
}
