import { describe, expect, test } from 'vitest'
import { chairKey, isPostOf, type Kin, recusalsOf, type Sitter } from './recusal.ts'

const sitter = (part: Partial<Sitter>): Sitter => ({ key: 'm1', name: '甲干部', number: null, inOffice: false, ...part })
const kin = (part: Partial<Kin>): Kin => ({ name: '甲干部', relation: '丁新来的兄弟姐妹', number: null, here: false, ...part })

describe('who sits out of a deliberation', () => {
  test('a number decides for itself, whatever the names say', () => {
    const same = recusalsOf([sitter({ name: '改名人', number: 'n1' })], [kin({ number: 'n1' })], [])
    expect(same).toEqual({ recused: [{ key: 'm1', name: '改名人', relation: '丁新来的兄弟姐妹' }], unsure: [] })
    expect(recusalsOf([sitter({ number: 'n1' })], [kin({ number: 'n2' })], [])).toEqual({ recused: [], unsure: [] })
  })

  test('a declared relative of this village’s office is out by name; a mere namesake is asked about', () => {
    const declared = [kin({ here: true })]
    expect(recusalsOf([sitter({ inOffice: true })], declared, []).recused).toHaveLength(1)
    expect(recusalsOf([sitter({})], declared, [])).toEqual({
      recused: [],
      unsure: [{ key: 'm1', name: '甲干部', relation: '丁新来的兄弟姐妹' }],
    })
    expect(recusalsOf([sitter({ name: '甲 干部' })], [kin({})], []).unsure).toHaveLength(1)
    expect(recusalsOf([sitter({ name: '乙干部' })], declared, [])).toEqual({ recused: [], unsure: [] })
  })

  test('an answer settles it for its own sitter and relation only', () => {
    const answer = { key: 'm1', relation: '丁新来的兄弟姐妹', isKin: false }
    expect(recusalsOf([sitter({})], [kin({})], [answer])).toEqual({ recused: [], unsure: [] })
    expect(recusalsOf([sitter({})], [kin({})], [{ ...answer, isKin: true }]).recused).toHaveLength(1)
    expect(recusalsOf([sitter({ key: 'm2' })], [kin({})], [answer]).unsure).toHaveLength(1)
    expect(recusalsOf([sitter({})], [kin({ relation: '本人或共同生活的家庭成员' })], [answer]).unsure).toHaveLength(1)
  })

  test('the chair is asked about by name', () => {
    const chair = sitter({ key: chairKey('甲·干部'), name: '甲·干部' })
    expect(recusalsOf([chair], [kin({})], []).unsure).toEqual([
      { key: 'chair:甲干部', name: '甲·干部', relation: '丁新来的兄弟姐妹' },
    ])
  })

  test.each([
    ['甲子村委会主任', ['甲子村', '乙丑乡'], true],
    ['乙丑乡民政助理', ['甲子村', '乙丑乡'], true],
    ['丙寅村会计', ['甲子村', '乙丑乡'], false],
    ['主任', ['村', ''], false],
  ])('%s of %j: %s', (post, places, expected) => {
    expect(isPostOf(post, places)).toBe(expected)
  })
})
