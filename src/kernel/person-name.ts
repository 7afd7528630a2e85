/**
 * Names are kept as written and compared folded: NFKC, without invisible characters and white space, one form of the
 * middle dot, traditional characters as simplified ones, Latin letters upper case. A character that could not be
 * written (a placeholder) matches any one character.
 */

/** Traditional → simplified, as the pack gives them. */
export type NameVariants = ReadonlyMap<string, string>

/** Variants from a text of pairs: 1st → 2nd character, 3rd → 4th … */
export function nameVariants(pairs: string): NameVariants {
  const characters = [...pairs]
  const map = new Map<string, string>()
  for (let i = 0; i + 1 < characters.length; i += 2) map.set(characters[i] ?? '', characters[i + 1] ?? '')
  return map
}

const DELETED = /[\u200b-\u200f\ufeff\u2060\p{Cc}\s]/gu
const DOTS = /[·•‧・⋅∙ᐧ.]/gu
const LATIN = /\p{Script=Latin}+/gu

/** True if all characters lie in the basic Chinese block, where NFKC and deletions change nothing. */
function isBasicChinese(x: string): boolean {
  for (let i = 0; i < x.length; i++) {
    const c = x.charCodeAt(i)
    if (c < 0x4e00 || c > 0x9fff) return false
  }
  return true
}

function withVariants(x: string, variants: NameVariants): string {
  for (const character of x) {
    if (variants.has(character)) {
      let out = ''
      for (const each of x) out += variants.get(each) ?? each
      return out
    }
  }
  return x
}

/** The form of a name that is compared. */
export function foldName(x: string, variants: NameVariants): string {
  if (isBasicChinese(x)) return withVariants(x, variants)
  const text = x.normalize('NFKC').replace(DELETED, '').replace(DOTS, '·')
  return withVariants(text, variants).replace(LATIN, (letters) => letters.toUpperCase())
}

function isPlaceholder(character: string): boolean {
  switch (character) {
    case '?':
    case '□':
    case '■':
    case '〓':
    case '\ufffd':
      return true
    default: {
      const c = character.codePointAt(0) ?? 0
      return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000
    }
  }
}

/**
 * True if two folded names are the same: equally many code points (not 0), at each place equal or one a placeholder,
 * and at least one place equal without a placeholder.
 */
export function sameFolded(a: string, b: string): boolean {
  if (a === b && a !== '' && isBasicChinese(a)) return true
  const x = [...a]
  const y = [...b]
  if (x.length !== y.length) return false
  let proven = false
  for (let i = 0; i < x.length; i++) {
    const p = x[i] ?? ''
    const q = y[i] ?? ''
    if (isPlaceholder(p) || isPlaceholder(q)) continue
    if (p !== q) return false
    proven = true
  }
  return proven
}

const COMPOUND_SURNAMES = new Set(
  '欧阳 上官 司马 诸葛 夏侯 皇甫 尉迟 公孙 慕容 司徒 令狐 东方 南宫 端木 长孙 宇文 轩辕 申屠 太史 闻人 独孤 呼延 澹台 赫连'.split(
    ' ',
  ),
)

/** The name for display to whoever need not know it: surname and last character, 王*英; a single given character is hidden, 赵*. */
export function maskName(name: string): string {
  const characters = [...name]
  const surname = characters.length > 2 && COMPOUND_SURNAMES.has(characters.slice(0, 2).join('')) ? 2 : 1
  const given = characters.slice(surname)
  const last = given.length > 1 ? (given.at(-1) ?? '') : ''
  return `${characters.slice(0, surname).join('')}${'*'.repeat(given.length - (last === '' ? 0 : 1))}${last}`
}

/** The same for two names of the basic Chinese block as written: folding changes no more than single characters. */
function sameBasic(x: string, y: string, variants: NameVariants): boolean {
  if (x.length !== y.length) return false
  let proven = false
  for (let i = 0; i < x.length; i++) {
    const p = variants.get(x.charAt(i)) ?? x.charAt(i)
    const q = variants.get(y.charAt(i)) ?? y.charAt(i)
    if (isPlaceholder(p) || isPlaceholder(q)) continue
    if (p !== q) return false
    proven = true
  }
  return proven
}

/** True if two names as written are the same person's name (a former name is another name). */
export function sameName(x: string, y: string, variants: NameVariants): boolean {
  if (isBasicChinese(x) && isBasicChinese(y)) return sameBasic(x, y, variants)
  return sameFolded(foldName(x, variants), foldName(y, variants))
}
