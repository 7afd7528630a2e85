/**
 * Characters that no installed font can print: found in the typesetter's complaint, replaced by 〓 and named by code point.
 *
 * L1 only the characters complained of are replaced; L2 the note names each code point once; L3 a complaint about something else is
 * no complaint about characters.
 */

const complaint = /the text `\\*"(.*?)\\*"` could not be displayed/g

/** Unescapes a text that was written in Rust's debug form, once or twice over: \u{e123}, \n, \r, \t, \0. */
function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' }
  return text.replace(/\\+(?:u\{([0-9a-f]+)\}|([nrt0]))/g, (_all, code: string | undefined, mark: string | undefined) => {
    return code ? String.fromCodePoint(Number.parseInt(code, 16)) : (named[mark ?? ''] ?? '')
  })
}

/** The characters a typesetter's message says it could not display, each once. */
export function lackingCharacters(message: string): string[] {
  const found = new Set<string>()
  for (const [, text = ''] of message.matchAll(complaint)) for (const each of unescaped(text)) found.add(each)
  return [...found]
}

function replaced(value: unknown, lacking: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return [...value].map((each) => (lacking.has(each) ? '〓' : each)).join('')
  if (Array.isArray(value)) return value.map((each) => replaced(each, lacking))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, lacking)]))
}

/** The view (JSON text) with those characters as 〓 and their code points under `lacking`. */
export function withoutCharacters(view: string, lacking: readonly string[]): string {
  const codes = lacking.map((each) => `U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
  const clean = replaced(JSON.parse(view), new Set(lacking))
  return JSON.stringify(typeof clean === 'object' && clean !== null ? { ...clean, lacking: codes } : clean)
}
