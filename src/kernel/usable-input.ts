/**
 * What no text of the product may hold, wherever it comes from: U+0000, which PostgreSQL cannot store, and lone surrogates, which no encoding
 * has and which would be stored as another character. And how deep what is handed in may be nested.
 */

/** Levels of objects and lists in one another; the deepest form of the product has six. */
export const MOST_LEVELS = 32

export interface UnusablePart {
  readonly path: readonly (string | number)[]
  readonly why: 'text' | 'depth'
}

/** True if every character of the text can be stored and read back. */
export function isUsableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}

interface Part {
  readonly value: unknown
  readonly path: readonly (string | number)[]
}

/** Bytes and streams of a file are not looked into. */
function isFile(value: object): boolean {
  return ArrayBuffer.isView(value) || (Symbol.asyncIterator in value && !Array.isArray(value))
}

function partsOf({ value, path }: Part): Part[] {
  if (Array.isArray(value)) return value.map((each: unknown, i) => ({ value: each, path: [...path, i] }))
  return Object.entries(value as object).map(([key, each]) => ({ value: each as unknown, path: [...path, key] }))
}

/** The first part of a request that cannot be used: a text, the name of a field, or nesting. Walks without recursion. */
export function findUnusable(input: unknown): UnusablePart | undefined {
  const open: Part[] = [{ value: input, path: [] }]
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const { value, path } = part
    if (typeof value === 'string' && !isUsableText(value)) return { path, why: 'text' }
    if (typeof value !== 'object' || value === null || isFile(value)) continue
    if (path.length >= MOST_LEVELS) return { path, why: 'depth' }
    const inside = partsOf(part)
    const named = inside.find(({ path: to }) => !isUsableText(String(to.at(-1))))
    if (named !== undefined) return { path, why: 'text' }
    for (const each of inside) open.push(each)
  }
  return undefined
}
