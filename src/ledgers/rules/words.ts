/** Words of columns and codes: those that come along, those a bureau answered, and the labels of the registry itself. */
import { CODE_LISTS, type CodeListName } from '#kernel/terms'
import { headerWord, wordOf } from './text.ts'

type Lists = Readonly<Record<string, readonly string[]>>

/** The words that come along (src/ledgers/words/words.yaml). */
export interface WordData {
  readonly columns: Lists
  readonly groups: Lists
  readonly codes: Readonly<Record<string, Lists>>
  readonly nothing: Lists
  readonly yes: readonly string[]
  readonly no: readonly string[]
  readonly programme_titles: Lists
  readonly totals: readonly string[]
  readonly notes: readonly string[]
}

/** A word a bureau answered: of a column (its whole header path), of a code of a field, or of a place. */
export interface LearntWord {
  readonly kind: 'column' | 'code' | 'place'
  /** Field of a code word; '' otherwise. */
  readonly field: string
  readonly word: string
  /** The field, the code or the division it stands for; '' when the column is not wanted. */
  readonly meaning: string
}

/** A field that a column may be taken for, as far as words need it. */
export interface CodedField {
  readonly field: string
  readonly label: string
  /** Name of the column in the registry, where it has one. */
  readonly name: string
  readonly type: string
  readonly codes?: CodeListName
}

export type GroupKind = 'head' | 'member' | 'account' | 'payment' | 'income'

function turned(lists: Lists, by: (word: string) => string): Map<string, string> {
  const map = new Map<string, string>()
  for (const [meaning, words] of Object.entries(lists)) {
    for (const word of words) if (!map.has(by(word))) map.set(by(word), meaning)
  }
  return map
}

function labelsOf(codes: CodeListName): [string, string][] {
  return Object.entries(CODE_LISTS[codes]).flatMap(([code, label]) => [
    [wordOf(code), code] as [string, string],
    ...[String(label), ...String(label).split('/')].map((word) => [wordOf(word), code] as [string, string]),
  ])
}

export class Words {
  readonly data: WordData
  readonly #columns: Map<string, string>
  readonly #ownColumns = new Map<string, string>()
  readonly #groups: Map<string, string>
  readonly #codes = new Map<string, Map<string, string>>()
  readonly #nothing = new Map<string, ReadonlySet<string>>()
  readonly #places = new Map<string, string>()
  readonly totals: ReadonlySet<string>
  readonly notes: readonly string[]

  constructor(data: WordData, fields: readonly CodedField[], learnt: readonly LearntWord[]) {
    this.data = data
    this.#columns = turned(data.columns, headerWord)
    for (const { field, label, name } of fields) {
      for (const word of [label, name, field])
        if (word !== '' && !this.#columns.has(headerWord(word))) this.#columns.set(headerWord(word), field)
    }
    this.#groups = turned(data.groups, headerWord)
    for (const field of fields) this.#codes.set(field.field, this.#codeWords(field))
    for (const [field, words] of Object.entries(data.nothing)) this.#nothing.set(field, new Set(words.map(wordOf)))
    for (const { kind, field, word, meaning } of learnt) {
      if (kind === 'column') this.#ownColumns.set(word, meaning)
      else if (kind === 'place') this.#places.set(word, meaning)
      else this.#codes.get(field)?.set(wordOf(word), meaning)
    }
    this.totals = new Set(data.totals)
    this.notes = data.notes
  }

  #codeWords({ field, type, codes }: CodedField): Map<string, string> {
    const words = new Map<string, string>()
    if (type === 'yesno') {
      for (const word of [...this.data.yes, 'yes']) words.set(wordOf(word), 'yes')
      for (const word of [...this.data.no, 'no']) words.set(wordOf(word), 'no')
    }
    for (const [word, code] of turned(this.data.codes[field] ?? {}, wordOf)) words.set(word, code)
    if (codes !== undefined) for (const [word, code] of labelsOf(codes)) if (!words.has(word)) words.set(word, code)
    return words
  }

  /** The field that a bureau said a header path stands for ('' when it is not wanted). */
  answeredColumn(path: string): string | undefined {
    return this.#ownColumns.get(path)
  }

  /** The field a header word stands for ('' when it is known and not wanted). */
  column(word: string): string | undefined {
    return this.#columns.get(word)
  }

  group(word: string): GroupKind | undefined {
    return this.#groups.get(word) as GroupKind | undefined
  }

  /** Whether a cell says that there is nothing. */
  isNothing(field: string, text: string): boolean {
    const word = wordOf(text)
    return this.#nothing.get('any')?.has(word) === true || this.#nothing.get(field)?.has(word) === true
  }

  /** The code of a word; undefined for a word nobody knows. */
  code(field: string, text: string): string | undefined {
    return this.#codes.get(field)?.get(wordOf(text))
  }

  /** The code of the longest known word that stands in the text; to propose, never to take. */
  likelyCode(field: string, text: string): string | null {
    const word = wordOf(text)
    let found: { length: number; code: string } | undefined
    for (const [known, code] of this.#codes.get(field) ?? []) {
      if (word.includes(known) && known.length > (found?.length ?? 0)) found = { length: known.length, code }
    }
    return found?.code ?? null
  }

  /** The known column word that is contained in a header word and is the longest. */
  likelyColumn(word: string): string | null {
    let found: { length: number; field: string } | undefined
    for (const [known, field] of this.#columns) {
      if (known.length > 1 && known.length > (found?.length ?? 0) && word.includes(known)) found = { length: known.length, field }
    }
    return found?.field ?? null
  }

  /** The division a bureau said a name stands for. */
  place(word: string): string | undefined {
    return this.#places.get(word)
  }
}
