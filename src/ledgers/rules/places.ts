/**
 * Divisions by the names that a ledger writes.
 *
 * P1 A name is taken when it is the name of one division, its name without the ending (村, 社区, 镇 …), a former name, or a name a bureau answered,
 *    within the township if one is named.
 * P2 Anything else is asked; the nearest names (one character, or the same sound) are offered first.
 */
import { pinyin } from 'pinyin-pro'
import { wordOf } from './text.ts'
import type { Words } from './words.ts'

export interface KnownDivision {
  readonly code: string
  readonly name: string
  readonly level: string
  /** Names it had before. */
  readonly formerly: readonly string[]
}

/** What a ledger says of a place. */
export interface SaidPlace {
  readonly township: string
  readonly village: string
}

export interface FoundPlace {
  /** Division, or null where it has to be asked. */
  readonly code: string | null
  /** The same place whenever the file is read: what is asked and learnt. */
  readonly key: string
}

const ENDINGS = /(?:村民委员会|居民委员会|社区居委会|村委会|居委会|街道办事处|街道办|街道|办事处|社区|民族乡|村|镇|乡)$/

/** A name without its ending; the name itself where nothing would be left. */
export function shortName(name: string): string {
  const word = wordOf(name)
  const short = word.replace(ENDINGS, '')
  return [...short].length >= 1 ? short : word
}

interface Named {
  readonly division: KnownDivision
  readonly names: ReadonlySet<string>
  readonly short: ReadonlySet<string>
}

function namesOf(division: KnownDivision): Named {
  const all = [division.name, ...division.formerly]
  return { division, names: new Set(all.map(wordOf)), short: new Set(all.map(shortName)) }
}

function soundOf(text: string): string {
  return pinyin(text, { toneType: 'none', type: 'array', v: true }).join(' ')
}

/** Whether two names differ in at most one character (one other, one more or one less). */
export function isOneApart(a: string, b: string): boolean {
  const [x, y] = [[...a], [...b]]
  const [short, long] = x.length <= y.length ? [x, y] : [y, x]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  const restOfLong = long.slice(at + 1).join('')
  return restOfLong === short.slice(long.length === short.length ? at + 1 : at).join('')
}

export class Places {
  readonly #words: Words
  readonly #townships: readonly Named[]
  readonly #villages: readonly Named[]
  readonly #codes: ReadonlySet<string>
  readonly #found = new Map<string, FoundPlace>()

  constructor(divisions: readonly KnownDivision[], words: Words) {
    this.#words = words
    this.#codes = new Set(divisions.map(({ code }) => code))
    this.#townships = divisions.filter(({ level }) => level === 'township').map(namesOf)
    this.#villages = divisions.filter(({ level }) => level === 'village').map(namesOf)
  }

  /** No division is known. */
  get isEmpty(): boolean {
    return this.#villages.length + this.#townships.length === 0
  }

  /** The division of a place; asks where it is not one for certain. */
  find({ township, village }: SaidPlace): FoundPlace {
    const key = `${wordOf(township)}/${wordOf(village)}`
    const known = this.#found.get(key)
    if (known !== undefined) return known
    const said = this.#words.place(key)
    const isInForce = said !== undefined && this.#codes.has(said)
    const found = { code: isInForce ? said : this.#search(township, village), key }
    this.#found.set(key, found)
    return found
  }

  #exact(among: readonly Named[], text: string): Named[] {
    const word = wordOf(text)
    const whole = among.filter(({ names }) => names.has(word))
    if (whole.length > 0) return whole
    const short = shortName(text)
    return among.filter(({ short: names }) => names.has(short))
  }

  #within(township: string): readonly Named[] | null {
    if (wordOf(township) === '') return this.#villages
    const exact = this.#exact(this.#townships, township)
    if (exact.length !== 1) return null
    const prefix = exact[0]?.division.code.slice(0, 9) ?? ''
    return this.#villages.filter(({ division }) => division.code.startsWith(prefix))
  }

  #search(township: string, village: string): string | null {
    const within = this.#within(township)
    if (within === null) return null
    if (wordOf(village) === '') return null
    const named = this.#exact(within, village)
    if (named.length === 1) return named[0]?.division.code ?? null
    return named.length > 1 ? null : this.#joined(within, township, village)
  }

  /** A village written with its township before it (甲子镇春山村), or without the first part of its name (甲子春山村 as 春山村). */
  #joined(within: readonly Named[], township: string, village: string): string | null {
    const word = wordOf(village)
    const behind = this.#townships.flatMap((one) =>
      [...one.names].filter((name) => word.startsWith(name) && word.length > name.length),
    )
    for (const name of behind) {
      const rest = this.#exact(this.#within(name) ?? [], word.slice(name.length))
      if (rest.length === 1) return rest[0]?.division.code ?? null
    }
    const stem = township === '' ? '' : shortName(township)
    const joined = stem === '' ? [] : this.#exact(within, `${stem}${word}`)
    return joined.length === 1 ? (joined[0]?.division.code ?? null) : null
  }

  /** The township that a text names, or ''. */
  townshipIn(text: string): string {
    const word = wordOf(text)
    const named = this.#townships.filter(({ names }) => [...names].some((name) => word.includes(name)))
    return named.length === 1 ? (named[0]?.division.name ?? '') : ''
  }

  /** The village that a text names, or ''. */
  villageIn(text: string): string {
    const word = wordOf(text)
    const named = this.#villages.filter(({ names }) => [...names].some((name) => word.includes(name)))
    return named.length === 1 ? (named[0]?.division.name ?? '') : ''
  }

  /** Whether a text is the name of a village. */
  isVillage(text: string): boolean {
    return this.#exact(this.#villages, text).length > 0
  }

  /** Divisions to choose among, the nearest first, and the one to propose. */
  choices({ township, village }: SaidPlace): { choices: { value: string; label: string }[]; proposed: string | null } {
    const within = this.#within(township) ?? this.#villages
    const near = within.filter(({ names, short }) => this.#isNear([...names, ...short], village))
    const rest = within.filter((one) => !near.includes(one))
    const all = [...near, ...rest]
    const labels = new Map(this.#townships.map(({ division }) => [division.code.slice(0, 9), division.name]))
    return {
      choices: all.map(({ division }) => ({
        value: division.code,
        label: `${labels.get(division.code.slice(0, 9)) ?? ''} ${division.name}`,
      })),
      proposed: near.length === 1 ? (near[0]?.division.code ?? null) : null,
    }
  }

  #isNear(names: readonly string[], text: string): boolean {
    const [word, short] = [wordOf(text), shortName(text)]
    if (word === '') return false
    const sound = soundOf(short)
    return names.some((name) => isOneApart(name, word) || isOneApart(name, short) || soundOf(name) === sound)
  }
}
