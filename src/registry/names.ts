import { pinyin } from 'pinyin-pro'
import { owned } from '#kernel/text'

/** What a name is found by: full pinyin, initials, and its single characters. */
export interface NameIndex {
  readonly pinyin: string
  readonly initials: string
  readonly chars: readonly string[]
}

/** Longer names are searched by their beginning; an index takes no text without end. */
const LONGEST = 40

const NOT_WRITTEN = /[^\p{L}\p{N}]/gu

/** Indexes just made are remembered: many people of a district have the same name. */
const RECENT = 20_000
let recent = new Map<string, NameIndex>()

/** Search columns of a name; the first character is read as a surname (曾 zeng, 单 shan). */
export function nameIndex(name: string): NameIndex {
  const known = recent.get(name)
  if (known !== undefined) return known
  if (recent.size >= RECENT) recent = new Map()
  const made = makeIndex(name)
  recent.set(owned(name), made)
  return made
}

function makeIndex(name: string): NameIndex {
  const text = [...name.replace(NOT_WRITTEN, '')].slice(0, LONGEST).join('')
  const syllables = pinyin(text, { toneType: 'none', type: 'array', surname: 'head', v: true }).map((each) => each.toLowerCase())
  return {
    pinyin: syllables.join(''),
    initials: syllables.map((each) => each.charAt(0)).join(''),
    chars: [...new Set(text)],
  }
}
