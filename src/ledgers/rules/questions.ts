/** What a person is asked about a workbook: one card a matter, at most a handful, all at once. */
import { CODE_LISTS } from '#kernel/terms'
import type { ReadQuestion } from '#registry/contract'
import type { ColumnPlan } from './columns.ts'
import type { LedgerField } from './fields.ts'
import type { Places, SaidPlace } from './places.ts'
import type { SheetPlan } from './row-facts.ts'
import type { SheetScan, UnknownWord } from './scan.ts'
import type { Words } from './words.ts'

export type Line = ReadQuestion['lines'][number]
type Said = Readonly<Record<string, string>> | undefined

/** A card; it is answered when somebody confirmed it and no line is left open that needs an answer. */
export function card(
  id: string,
  kind: ReadQuestion['kind'],
  title: string,
  detail: string,
  lines: readonly Omit<Line, 'answer'>[],
  said: Said,
): ReadQuestion {
  const answered = lines.map((line): Line => {
    const own = said?.[line.key] ?? null
    const fits = own === null || line.choices === null || own === '' || line.choices.some(({ value }) => value === own)
    return { ...line, answer: fits ? own : null }
  })
  const isOpen = ({ answer, proposed, optional, choices }: Line): boolean => {
    const settled = answer ?? proposed
    return !optional && (settled === null || (settled === '' && choices?.some(({ value }) => value === '') !== true))
  }
  return { id, kind, title, detail, lines: answered, answered: said !== undefined && !answered.some(isOpen) }
}

/** What a card says of a line: the answer, else what was proposed when the card was confirmed. */
export function settledLines(question: ReadQuestion): Record<string, string> {
  return Object.fromEntries(
    question.lines.flatMap(({ key, answer, proposed }) => {
      const value = answer ?? proposed
      return value === null ? [] : [[key, value] as const]
    }),
  )
}

function line(key: string, label: string, more: Partial<Line>): Omit<Line, 'answer'> {
  return { key, label, seen: 0, samples: [], choices: null, proposed: null, optional: false, ...more }
}

const MOST_SAMPLES = 3

/** The card of the columns of a shape. */
export function columnsCard(
  id: string,
  plans: readonly SheetPlan[],
  scans: readonly SheetScan[],
  fields: readonly LedgerField[],
  missing: string,
  said: Said,
): ReadQuestion {
  const [first] = plans
  const choices = [
    { value: '', label: '不导入' },
    ...fields.map(({ field, label, group }) => ({ value: field, label: `${group}：${label}` })),
  ]
  const lines = (first?.columns ?? [])
    .filter(({ key }) => key !== '')
    .map((column: ColumnPlan) => {
      const samples = scans.flatMap((scan) => scan.samples[column.at] ?? []).slice(0, MOST_SAMPLES)
      const seen = scans.filter((scan) => scan.filledColumns.has(column.at)).length
      return line(column.key, column.path.join(' / '), { seen, samples, choices, proposed: column.field, optional: seen === 0 })
    })
  const names = plans.map(({ grid }) => grid.name).filter((name) => name !== '')
  const shown = names.length > 4 ? `${names.slice(0, 4).join('、')} 等 ${names.length} 张工作表` : names.join('、')
  const title = shown === '' ? '请核对每一列是什么' : `请核对每一列是什么（${shown}）`
  return card(id, 'columns', title, `${missing}已按表头给出建议，逐列看一遍，不对的改正，不需要的选“不导入”。`, lines, said)
}

/** The card of words nobody knows, of all coded columns. */
export function wordsCard(
  words: Words,
  unknown: readonly UnknownWord[],
  fields: ReadonlyMap<string, LedgerField>,
  said: Said,
): ReadQuestion | null {
  if (unknown.length === 0) return null
  const lines = unknown.map(({ field, word, seen }) => {
    const { label = '', codes, type } = fields.get(field) ?? {}
    const list = type === 'yesno' ? { yes: '是', no: '否' } : codes === undefined ? {} : CODE_LISTS[codes]
    const choices = [
      ...Object.entries(list).map(([value, text]) => ({ value, label: String(text) })),
      { value: '', label: '不采用（该格留空）' },
    ]
    return line(`${field}=${word}`, `${label}：${word}`, { seen, choices, proposed: words.likelyCode(field, word) })
  })
  return card('words', 'words', '这些词是什么意思', '本系统不认识这些写法，请逐个选定；选定后以后的台账不再问。', lines, said)
}

export interface UnknownPlace {
  readonly key: string
  readonly said: SaidPlace
  seen: number
}

const MOST_CHOICES = 400

/** The card of places that are not the name of one division. */
export function placesCard(places: Places, unknown: readonly UnknownPlace[], said: Said): ReadQuestion | null {
  if (unknown.length === 0) return null
  const lines = unknown.map((one) => {
    const { choices, proposed } = places.choices(one.said)
    const { township, village } = one.said
    const label = village === '' ? `${township === '' ? '' : `${township}，`}没有写明村（社区）` : `${township} ${village}`.trim()
    return line(one.key, label, { seen: one.seen, choices: choices.slice(0, MOST_CHOICES), proposed })
  })
  return card(
    'places',
    'places',
    '这些地名是哪个村（社区）',
    '名册的区划里没有完全相同的名称，请逐个选定；选定后以后的台账不再问。',
    lines,
    said,
  )
}

