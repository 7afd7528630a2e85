/** Bytes of the office pages as a release builds them: the entry, and what each page adds to it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '#platform/config'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
}
type Manifest = Readonly<Record<string, Chunk>>

export interface WebBytes {
  /** KiB of gzip */
  readonly entry: number
  /** page file → KiB of gzip beside the entry */
  readonly pages: Readonly<Record<string, number>>
  /** addresses whose chunks the server names before the entry has run, and how many */
  readonly named: Readonly<Record<string, number>>
}

const run = promisify(execFile)
const kib = 1024
const cents = 100

/** Keys of a chunk and of everything it imports at once; throws when a chunk is not in the manifest. */
export function closure(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen
  const chunk = manifest[key]
  if (chunk === undefined) throw new Error(`the manifest of the pages has no ${key}`)
  seen.add(key)
  for (const next of chunk.imports ?? []) closure(manifest, next, seen)
  return seen
}

const pageOf = /^pages\/(.+)-page\.tsx$/

/** Builds the pages into a folder of its own and adds up their compressed scripts. */
export async function measureWebBytes(): Promise<WebBytes> {
  const folder = await mkdtemp(join(tmpdir(), 'yingbao-web-'))
  try {
    const vite = join(packageRoot, 'node_modules/vite/bin/vite.js')
    const args = [vite, 'build', 'apps/web', '--outDir', folder, '--manifest', '--logLevel', 'error']
    await run(process.execPath, args, { cwd: packageRoot, env: { ...process.env, NODE_ENV: 'production' } })
    const manifest: Manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'))
    const sizes = new Map<string, number>()
    for (const [key, { file }] of Object.entries(manifest)) {
      if (file.endsWith('.js')) sizes.set(key, (await stat(join(folder, `${file}.gz`))).size)
    }
    const sum = (keys: Iterable<string>): number => {
      let bytes = 0
      for (const key of keys) bytes += sizes.get(key) ?? 0
      return Math.round((bytes / kib) * cents) / cents
    }
    const entry = closure(manifest, 'index.html')
    const pages = Object.entries(manifest).flatMap(([key, chunk]) => {
      const name = chunk.isDynamicEntry === true ? pageOf.exec(key)?.[1] : undefined
      return name === undefined ? [] : [[name, sum([...closure(manifest, key)].filter((each) => !entry.has(each)))] as const]
    })
    const needs: Record<string, { chunks: string[] }> = JSON.parse(await readFile(join(folder, 'page-chunks.json'), 'utf8'))
    const named = Object.fromEntries(Object.entries(needs).map(([address, { chunks }]) => [address, chunks.length]))
    return { entry: sum(entry), named, pages: Object.fromEntries(pages.sort(([, a], [, b]) => b - a)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
