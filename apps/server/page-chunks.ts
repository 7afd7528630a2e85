import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/** What the build says of the pages: an address as the router writes it, and the chunks its page needs beside the entry. */
const PageChunks = z.record(z.string(), z.array(z.string().regex(/^[\w./-]+$/)))

/** Pages that nobody has to be signed in for. */
const open = new Set(['/sign-in', '/check'])

/** Who is signed in is the first thing the entry asks; the browser gives it this answer. */
const session = '</api/session>; rel=preload; as=fetch; crossorigin=anonymous'

/** Gives the `Link` header of a page's address: its chunks and its session travel while the entry does. Undefined where nothing is known of it. */
export type PageLinks = (address: string) => string | undefined

function linkOf(address: string, chunks: readonly string[]): string {
  const files = chunks.map((file) => `</${file}>; rel=modulepreload`)
  return (open.has(address) ? files : [session, ...files]).join(', ')
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((each, i) => each.startsWith('$') || each === parts[i])
}

/** Reads the list of a folder of built pages; without one no address has links. */
export function pageLinks(webRoot: string): PageLinks {
  const file = path.join(webRoot, 'page-chunks.json')
  if (!existsSync(file)) return () => undefined
  const listed = Object.entries(PageChunks.parse(JSON.parse(readFileSync(file, 'utf8'))))
  // a word of the address before a place of any: `/cases/all` is not the case named `all`
  const pages = listed
    .map(([address, chunks]) => ({ pattern: address.split('/'), link: linkOf(address, chunks) }))
    .sort(
      (a, b) => a.pattern.filter((part) => part.startsWith('$')).length - b.pattern.filter((part) => part.startsWith('$')).length,
    )
  return (address) => {
    const parts = (address.split('?')[0] ?? '').split('/')
    return pages.find(({ pattern }) => fits(pattern, parts))?.link
  }
}
