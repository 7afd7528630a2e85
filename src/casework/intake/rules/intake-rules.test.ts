import { describe, expect, it } from 'vitest'
import { assessHousehold, assessmentBasis, loadPack, packAt } from '#policy'
import type { Draft, DraftChange, DraftRow } from '../contract/draft.ts'
import { placeDoubt } from './application-place.ts'
import { applyChanges, emptyDraft } from './draft-changes.ts'
import { declarationOf, draftFrom, sectionOfTable, withNumbers } from './draft-declaration.ts'
import { gapsOf } from './draft-gaps.ts'
import { memberFacts, verdictsOf } from './members.ts'
import { isInCircle, relatedReasons } from './related.ts'
import { isSigned, signersOf } from './signers.ts'

const on = '2026-11-26'
const terms = { on, maxAge: 120, hasAccount: false }
const rowOf = (id: string, values: Record<string, string>, known: string[] = []): DraftRow => ({ id, values, known })
const member = (id: string, values: Record<string, string>): DraftRow =>
  rowOf(id, {
    name: id,
    relation: 'child',
    birth_date: '1990-01-01',
    lives_together: 'yes',
    away: 'none',
    student_level: 'none',
    ...values,
  })
const withMembers = (...members: DraftRow[]): Draft => ({ ...emptyDraft({}), members })

describe('changes of a draft', () => {
  const set = (value: string, seen: string, column = 'address') =>
    ({ do: 'set', section: 'household', row: 'household', column, value, seen }) as const

  it('makes what nobody else touched, and gives two values where somebody did', () => {
    const first = applyChanges(emptyDraft({}), [set(' 一组 ', '')], terms)
    expect(first.draft.household.values.address).toBe('一组')
    const second = applyChanges(first.draft, [set('二组', ''), set('139', '', 'phone')], terms)
    expect(second.draft.household.values).toEqual({ address: '一组', phone: '139' })
    expect(second.conflicts).toMatchObject([{ mine: '二组', theirs: '一组', gone: false }])
    expect(applyChanges(first.draft, [set('一组', '')], terms).conflicts).toEqual([])
  })

  it('says that a row is gone, refuses a column that does not exist, and confirms what was known', () => {
    const draft = withMembers(rowOf('P1', { name: '甲' }, ['name']))
    const gone = applyChanges(draft, [{ do: 'set', section: 'members', row: 'P2', column: 'name', value: '乙', seen: '' }], terms)
    expect(gone.conflicts).toMatchObject([{ gone: true, mine: '乙' }])
    expect(() => applyChanges(draft, [set('x', '', 'colour')], terms)).toThrow(/没有“colour”这一项/)
    const typed = applyChanges(
      draft,
      [{ do: 'set', section: 'members', row: 'P1', column: 'name', value: '甲', seen: '甲' }],
      terms,
    )
    expect(typed.draft.members[0]?.known).toEqual([])
    const confirmed = applyChanges(draft, [{ do: 'confirm', section: 'members', row: 'P1' }], terms)
    expect(confirmed.draft.members[0]).toEqual({ id: 'P1', values: { name: '甲' }, known: [] })
  })

  it('takes sex and birth date from a citizen number, where nothing stands yet', () => {
    const number = (value: string): DraftChange => ({
      do: 'set',
      section: 'members',
      row: 'P1',
      column: 'id_number',
      value,
      seen: '',
    })
    const valuesAfter = (values: Record<string, string>, value: string) =>
      applyChanges(withMembers(rowOf('P1', values)), [number(value)], terms).draft.members[0]?.values
    const told = { gender: '2', birth_date: '1985-04-12' }
    expect(valuesAfter({}, '629901198504120029')).toEqual({ id_number: '629901198504120029', ...told })
    expect(valuesAfter({ gender: '1' }, '629901198504120029')).toMatchObject({ ...told, gender: '1' })
    expect(valuesAfter({}, '629901198504120020')).toEqual({ id_number: '629901198504120020' })
  })

  it('adds a row once, and takes it away', () => {
    const add = { do: 'add', section: 'incomes', row: '+abcd' } as const
    const added = applyChanges(emptyDraft({}), [add, add], terms).draft
    expect(added.incomes.length).toBe(1)
    const written = applyChanges(added, [{ ...set('1200', '', 'amount'), section: 'incomes', row: '+abcd' }], terms).draft
    const removal = { do: 'remove', section: 'incomes', row: '+abcd', seen: {} } as const
    const kept = applyChanges(written, [removal], terms)
    expect(kept.conflicts).toMatchObject([
      { row: '+abcd', column: '', mine: '移除这一行', theirs: expect.stringContaining('1200') },
    ])
    expect(kept.draft).toBe(written)
    expect(applyChanges(written, [{ ...removal, seen: { amount: '1200' } }], terms).draft.incomes).toEqual([])
    expect(applyChanges(added, [{ do: 'remove', section: 'incomes', row: '+abcd' }], terms).draft.incomes).toEqual([])
  })
})

