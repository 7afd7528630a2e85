import { describe, expect, it } from 'vitest'
import type { ReadQuestion } from '#registry/contract'
import { answersOf, heldIn, missingOf, withAnswer } from './answers.ts'
import { letterOf, stepsOf } from './import-words.ts'
import { importsOf, wantedOf } from './package-files.ts'

const line = (key: string, over: Partial<ReadQuestion['lines'][number]> = {}): ReadQuestion['lines'][number] => ({
  key,
  label: key,
  seen: 1,
  samples: [],
  choices: [
    { value: 'a', label: '甲' },
    { value: '', label: '不使用' },
  ],
  proposed: null,
  answer: null,
  optional: false,
  ...over,
})

const question: ReadQuestion = {
  id: 'words:类别',
  kind: 'words',
  title: '“类别”列的词',
  detail: '',
  lines: [line('A类', { proposed: 'a' }), line('B类'), line('备注', { optional: true }), line('年份', { choices: null })],
  answered: false,
}

describe('answers on the page', () => {
  it('begin with what was answered or is proposed, and leave open what nothing is known of', () => {
    expect(question.lines.map((each) => heldIn({}, question, each))).toEqual(['a', null, null, null])
    expect(missingOf({}, question).map(({ key }) => key)).toEqual(['B类', '年份'])
  })

  it('take "not wanted" as an answer where it is a choice, and no empty text', () => {
    const given = withAnswer(withAnswer({}, question.id, 'B类', ''), question.id, '年份', '')
    expect(missingOf(given, question).map(({ key }) => key)).toEqual(['年份'])
    const whole = withAnswer(given, question.id, '年份', '2026')
    expect(missingOf(whole, question)).toEqual([])
    expect(answersOf(whole, [question])).toEqual({ 'words:类别': { A类: 'a', B类: '', 年份: '2026' } })
  })
})

describe('the files of an upload', () => {
  const file = (path: string) => ({ name: path.split('/').at(-1) ?? '', webkitRelativePath: path.includes('/') ? path : '' })
  const names = (files: { name: string }[]) => files.map(({ name }) => name)

  it('are the tables of a package, or what can be read at the top of another folder', () => {
    const folder = ['p/manifest.json', 'p/households.csv', 'p/notes.csv', 'p/sources/u/x.csv'].map(file)
    expect(names(wantedOf(folder))).toEqual(['manifest.json', 'households.csv'])
    const ledgers = ['l/甲镇.xlsx', 'l/~$甲镇.xlsx', 'l/乙乡.xls', 'l/old/丙村.xlsx', 'l/photo.jpg'].map(file)
    expect(names(wantedOf(ledgers))).toEqual(['甲镇.xlsx', '乙乡.xls'])
    expect(names(wantedOf([file('a.zip'), file('b.png')]))).toEqual(['a.zip'])
  })

  it('are one import each where they are workbooks, and one together where they are a package', () => {
    expect(importsOf([file('甲.xlsx'), file('乙.XLSX')]).length).toBe(2)
    expect(importsOf([file('households.csv'), file('persons.csv')]).length).toBe(1)
  })
})

describe('the steps of an import', () => {
  const stand = (state: Parameters<typeof stepsOf>[0]['state'], kind: 'ledger' | 'package', needsSecond: boolean) =>
    stepsOf({ state, kind, needsSecond }).map((step) => `${step.label} ${step.state}`)

  it('are those it needs, told as done, open or waiting', () => {
    expect(stand('asking', 'ledger', false)).toEqual(['检查 done', '确认读法 open', '核对差异 waiting', '写入名册 waiting'])
    expect(stand('confirming', 'package', true)).toEqual(['检查 done', '核对差异 done', '另一人确认 open', '写入名册 waiting'])
    expect(stand('done', 'package', false)).toEqual(['检查 done', '核对差异 done', '写入名册 done'])
    expect(stand('failed', 'package', false)).toEqual([])
  })

  it('name columns as the spreadsheet does', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  })
})
