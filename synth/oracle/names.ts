/** Folding and comparing names, by the text of the rules. */
const placeholder = (c: string): boolean => {
  const n = c.codePointAt(0) as number
  return '?□■〓\uFFFD'.includes(c) || (n >= 0xe000 && n <= 0xf8ff) || n >= 0xf0000
}

/** Pairs traditional, simplified, traditional, simplified … as a look-up. */
export function variantsOf(pairs: string): ReadonlyMap<string, string> {
  const list = [...pairs]
  const map = new Map<string, string>()
  for (let i = 0; i + 1 < list.length; i += 2) map.set(list[i] as string, list[i + 1] as string)
  return map
}

const fold = (x: string, variants: ReadonlyMap<string, string>): string[] =>
  [
    ...x
      .normalize('NFKC')
      .replace(/[\u200B-\u200F\uFEFF\u2060\p{Cc}\s]/gu, '')
      .replace(/[·•‧・⋅∙ᐧ.]/gu, '·'),
  ].map((c) => (variants.get(c) ?? c).replace(/\p{Script=Latin}/u, (l) => l.toUpperCase()))

export type SameName = (x: string, y: string) => boolean

export function nameComparer(pairs: string): SameName {
  const variants = variantsOf(pairs)
  const known = new Map<string, string[]>()
  const folded = (x: string): string[] => {
    const held = known.get(x)
    if (held) return held
    const made = fold(x, variants)
    known.set(x, made)
    return made
  }
  return (x, y) => {
    const a = folded(x)
    const b = folded(y)
    if (a.length === 0 || a.length !== b.length) return false
    let sure = 0
    for (const [i, c] of a.entries()) {
      const d = b[i] as string
      const open = placeholder(c) || placeholder(d)
      if (c !== d && !open) return false
      if (!open) sure += 1
    }
    return sure > 0
  }
}
