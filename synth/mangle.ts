import type { RowDraft } from './draft.ts'
import type { Rng } from './random.ts'

/** Texts a careless typist, a spreadsheet or another system may leave in any field. */
const odd = [
  '',
  ' ',
  '\u200B',
  '0',
  '-1',
  '1e5',
  'yes',
  'no',
  'NO',
  '１２',
  '2026-09-30',
  '20260930',
  '2026/9/3',
  '2026.9.31',
  '2026年9月3日',
  '2026年09月',
  '2026-9',
  '202609',
  '2026/13',
  '209912',
  '1899-12-31',
  '2101-01-01',
  '1900/1/1',
  '2024-02-29',
  '2025-02-29',
  '2026-09-03T00:00',
  '1,234.50',
  '¥5',
  '￥5元',
  '5元元',
  '¥¥5',
  '1,2345',
  '1,234,567.8',
  '-1,234.5',
  '¥-5',
  '.5',
  '5.',
  '-0',
  '-0.00',
  '00012.30',
  '1234567890123',
  '999999999999.99',
  '1.234',
  'all',
  'all;identity',
  ';',
  ' ; ',
  'identity；tax',
  'signed',
  'existing',
  'new',
  'rural',
  'A',
  '"',
  'a,b',
  'x\ny',
  'O',
  '①',
  '²',
  'ＡＬＬ',
  '½',
  '629901001001',
  '62990100100',
  "'",
  '1.2E+17',
  '62990119810230001X',
  '11010519491231002X',
  '110105491231002',
  '11010519491231002x',
  '甲\uE000',
  '?',
  'head',
  'spouse',
  'child',
  'parent',
  'none',
  'master',
  '\u00A05\u00A0',
  '\uFEFF7',
  '+5',
  '5 元',
  '5.0元',
  '１，２３４．５',
  '2026年9月',
  '二〇二六年',
] as const

const wide = (text: string): string => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))

/** Ways in which a right value is written otherwise. */
const writings: readonly ((text: string, rng: Rng) => string)[] = [
  (text) => ` ${text}\t`,
  wide,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
  (text, rng) => {
    const at = rng.below(text.length + 1)
    return `${text.slice(0, at)}\u200B${text.slice(at)}`
  },
  (text) => `　${text}\u00A0`,
  (text) => text.replaceAll('-', '/'),
  (text) => text.replaceAll('-', ''),
  (text) => `'${text}`,
  (text) => text.slice(0, -1),
  (text) => `${text}0`,
  (text, rng) => {
    const at = rng.below(Math.max(1, text.length - 1))
    return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
  },
]

/** Spoils one cell of a row, or its shape, at random: nothing is promised about what must be said of it. */
export function mangle(rng: Rng, row: RowDraft): RowDraft {
  const names = Object.keys(row.cells)
  const column = rng.pick(names)
  const text = row.cells[column] ?? ''
  const changed = rng.permille(500) ? rng.pick(odd) : rng.pick(writings)(text, rng)
  const shape = rng.permille(30) ? rng.pick(['short', 'long'] as const) : row.shape
  return { ...row, shape, cells: { ...row.cells, [column]: changed } }
}
