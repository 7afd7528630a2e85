/**
 * The walk of docs/walk.md, to which the READMEs point, as data. Between its two marks each numbered item is one person's turn: a title, the account, and steps, each a verb
 * and the words of the page in code spans:
 *
 *   press `button or link` · fill `field`: `text` · choose `field`: `option` · tick `box` · upload `field`: `file` · wait for `words`
 *   按 `…`；填 `…`：`…`；选 `…`：`…`；勾 `…`；传 `…`：`…`；等 `…`
 */
export type Verb = 'press' | 'fill' | 'choose' | 'tick' | 'upload' | 'wait'

export interface WalkStep {
  readonly verb: Verb
  /** words on the page: a button, a field, or what is waited for */
  readonly name: string
  /** what is filled, chosen or uploaded; empty for the other verbs */
  readonly value: string
}

export interface WalkTurn {
  readonly title: string
  readonly account: string
  readonly steps: readonly WalkStep[]
}

interface Language {
  readonly verbs: Readonly<Record<string, Verb>>
  readonly between: string
  readonly colon: string
  readonly end: string
}

const english: Language = {
  verbs: { press: 'press', fill: 'fill', choose: 'choose', tick: 'tick', upload: 'upload', 'wait for': 'wait' },
  between: '; ',
  colon: ': ',
  end: '.',
}
const chinese: Language = {
  verbs: { 按: 'press', 填: 'fill', 选: 'choose', 勾: 'tick', 传: 'upload', 等: 'wait' },
  between: '；',
  colon: '：',
  end: '。',
}
const paired: ReadonlySet<Verb> = new Set(['fill', 'choose', 'upload'])
const marks = /<!-- walk:begin -->\n([\s\S]*?)<!-- walk:end -->/

function stepOf(text: string, { verbs, colon }: Language): WalkStep {
  const found = /^([^`]+) `([^`]+)`(?:(: |：)`([^`]+)`)?$/.exec(text)
  const verb = verbs[found?.[1] ?? '']
  const [, , name = '', between, value = ''] = found ?? []
  if (verb === undefined || (between ?? colon) !== colon || paired.has(verb) !== (value !== '')) {
    throw new Error(`not a step of the walk: ${text}`)
  }
  return { verb, name, value }
}

function turnOf(item: string, language: Language): WalkTurn {
  const found = /^\d+\. \*\*([^*]+)\*\* `(\w+)`(?:: |：)([\s\S]+)$/.exec(item)
  if (found === null) throw new Error(`not a turn of the walk: ${item}`)
  const [, title = '', account = '', rest = ''] = found
  const line = rest.replaceAll(/\n\s*/g, language === english ? ' ' : '').trim()
  if (!line.endsWith(language.end)) throw new Error(`no end of the turn: ${line}`)
  const steps = line.slice(0, -language.end.length).split(language.between)
  return { title, account, steps: steps.map((step) => stepOf(step, language)) }
}

/** The turns of the walk in a document; throws with what is not written as a step. */
export function readWalk(document: string, language: 'english' | 'chinese'): WalkTurn[] {
  const body = marks.exec(document)?.[1]
  if (body === undefined) throw new Error('the document has no walk')
  const items = body.split(/\n(?=\d+\. )/).map((item) => item.trim())
  return items.filter((item) => item !== '').map((item) => turnOf(item, language === 'english' ? english : chinese))
}