describe('where a family registered in different places applies', () => {
  const doubt = (...rows: [registered: string, livesTogether: 'yes' | 'no'][]) =>
    placeDoubt(withMembers(...rows.map(([registered, lives_together], k) => member(`P${k}`, { registered, lives_together }))))

  it('is here where somebody is registered and lives, or where all are registered', () => {
    expect(doubt(['here', 'yes'], ['elsewhere', 'yes'])).toBeNull()
    expect(doubt(['elsewhere', 'yes'], ['here', 'yes'], ['province', 'no'])).toBeNull()
    expect(doubt(['here', 'no'], ['here', 'no'])).toBeNull()
  })

  it('is doubtful where nobody is registered, or the one who is lives elsewhere: told with the clause', () => {
    expect(doubt(['elsewhere', 'yes'], ['province', 'yes'])).toMatch(/没有家庭成员的户籍在本区县.*民发〔2021〕57号 第五条/)
    expect(doubt(['elsewhere', 'yes'], ['here', 'no'])).toMatch(/不在本地居住.*民发〔2021〕57号 第五条/)
  })

  it('is not judged while it was not asked of everybody', () => {
    expect(doubt(['elsewhere', 'yes'], ['', 'yes'])).toBeNull()
    expect(placeDoubt(withMembers())).toBeNull()
  })
})

describe('gaps', () => {
  const messages = (draft: Draft) => gapsOf(draft, terms).map((gap) => `${gap.section}.${gap.column}: ${gap.message}`)

  it('names what is missing, and takes silence for no answer', () => {
    const found = messages(emptyDraft({}))
    expect(found).toEqual(expect.arrayContaining(['household.address: 请填写家庭住址', 'members.: 请至少登记一名家庭成员']))
    expect(found.filter((text) => text.includes('确实没有的，请勾选')).length).toBe(4)
    const none = { no_supporters: 'yes', no_incomes: 'yes', no_assets: 'yes', no_expenditures: 'yes' }
    expect(messages(emptyDraft(none)).filter((text) => text.includes('确实没有的'))).toEqual([])
    expect(messages({ ...emptyDraft(none), incomes: [rowOf('+a', {})] })).toContain(
      'incomes.: 勾选了“没有”，却填写了收入，请核对',
    )
  })

  it('says how a value has to be written, and leaves masked ones alone', () => {
    const draft = withMembers(
      rowOf('A', { relation: 'head', id_number: '123', birth_date: '2030-01-01', gender: '7', counted: 'maybe' }),
      rowOf('B', { relation: 'head', id_number: '629901********0011' }),
    )
    const found = messages(draft)
    expect(found).toEqual(
      expect.arrayContaining([
        'members.id_number: 号码位数或校验位不对，请对照证件重新录入',
        'members.birth_date: 日期晚于今天，请核对',
        'members.gender: 请从列表中选择',
        'members.counted: 请选择是或否',
        'members.: 户主应恰为一人，现为 2 人',
      ]),
    )
    expect(found.filter((text) => text.startsWith('members.id_number')).length).toBe(1)
  })

  it('asks for the account, or why there is none yet; a payee needs an agreement and a reason', () => {
    const of = (values: Record<string, string>): string[] =>
      gapsOf({ ...withMembers(member('丁一', {})), household: rowOf('household', values) }, terms)
        .filter(({ column }) => /account|bank|payee/.test(column))
        .map(({ column }) => column)
    const whole = { bank_name: '农商银行', account_no: '6217 0000 0000 0000 129', account_holder: '丁一' }
    expect(of({})).toEqual(['bank_name', 'account_no', 'account_holder'])
    expect(of(whole)).toEqual([])
    expect(of({ no_account_reason: '尚未开户' })).toEqual([])
    expect(of({ no_account_reason: '无' })).toHaveLength(3)
    expect(of({ ...whole, no_account_reason: '尚未开户' })).toEqual(['no_account_reason'])
    expect(of({ ...whole, account_no: '62170' })).toEqual(['account_no'])
    expect(of({ ...whole, account_no: '****0129' })).toEqual([])
    expect(of({ ...whole, account_holder: '王五' })).toEqual(['account_holder', 'payee_reason'])
    expect(of({ ...whole, account_holder: '王五', account_proxy_filed: 'yes', payee_reason: '监护人代领' })).toEqual([])
  })

  it('leaves the account of a household that is paid alone, and asks only where none is registered', () => {
    const kept = { ...withMembers(), household: rowOf('household', { account_kept: 'yes', account_holder: '王五' }) }
    const asked = (hasAccount: boolean) => gapsOf(kept, { ...terms, hasAccount }).filter(({ column }) => /account/.test(column))
    expect(asked(true)).toEqual([])
    expect(asked(false)).toMatchObject([{ column: 'no_account_reason', message: expect.stringContaining('发放账户') }])
    const typed = { do: 'set', section: 'household', row: 'household', column: 'account_no', value: '6217', seen: '' } as const
    expect(() => applyChanges(kept, [typed], terms)).toThrow(/账号不在申请中更改/)
  })

  it('counts nothing that was only known, and finds the same number twice and a member that is gone', () => {
    const id = '629901198001010010'
    const draft: Draft = {
      ...withMembers(rowOf('A', { name: '甲', id_number: id }, ['name']), rowOf('B', { id_number: id })),
      incomes: [rowOf('+a', { person_no: 'C' })],
    }
    expect(messages(draft)).toEqual(
      expect.arrayContaining([
        'members.: 从登记信息带出，请与申请人核实后确认',
        'members.id_number: 与“甲”的号码相同，请核对',
        'incomes.person_no: 所选的家庭成员已不在名单中，请重新选择',
      ]),
    )
  })
})

