/** The files that a form or record names, wherever in it they stand. */
import type { StoredFile } from '#kernel/schema'

export interface FilePlace {
  readonly file: StoredFile
  readonly path: readonly (string | number)[]
}

function isFile(value: object): value is StoredFile {
  return 'sha256' in value && 'name' in value && 'size' in value
}

export function filesIn(value: unknown, path: FilePlace['path'] = []): FilePlace[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((each, at) => filesIn(each, [...path, at]))
  if (isFile(value)) return [{ file: value, path }]
  return Object.entries(value).flatMap(([key, each]) => filesIn(each, [...path, key]))
}

/** The value with its files replaced; whatever a form notes beside a file (which photo it is) stays. */
export function withFiles(value: unknown, known: (file: StoredFile) => object): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => withFiles(each, known))
  if (isFile(value)) return { ...value, ...known(value) }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withFiles(each, known)]))
}
