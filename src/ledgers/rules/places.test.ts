import { expect, it } from 'vitest'
import { isOneApart, Places, shortName } from './places.ts'
import { Words } from './words.ts'

const NO_WORDS = { columns: {}, groups: {}, codes: {}, nothing: {}, yes: [], no: [], programme_titles: {}, totals: [], notes: [] }
const DIVISIONS = [
  { code: '629901100000', name: '戊辰镇', level: 'township', formerly: [] },
  { code: '629901100200', name: '戊辰春山村', level: 'village', formerly: ['老庄村'] },
  { code: '629901101000', name: '己巳乡', level: 'township', formerly: [] },
  { code: '629901101200', name: '春山村', level: 'village', formerly: [] },
]

function places(said: Record<string, string> = {}) {
  const learnt = Object.entries(said).map(([word, meaning]) => ({ kind: 'place' as const, field: '', word, meaning }))
  return new Places(DIVISIONS, new Words(NO_WORDS, [], learnt))
}

it.each([
  ['戊辰镇', '戊辰春山村', '629901100200'],
  ['戊辰镇', '戊辰春山', '629901100200'],
  ['戊辰', '春山村', '629901100200'],
  ['', '老庄', '629901100200'],
  ['', '戊辰镇戊辰春山村委会', '629901100200'],
  ['己巳乡', '春 山 村', '629901101200'],
  ['戊辰镇', '春三村', null],
  ['庚午镇', '春山村', null],
  ['戊辰镇', '', null],
])('%j %j is %j', (township, village, wanted) => {
  expect(places().find({ township, village }).code).toBe(wanted)
})

it('offers what is one character or the same sound away, and takes only divisions in force from what was answered', () => {
  const said = { township: '己巳乡', village: '春衫村' }
  expect(places().choices(said)).toMatchObject({ proposed: '629901101200' })
  expect(places({ '己巳乡/春衫村': '629901101200' }).find(said).code).toBe('629901101200')
  expect(places({ '己巳乡/春衫村': '629901199999' }).find(said).code).toBeNull()
  expect([isOneApart('春山', '春三'), isOneApart('春山', '春'), isOneApart('春山', '秋水')]).toEqual([true, true, false])
  expect(shortName('松岭社区居委会')).toBe('松岭')
})
