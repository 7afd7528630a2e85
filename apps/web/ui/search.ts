/** Filters live in the address: plain text values, no JSON quoting, empty ones left out. */

/** '?a=1&b=2' → object of texts. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Object → '?a=1&b=2'; undefined, null and '' are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** Keeps the named keys that hold text; anything else in the address is ignored. */
export function pick<K extends string>(search: Record<string, unknown>, keys: readonly K[]): { [P in K]?: string | undefined } {
  const out: { [P in K]?: string | undefined } = {}
  for (const key of keys) {
    const value = search[key]
    if (typeof value === 'string' && value !== '') out[key] = value
  }
  return out
}