describe('members', () => {
  const basis = assessmentBasis(packAt(loadPack('reference'), on))
  const ruled = (row: DraftRow) =>
    assessHousehold(basis, { programme: 'rural', members: [memberFacts(member('H', { relation: 'head' })), memberFacts(row)] })
      .members[1]

  it.each([
    ['a minor child apart', { birth_date: '2016-01-01', lives_together: 'no' }, true],
    ['an adult child at home', {}, true],
    ['an adult child apart', { lives_together: 'no' }, false],
    ['a bachelor student apart', { student_level: 'bachelor', lives_together: 'no' }, true],
    ['a master student at home', { student_level: 'master' }, false],
    ['a parent at home', { relation: 'parent' }, true],
    ['a parent with another child', { relation: 'parent', lives_together: 'no' }, false],
    ['a prisoner', { relation: 'spouse', away: 'serving' }, false],
    ['a conscript', { away: 'conscript' }, false],
    ['clergy away', { relation: 'parent', away: 'clergy' }, false],
    ['somebody missing', { relation: 'spouse', away: 'missing' }, false],
    ['a spouse on another register', { relation: 'spouse', lives_together: 'no' }, true],
    ['somebody without a duty', { relation: 'other' }, false],
    ['an adult who cannot live alone', { cannot_live_independently: 'yes', lives_together: 'no' }, true],
  ])('%s', (_what, values: Record<string, string>, counted) => {
    expect(ruled(member('X', values))?.counted).toBe(counted)
  })

  it('asks for a reason where a clerk enters otherwise', () => {
    const rulings = new Map([['X', { counted: true, reason: '配偶，计入' }]])
    const verdict = (values: Record<string, string>) => verdictsOf([member('X', values)], rulings, '第七条')[0]
    expect(verdict({})).toMatchObject({ counted: null, differs: false, settled: false })
    expect(verdict({ counted: 'yes' })).toMatchObject({
      differs: false,
      settled: true,
      ruledReason: '配偶，计入',
      clause: '第七条',
    })
    expect(verdict({ counted: 'no' })).toMatchObject({ differs: true, settled: false })
    expect(verdict({ counted: 'no', why: '已登记离家' })).toMatchObject({ differs: true, settled: true })
  })
})