/** The card of what the spreadsheet does not show. */
export function hiddenCard(plans: readonly SheetPlan[], scans: readonly SheetScan[], said: Said): ReadQuestion | null {
  const choices = [
    { value: 'yes', label: '要导入' },
    { value: 'no', label: '不导入' },
  ]
  const lines: Omit<Line, 'answer'>[] = []
  const used = plans.filter(({ grid, use }) => use !== 'none' || grid.hidden)
  const rows = scans.reduce((sum, { hiddenRows }) => sum + hiddenRows, 0)
  const isFiltered = used.some(({ grid }) => grid.filtered)
  if (rows > 0)
    lines.push(
      line('rows', isFiltered ? `筛选后没有显示的 ${rows} 行` : `隐藏的 ${rows} 行`, {
        seen: rows,
        choices,
        proposed: isFiltered ? 'yes' : null,
      }),
    )
  const columns = new Set(
    used.flatMap(({ columns: all }) => all.filter(({ hidden, key }) => hidden && key !== '').map(({ path }) => path.join(' / '))),
  )
  if (columns.size > 0)
    lines.push(
      line('columns', `隐藏的列：${[...columns].slice(0, 10).join('、')}`, { seen: columns.size, choices, proposed: 'yes' }),
    )
  for (const { grid } of used)
    if (grid.hidden && grid.rows.length > 0)
      lines.push(line(`sheet:${grid.name}`, `隐藏的工作表“${grid.name}”`, { seen: grid.rows.length, choices, proposed: 'no' }))
  if (lines.length === 0) return null
  return card(
    'hidden',
    'hidden',
    '表里有没有显示的内容，要不要导入',
    '隐藏或筛选掉的内容可能是已停保的，也可能只是为了看得清楚。',
    lines,
    said,
  )
}

/** The card that asks where a header stands. */
export function headerCard(plan: SheetPlan, said: Said): ReadQuestion {
  const lines = [
    line('from', '表头从第几行开始', { proposed: plan.layout.headerFrom > 0 ? String(plan.layout.headerFrom) : null }),
    line('to', '表头到第几行结束', { proposed: plan.layout.headerTo > 0 ? String(plan.layout.headerTo) : null }),
  ]
  const detail = '没有找到写着姓名、身份证号、金额等列名的表头。请填行号；这张表不是台账的，请检查文件。'
  return {
    ...card(`header:${plan.grid.name}`, 'header', `工作表“${plan.grid.name}”的表头在哪里`, detail, lines, said),
    answered: false,
  }
}

/** The card of columns that workbooks of this kind had before and this one lacks. */
export function missingCard(id: string, labels: readonly string[], said: Said): ReadQuestion {
  const choices = [
    { value: 'go-on', label: '没有这些列，照样导入（登记过的内容保持不变）' },
    { value: 'stop', label: '文件不对，停止' },
  ]
  const title = `这份台账比以前的同类台账少了列：${labels.join('、')}`
  return card(id, 'other', title, '可能选错了文件，也可能列被删掉或改了名。', [line('missing', '怎么办', { choices })], said)
}

export interface ConstantNeed {
  readonly key: 'programme' | 'applied_on' | 'paid_on' | 'counted' | 'aid_from' | 'year' | 'month'
  readonly proposed: string | null
}

const CONSTANTS: Readonly<Record<ConstantNeed['key'], { label: string; choices: (asOf: string) => Line['choices'] }>> = {
  programme: {
    label: '救助项目',
    choices: () => Object.entries(CODE_LISTS.programme).map(([value, label]) => ({ value, label })),
  },
  applied_on: {
    label: '申请日期（台账没有这一列）',
    choices: (asOf) => [
      { value: 'aid-from', label: '保障起始月的第一天' },
      { value: asOf, label: asOf },
    ],
  },
  paid_on: {
    label: '发放日期（台账没有这一列）',
    choices: (asOf) => [
      { value: 'month-end', label: '所属月份的最后一天' },
      { value: asOf, label: asOf },
    ],
  },
  counted: {
    label: '所列成员是否都计入共同生活成员',
    choices: () => [
      { value: 'yes', label: '都计入' },
      { value: 'no', label: '都不计入' },
    ],
  },
  aid_from: { label: '保障起始月（台账没有这一列；写成 2026-01）', choices: () => null },
  year: {
    label: '这些月份是哪一年的',
    choices: (asOf) => {
      const year = Number(asOf.slice(0, 4))
      return [year, year - 1, year - 2, year - 3].map((each) => ({ value: String(each), label: `${each} 年` }))
    },
  },
  month: { label: '这些金额是哪个月的（写成 2026-09）', choices: () => null },
}

/** The card of what the workbook does not say. */
export function constantsCard(needs: readonly ConstantNeed[], asOf: string, said: Said): ReadQuestion | null {
  if (needs.length === 0) return null
  const lines = needs.map(({ key, proposed }) =>
    line(key, CONSTANTS[key].label, { choices: CONSTANTS[key].choices(asOf), proposed }),
  )
  return card(
    'constant',
    'constant',
    '台账里没有写的，请确定',
    '对本次导入的所有行适用；名册里已有的家庭保持登记的内容。',
    lines,
    said,
  )
}
