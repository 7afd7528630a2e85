import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createElement, type ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { listRow } from '../../src/casework/cases/rules/day.ts'
import { chineseDay, DateField } from './ui/date-field.tsx'
import { FieldGroup, SelectField, TextField } from './ui/field.tsx'

/** What fields show before anything is sent: days in Chinese, and what has to be filled in. */

const here = import.meta.dirname

function sources(folder: string): string[] {
  return readdirSync(join(here, folder)).flatMap((name) => {
    const path = `${folder}/${name}`
    if (statSync(join(here, path)).isDirectory()) return sources(path)
    return path.endsWith('.tsx') ? [path] : []
  })
}
const files = [...sources('pages'), ...sources('ui')].map((path) => [path, readFileSync(join(here, path), 'utf8')] as const)

const shown = (element: ReactElement): string => renderToStaticMarkup(element)

describe('a day', () => {
  it.each([
    ['2026-12-02', '2026年12月2日 星期三'],
    ['2024-02-29', '2024年2月29日 星期四'],
    ['2026-12', '2026年12月'],
    ['', ''],
    ['2026-1', ''],
  ])('%s is written as %s', (value, text) => {
    expect(chineseDay(value)).toBe(text)
  })

  it('stands in Chinese beside its entry, tied to it, whatever language the browser writes', () => {
    const text = shown(createElement(DateField, { label: '入户日期', name: 'on', defaultValue: '2026-12-02' }))
    const echo = /aria-describedby="([^" ]+)/.exec(text)?.[1]
    expect(text).toContain(`<output id="${echo}" class="day-echo">2026年12月2日 星期三</output>`)
    const month = shown(createElement(DateField, { label: '月份', month: true, value: '2026-12', onChange: () => undefined }))
    expect(month).toContain('type="month"')
    expect(month).toContain('2026年12月</output>')
  })

  it('is entered by this one component everywhere', () => {
    const others = files.filter(
      ([path, text]) => path !== 'ui/date-field.tsx' && /type=(\{[^}]*)?['"](date|month|datetime-local|week)['"]/.test(text),
    )
    expect(others.map(([path]) => path)).toEqual([])
    expect(files.filter(([, text]) => /<Date(Field|Entry)\b/.test(text)).length).toBeGreaterThan(25)
  })
})

describe('a day or month that is said', () => {
  const named = "[\\w.?]*(?:On|[mM]onth|[uU]ntil|since|validTo|asOf|today|\\.on|\\.day|\\.date|\\.from|\\.to)(?: \\?\\? '[^']*')?"
  const han = '[\\u4e00-\\u9fff（）：，。“”]'
  const inWords = new RegExp(
    `(?<![=$\\w(,\`])\\{(?!\\.\\.\\.)${named}\\}|${han}\\s?\\$\\{${named}\\}|\\$\\{${named}\\}\\s?${han}|instant\\([^()]*\\)\\.slice`,
    'g',
  )
  /** Days and months as they are stored, where people read them. */
  const asStored = (text: string): string[] => [...text.matchAll(inWords)].map(([found]) => found)

  it('is said in Chinese, not as it is stored', () => {
    const planted = [
      '<h2>{month} 发放</h2>',
      '<td>{row.receivedOn}</td>',
      "<td>{line.dueOn ?? '—'}</td>",
      `const label = \`编制 ${'$'}{month} 名册\``,
      `const label = \`上月（${'$'}{lastMonth}）应发\``,
      '{instant(openedAt).slice(0, 10)} 申请',
    ]
    for (const text of planted) expect(asStored(text)).toHaveLength(1)
    for (const text of [
      '<Part month={month} />',
      '<Link {...to}>',
      '<h2>{chineseDate(month)} 发放</h2>',
      `key={\`${'$'}{month} x\`}`,
    ])
      expect(asStored(text)).toEqual([])
    // two names of persons
    const known = ['pages/case/file-parts.tsx {objection.from}', 'pages/objection/objection-page.tsx {view.from}']
    expect(files.flatMap(([path, text]) => asStored(text).map((found) => `${path} ${found}`)).toSorted()).toEqual(
      known.toSorted(),
    )
  })

  it('so is what a first screen of the village says', () => {
    const row = listRow('visits', [{ no: 'AJ1', name: '甲', day: '2026-12-03' }], { total: 1, late: 0 })
    expect(row.items[0]?.note).toBe('安排在 2026年12月3日')
  })
})