describe('signers', () => {
  const draft: Draft = {
    ...withMembers(
      member('A', { relation: 'head', counted: 'yes' }),
      member('B', { birth_date: '2016-01-01', counted: 'yes' }),
      member('C', { counted: 'no' }),
    ),
    supporters: [rowOf('S', { name: '兄' })],
  }
  const terms18 = { guardianAge: 18, on, standing: new Set<string>() }
  const paper = (form: string, subjectNo: string, signature: 'signed' | 'guardian' | 'refused') =>
    ({ form, subjectNo, signature, signedOn: on, sha256: null }) as const

  it('asks adults for all three, the young and supporters for the authorisation, and nobody who does not count', () => {
    expect(signersOf(draft, [], terms18).map(({ row, kind, forms }) => [row, kind, forms.length])).toEqual([
      ['A', 'adult', 3],
      ['B', 'guarded', 1],
      ['S', 'supporter', 1],
    ])
  })

  it('takes a refusal for no signature, the newest paper for the one that counts, and an earlier authorisation for signed', () => {
    const signed = signersOf(draft, [paper('application', 'A', 'refused')], terms18)
    expect(isSigned(signed, 'application')).toBe(false)
    expect(
      isSigned(
        signersOf(draft, [paper('application', 'A', 'refused'), paper('application', 'A', 'signed')], terms18),
        'application',
      ),
    ).toBe(true)
    const standing = signersOf(draft, [paper('authorisation', 'S', 'signed')], { ...terms18, standing: new Set(['A', 'B']) })
    expect(isSigned(standing, 'authorisation')).toBe(true)
    expect(isSigned([], 'application')).toBe(false)
  })
})

describe('near relatives', () => {
  const circle = { circle: ['spouse', 'parent', 'grandparent'], clause: '第十一条' }
  const link = { name: '甲干部', roleLabel: '村干部', unit: null, post: null, inOffice: true, subjectName: '乙' } as const

  it('looks at a relation from both sides', () => {
    expect(isInCircle('child', circle.circle)).toBe(true)
    expect(isInCircle('grandchild', circle.circle)).toBe(true)
    expect(isInCircle('self', [])).toBe(true)
    expect(isInCircle('sibling', circle.circle)).toBe(false)
  })

  it('tells why: by number, by filing, as declared; not of those out of office or out of the circle', () => {
    const known = [
      { ...link, by: 'number', relation: null } as const,
      { ...link, by: 'filing', relation: 'spouse' } as const,
      { ...link, by: 'filing', relation: 'sibling' } as const,
      { ...link, by: 'number', relation: null, inOffice: false } as const,
    ]
    const declared = [{ by: 'declared', official: '丙', post: '主任', relation: 'parent', member: '乙' } as const]
    const reasons = relatedReasons(known, declared, circle)
    expect(reasons.map(({ by, clause }) => [by, clause])).toEqual([
      ['number', '第十一条'],
      ['filing', '第十一条'],
      ['declared', '第十一条'],
    ])
    expect(reasons[2]?.text).toBe('申请人申报：丙（主任）是乙的父母')
  })
})

describe('draft and registry', () => {
  const declaration = {
    householdNo: 'H1',
    household: { address: '一组', applied_on: '2020-01-01', programme: 'rural', tier: 'A' },
    persons: [{ person_no: 'P1', name: '甲', counted: 'yes', phone: '' }],
    incomes: [{ line_no: 'L1', person_no: 'P1', item: 'wage', amount: '10.00' }],
  }

  it('starts from what is known, all of it to be confirmed; whether somebody counts is asked anew', () => {
    const draft = draftFrom(declaration, { applied_on: on })
    expect(draft.household).toEqual({ id: 'household', values: { address: '一组', applied_on: on }, known: ['address'] })
    expect(draft.members).toEqual([{ id: 'P1', values: { name: '甲' }, known: ['name'] }])
    expect(draft.incomes[0]?.known).toEqual(['person_no', 'item', 'amount'])
  })

  it('declares what the registry has columns for, and goes over to its numbers', () => {
    const draft: Draft = {
      ...withMembers(member('+head', { relation: 'head', counted: 'yes', why: 'x' })),
      incomes: [rowOf('+a', { person_no: '+head', amount: '3' })],
    }
    const frame = { householdNo: null, divisionCode: '629901001001', programme: 'rural', authorisations: [] }
    const made = declarationOf(draft, frame)
    expect(made.household).toMatchObject({ kind: 'new', programme: 'rural', division_code: '629901001001' })
    expect(made.persons?.[0]).toMatchObject({ person_no: '+head', counted: 'yes' })
    expect(Object.keys(made.persons?.[0] ?? {})).not.toContain('why')
    expect(made.authorisations).toBeUndefined()
    expect(declarationOf(draft, { ...frame, householdNo: 'H1' }).household.kind).toBeUndefined()
    const numbered = withNumbers(draft, { '+head': 'P9', '+a': 'L9' })
    expect([numbered.members[0]?.id, numbered.incomes[0]?.id, numbered.incomes[0]?.values.person_no]).toEqual(['P9', 'L9', 'P9'])
    expect([sectionOfTable('persons'), sectionOfTable('authorisations')]).toEqual(['members', undefined])
  })
})
