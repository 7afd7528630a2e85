/** Answers what a reading asks as a person does who knows the ledger: by its key. */
import type { LedgerReading, ReadAnswers, ReadQuestion } from '#registry/contract'
import type { LedgerAnswers } from '../../synth/ledgers/index.ts'

type Line = ReadQuestion['lines'][number]

export interface Answered {
  readonly answers: ReadAnswers
  /** Cards that were open. */
  readonly decisions: number
  /** Lines that the key says nothing of and that propose nothing. */
  readonly unknown: readonly string[]
}

const bare = (text: string): string => text.normalize('NFKC').replace(/\s/g, '')

/** The card's title names the sheets it is about. */
function columnAnswer(line: Line, key: LedgerAnswers, title: string): string | null {
  const wanted = bare(line.label)
  const named = key.columns.filter(({ path }) => bare(path.join('/')) === wanted)
  return (named.find(({ sheet }) => title.includes(sheet)) ?? named[0])?.field ?? null
}

function wordAnswer(line: Line, key: LedgerAnswers): string | null {
  const at = line.key.indexOf('=')
  return key.words[line.key.slice(0, at)]?.[line.key.slice(at + 1)] ?? null
}

function placeAnswer(line: Line, key: LedgerAnswers): string | null {
  const label = bare(line.label)
  const [longest] = Object.keys(key.places)
    .filter((name) => label.endsWith(bare(name)))
    .sort((a, b) => b.length - a.length)
  return longest === undefined ? null : (key.places[longest] ?? null)
}

const RULES: Readonly<Record<string, string>> = { 'first-day-of-aid_from': 'aid-from', 'last-day-of-month': 'month-end' }

function constantAnswer(line: Line, key: LedgerAnswers): string | null {
  const said = ['', 'households.', 'persons.', 'payments.']
    .map((table) => key.constants[`${table}${line.key}`])
    .find((each) => each)
  return said === undefined ? null : (RULES[said] ?? said)
}

function hiddenAnswer(line: Line, key: LedgerAnswers): string | null {
  if (line.key === 'rows') return key.hiddenRows === false ? 'no' : 'yes'
  return line.key === 'columns' ? 'yes' : 'no'
}

const BY_KIND: Readonly<Partial<Record<ReadQuestion['kind'], (line: Line, key: LedgerAnswers, title: string) => string | null>>> =
  {
    columns: columnAnswer,
    words: wordAnswer,
    places: placeAnswer,
    constant: constantAnswer,
    hidden: hiddenAnswer,
    // A bureau's ledgers do not all have the same columns.
    other: ({ key }) => (key === 'missing' ? 'go-on' : null),
  }

/** Answers every open card. */
export function answerQuestions({ questions }: LedgerReading, key: LedgerAnswers): Answered {
  const answers: ReadAnswers = {}
  const unknown: string[] = []
  const open = questions.filter(({ answered }) => !answered)
  for (const { id, kind, title, lines } of open) {
    const said: Record<string, string> = {}
    for (const line of lines) {
      const value = BY_KIND[kind]?.(line, key, title) ?? line.proposed
      if (value !== null) said[line.key] = value
      else if (!line.optional) unknown.push(`${kind} ${line.label}`)
    }
    answers[id] = said
  }
  return { answers, decisions: open.length, unknown }
}
