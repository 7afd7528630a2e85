import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/**
 * What the build says of the pages: an address as the router writes it, the chunks its page needs beside the entry, and what the page asks of
 * the server first; `$name` there stands for the part of the page's address.
 */
const PageNeeds = z.record(
  z.string(),
  z.object({ chunks: z.array(z.string().regex(/^[\w./-]+$/)), asks: z.array(z.string().regex(/^\/api\/[\w./?=$-]+$/)) }),
)

/** Pages that nobody has to be signed in for. */
const open = new Set(['/sign-in', '/check'])

/** Who is signed in is the first thing the entry asks. */
const session = '/api/session'

/** A part of an address that may be written into another as it stands. */
const plain = /^[\w.-]+$/

/**
 * Gives the links for the head of the document at a page's address: its chunks, its session and its first data travel while the entry does.
 * Empty where nothing is known of it. They stand in the document and not in a header: behind the scripts of the office, the longest of which
 * would otherwise wait for a connection until all small ones are there; and where the entry finds what was asked for.
 */
export type PageLinks = (address: string) => string

const scriptLink = (file: string): string => `<link rel="modulepreload" crossorigin href="/${file}">`
const dataLink = (address: string): string => `<link rel="preload" as="fetch" crossorigin href="${address}">`

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((each, i) => each.startsWith('$') || each === parts[i])
}

/** One first question for the parts of an address; undefined where a part is not plain. */
function filled(ask: string, pattern: readonly string[], parts: readonly string[]): string | undefined {
  const known = ask.replace(/\$\w+/g, (name) => {
    const part = parts[pattern.indexOf(name)] ?? ''
    return plain.test(part) ? part : '$'
  })
  return known.includes('$') ? undefined : known
}

/** Reads the list of a folder of built pages; without one no address has links. */
export function pageLinks(webRoot: string): PageLinks {
  const file = path.join(webRoot, 'page-chunks.json')
  if (!existsSync(file)) return () => ''
  const listed = Object.entries(PageNeeds.parse(JSON.parse(readFileSync(file, 'utf8'))))
  const placesIn = (pattern: readonly string[]): number => pattern.filter((part) => part.startsWith('$')).length
  // a word of the address before a place of any: `/cases/all` is not the case named `all`
  const pages = listed
    .map(([address, { chunks, asks }]) => ({
      pattern: address.split('/'),
      links: [...(open.has(address) ? [] : [dataLink(session)]), ...chunks.map(scriptLink)].join(''),
      asks,
    }))
    .sort((a, b) => placesIn(a.pattern) - placesIn(b.pattern))
  return (address) => {
    const [place = '', search] = address.split('?')
    const parts = place.split('/')
    const page = pages.find(({ pattern }) => fits(pattern, parts))
    if (page === undefined) return ''
    const asks = page.asks
      // conditions in the page's address make others of its questions
      .filter((ask) => search === undefined || !ask.includes('?'))
      .flatMap((ask) => filled(ask, page.pattern, parts) ?? [])
    return page.links + asks.map(dataLink).join('')
  }
}
