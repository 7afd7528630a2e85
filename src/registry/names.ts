import { pinyin } from 'pinyin-pro'

/** What a name is found by: full pinyin, initials, and its single characters. */
export interface NameIndex {
  readonly pinyin: string
  readonly initials: string
  readonly chars: string[]
}

/** Longer names are searched by their beginning; an index takes no text without end. */
const LONGEST = 40

const NOT_WRITTEN = /[^\p{L}\p{N}]/gu

/** Search columns of a name; the first character is read as a surname (曾 zeng, 单 shan). */
export function nameIndex(name: string): NameIndex {
  const text = [...name.replace(NOT_WRITTEN, '')].slice(0, LONGEST).join('')
  const syllables = pinyin(text, { toneType: 'none', type: 'array', surname: 'head', v: true }).map((each) => each.toLowerCase())
  return {
    pinyin: syllables.join(''),
    initials: syllables.map((each) => each.charAt(0)).join(''),
    chars: [...new Set(text)],
  }
}