describe('what has to be filled in', () => {
  const field = (more: object) => shown(createElement(TextField, { label: '理由', ...more } as never))

  it('is marked and said to aids before it is sent: what a form checks, unless it may be left out', () => {
    expect(field({ error: undefined })).toMatch(/class="must">理由.*required=""/)
    expect(field({})).not.toMatch(/must|required/)
    expect(field({ error: undefined, required: false })).not.toMatch(/must|required/)
    expect(field({ required: true })).toMatch(/class="must">理由.*required=""/)
    expect(field({ label: '备注（可不填）', error: undefined })).not.toMatch(/must|required/)
    // a label that says so itself is not marked twice
    expect(field({ label: '依据（必填）', error: undefined })).toMatch(/<label[^>]*>依据（必填）.*required=""/)
    expect(field({ label: '依据（必填）', error: undefined })).not.toContain('must')
    const choice = { label: '岗位', value: '', onPick: () => undefined, choices: [], error: undefined }
    expect(shown(createElement(SelectField, choice))).toMatch(/class="must">岗位.*required=""/)
    expect(shown(createElement(DateField, { label: '日期', error: undefined }))).toMatch(/class="must">日期.*required=""/)
  })

  it('is marked the same on several controls that answer one question, and what is wrong is tied to them', () => {
    const group = (more: object) => shown(createElement(FieldGroup, { label: '核实结果', ...more } as never))
    expect(group({ required: true })).toMatch(
      /<fieldset class="field" aria-describedby="(\S+)"><legend class="strong must">核实结果<\/legend><span id="\1" hidden="">必填/,
    )
    expect(group({ error: undefined })).toContain('must')
    expect(group({})).not.toMatch(/must|必填|aria-describedby/)
    expect(group({ label: '证明材料（必填）', error: undefined })).toContain('<legend class="strong">')
    expect(group({ error: '请选择' })).toMatch(/aria-describedby="\S+ (\S+)".*<p id="\1" class="error-text small">请选择/)
  })

  /** Questions with several controls that are no group of `ui/field.tsx`, and choices of one answer that are not marked. */
  function unmarked(text: string): string[] {
    const groups = [...text.matchAll(/<FieldGroup\b((?:[^<>]|=>)*)>([\s\S]*?)<\/FieldGroup>/g)]
    const radios = groups.filter(
      ([, props = '', inside = '']) => inside.includes('"radio"') && !/\b(required|error=)/.test(props),
    )
    const radiosOf = (part: string): number => part.split('type="radio"').length
    const alone = radiosOf(text) !== radiosOf(groups.map(([whole]) => whole).join(''))
    return [...(text.match(/<fieldset/g) ?? []), ...(alone ? ['type="radio"'] : []), ...radios.map(([tag]) => tag)]
  }

  it('is marked on every choice of one answer', () => {
    expect(unmarked('<fieldset><legend>点名</legend></fieldset>')).toHaveLength(1)
    expect(unmarked('<FieldGroup label="结果"><input type="radio" /></FieldGroup>')).toHaveLength(1)
    expect(unmarked('<input type="radio" />')).toHaveLength(1)
    expect(unmarked('<FieldGroup label="结果" required><input type="radio" /></FieldGroup>')).toEqual([])
    // the choice of columns is no question
    const own = new Set(['ui/field.tsx', 'ui/column-choice.tsx'])
    expect(files.flatMap(([path, text]) => (own.has(path) ? [] : unmarked(text).map((tag) => `${path} ${tag}`)))).toEqual([])
    expect(files.filter(([, text]) => text.includes('<FieldGroup')).length).toBeGreaterThan(20)
  })

  it('never brings up the browser’s own message, which is in its own language', () => {
    const silent = files.flatMap(([path, text]) =>
      [...text.matchAll(/<form\b(?:[^>]|=>)*>/g)].map(([tag]) => [path, tag] as const),
    )
    expect(silent.length).toBeGreaterThan(40)
    expect(silent.filter(([, tag]) => !tag.includes('noValidate'))).toEqual([])
  })
})
