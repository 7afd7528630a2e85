import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import { type Scope, wholeScope } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import {
  declareHousehold,
  folderSource,
  type HouseholdDeclaration,
  importPackage,
  listSubjectIndexes,
  loadHouseholdBatch,
  loadHouseholdFile,
  matchOfficials,
  searchHouseholds,
  setAid,
  signAuthorisations,
} from './index.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options = { asOf: '2026-10-12', limits, by: 'clerk', at: '2026-10-12T01:00:00.000Z' }
const on = '2026-10-12'
const village: Scope = { lo: '629901001001', hi: '629901001002', actor: 'clerk' }
const elsewhere: Scope = { lo: '629901100000', hi: '629901101000', actor: 'other' }

const newNumber = (born: string, order: string): string => {
  const body = `629901${born}${order}`
  return body + checkCharacter(body)
}

const household = {
  programme: 'urban',
  kind: 'new',
  division_code: '629901001001',
  address: '甲子春山社区1组1号',
  applied_on: '2026-10-10',
  account_no: '6217000012345678903',
  account_holder: '丁新来',
}

/** A family of two with a supporter, papers and declared lines, as an intake form sends it. */
function family(order: string): HouseholdDeclaration {
  const adult = { work_status: 'flexible', student_level: 'none', marital_status: '30', health: 'good', counted: 'yes' }
  const head = {
    name: '丁新来',
    id_number: newNumber('19800101', `${order}1`),
    gender: '1',
    birth_date: '1980-01-01',
    relation: 'head',
  }
  const child = {
    name: '丁小来',
    id_number: newNumber('20120304', `${order}3`),
    gender: '1',
    birth_date: '2012-03-04',
    relation: 'child',
  }
  const brother = {
    name: '丁大来',
    id_number: newNumber('19780506', `${order}5`),
    relation: 'sibling',
    supported_person_no: '+head',
  }
  const period = { period_from: '2025-10', period_to: '2026-09' }
  return {
    householdNo: null,
    household,
    persons: [
      { person_no: '+head', ...head, ...adult, phone: '13900001234' },
      { person_no: '+child', ...child, ...adult, work_status: 'minor', marital_status: '10', student_level: 'junior' },
    ],
    supporters: [{ ...brother, monthly_income: '5200', household_persons: '3' }],
    authorisations: [
      { subject_no: '+head', signature: 'signed', signed_on: '2026-10-10', items: 'all' },
      { subject_no: '+child', signature: 'guardian', signed_on: '2026-10-10', valid_to: '2027-10-10', items: 'all' },
    ],
    incomes: [{ person_no: '+head', item: 'wage', amount: '9600.00', ...period }],
    assets: [{ person_no: '+head', kind: 'deposit', amount: '1,200.00' }],
    expenditures: [{ person_no: '+child', kind: 'education', amount: '800', ...period }],
  }
}

const newsOf = (db: TestDb, name: string) =>
  db.as(undefined, (tx) =>
    tx.query<{ payload: Record<string, unknown> }>('select payload from outbox_event where name = $1 order by event_id', [name]),
  )

async function imported(): Promise<TestDb> {
  const db = await testDb()
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), {
    asOf: '2026-09-30',
    limits,
    actor: 'system:test',
    now: () => '2026-10-01T00:00:00.000Z',
    newId: randomUUID,
  })
  return db
}

describe('a household declared', async () => {
  const db = await imported()
  const declare = (declaration: HouseholdDeclaration, scope: Scope = village) =>
    db.as(scope, (tx) => declareHousehold(tx, db.keys, declaration, options))
  const batchOf = (householdNo: string) => db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [householdNo]))
  let householdNo = ''

  beforeAll(async () => {
    householdNo = (await declare(family('01'))).householdNo ?? ''
  })

  it('is written as the import writes it, with numbers of its own', async () => {
    const batch = await batchOf(householdNo)
    expect(householdNo).toMatch(/^H001001N\d{7}$/)
    expect(batch.households[0]).toMatchObject({ kind: 'new', account_no: '6217000012345678903', incomplete: false })
    expect(batch.persons.map(({ name, id_number }) => [name, id_number])).toEqual([
      ['丁新来', newNumber('19800101', '011')],
      ['丁小来', newNumber('20120304', '013')],
    ])
    const [head = '', child = ''] = batch.persons.map(({ person_no }) => person_no)
    expect(batch.supporters[0]).toMatchObject({ supported_person_no: head, monthly_income: 520_000 })
    expect(batch.authorisations.map(({ subject_no }) => subject_no).sort()).toEqual([head, child].sort())
    expect([batch.incomes[0]?.amount, batch.assets[0]?.amount, batch.expenditures[0]?.person_no]).toEqual([
      960_000,
      120_000,
      child,
    ])
    const found = await db.as(village, (tx) => searchHouseholds(tx, db.keys, { text: 'dxl', on }))
    expect(found.rows).toMatchObject([{ householdNo, headName: '丁新来', persons: 2, aid: 'none' }])
  })

  it('warns as the import warns, and accepts', async () => {
    const doubtful = family('03')
    const [head = {}, child = {}] = doubtful.persons ?? []
    const persons = [
      { ...head, gender: '2' },
      { ...child, relation: '' },
    ]
    const outcome = await declare({ ...doubtful, persons })
    expect(outcome.accepted).toBe(true)
    expect(outcome.issues.map(({ table, key, column, code, severity }) => [table, key, column, code, severity])).toEqual(
      expect.arrayContaining([
        ['persons', '+head', 'gender', 'IDQ-4', 'warn'],
        ['persons', '+child', 'relation', 'IDQ-9', 'warn'],
        ['declared_assets', '', 'amount', 'MONEY_NORMALISED', 'warn'],
      ]),
    )
    const again = await declare({ ...family('05'), persons: persons.map((row) => ({ ...row })) })
    expect(again.issues).toEqual(expect.arrayContaining([expect.objectContaining({ column: 'id_number', code: 'IDQ-8' })]))
  })

  it('is refused as a whole, with every reason once, and writes nothing', async () => {
    const count = () => db.as(undefined, (tx) => tx.one<{ n: number }>('select count(*)::int as n from household'))
    const before = await count()
    const bad = family('07')
    const [head = {}, ...rest] = bad.persons ?? []
    const outcome = await declare({
      ...bad,
      persons: [{ ...head, id_number: '110' }, ...rest],
      assets: [{ person_no: '+child', kind: 'yacht' }],
    })
    expect(outcome).toMatchObject({ accepted: false, householdNo: null, touchedSubjects: [] })
    expect(outcome.issues.map(({ table, row, code }) => [table, row, code])).toEqual([
      ['persons', 1, 'IDQ-1'],
      ['declared_assets', 1, 'CODE_UNKNOWN'],
    ])
    expect(outcome.issues[0]).toMatchObject({
      tableLabel: '家庭成员',
      columnLabel: '公民身份号码',
      remedy: expect.stringContaining('请'),
    })
    expect(await count()).toEqual(before)
  })

  it('says what is no declaration', async () => {
    await expect(declare({ ...family('09'), persons: [] })).rejects.toThrow(/至少登记一名/)
    await expect(declare({ ...family('09'), household: { ...household, colour: 'red' } })).rejects.toThrow(/没有“colour”这一列/)
    await expect(declare({ ...family('09'), household: { ...household, division_code: '629901100001' } })).rejects.toThrow(
      /不在您的辖区内/,
    )
    await expect(declare({ householdNo: 'H100201000008', household: { address: 'x' } })).rejects.toThrow(
      /不存在，或不在您的辖区内/,
    )
    const twice = family('09').persons?.map((row) => ({ ...row, person_no: '+head' })) ?? []
    await expect(declare({ ...family('09'), persons: twice })).rejects.toThrow(/出现了两次/)
    const foreign = await declare({
      householdNo,
      household: {},
      authorisations: [{ subject_no: 'H001001000005-1', signature: 'signed', signed_on: '2026-10-10', items: 'all' }],
    })
    expect(foreign).toMatchObject({ accepted: false, issues: [{ column: 'subject_no', code: 'REF_NOT_FOUND' }] })
  })

  it('shows its file, which may be declared again without a change', async () => {
    const file = await db.as(village, (tx) => loadHouseholdFile(tx, db.keys, householdNo, on))
    expect(file).toMatchObject({ headName: '丁新来', accountMasked: '***************8903', incomplete: false })
    expect(file.persons).toMatchObject([
      { name: '丁新来', age: 46, gender: '1', workStatusLabel: '灵活就业', role: 'member' },
      { name: '丁小来', age: 14, studentLevel: 'junior' },
      { name: '丁大来', role: 'supporter', healthLabel: null },
    ])
    expect(file.authorisations.map(({ state }) => state)).toEqual(['signed', 'guardian', 'missing'])
    expect(JSON.stringify(file)).not.toContain(newNumber('19800101', '011'))
    expect(JSON.stringify(file)).not.toContain('13900001234')
    const before = await newsOf(db, 'registry.corrected')
    const outcome = await declare(file.declaration)
    expect(outcome).toMatchObject({ accepted: true, householdNo, touchedSubjects: [] })
    expect((await batchOf(householdNo)).persons[0]).toMatchObject({
      phone: '13900001234',
      id_number: newNumber('19800101', '011'),
    })
    expect(await newsOf(db, 'registry.corrected')).toEqual(before)
    await expect(db.as(elsewhere, (tx) => loadHouseholdFile(tx, db.keys, householdNo, on))).rejects.toThrow(/不在您的辖区内/)
  })

  it('is replaced as a whole: who leaves goes with all that is theirs, and the change is told', async () => {
    const { declaration } = await db.as(village, (tx) => loadHouseholdFile(tx, db.keys, householdNo, on))
    const [head = {}, child = {}] = declaration.persons ?? []
    const alone = { ...declaration, persons: [{ ...head, marital_status: '40' }] }
    const dangling = await declare(alone)
    expect(dangling).toMatchObject({
      accepted: false,
      issues: [
        { table: 'authorisations', column: 'subject_no', code: 'REF_NOT_FOUND' },
        { table: 'declared_expenditure', column: 'person_no', code: 'REF_NOT_FOUND' },
      ],
    })
    const { authorisations: _, expenditures: __, ...left } = alone
    expect(await declare(left)).toMatchObject({
      accepted: false,
      issues: [{ table: 'declared_expenditure', code: 'REF_NOT_FOUND' }],
    })
    const { authorisations: ___, ...unsigned } = alone
    const outcome = await declare({ ...unsigned, expenditures: [] })
    expect(outcome.issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(outcome.accepted).toBe(true)
    expect(outcome.touchedSubjects).toEqual([head.person_no, child.person_no].sort())
    const batch = await batchOf(householdNo)
    expect(batch.persons).toMatchObject([{ marital_status: '40' }])
    expect(batch.authorisations.map(({ subject_no }) => subject_no)).toEqual([head.person_no])
    const [news] = (await newsOf(db, 'registry.corrected')).slice(-1)
    expect(news?.payload).toEqual({ householdNos: [householdNo], subjectNos: outcome.touchedSubjects, known: true })
    const back = await declare({
      householdNo,
      household: {},
      persons: [{ person_no: head.person_no ?? '' }, { ...child, person_no: '', id_number: newNumber('20120304', '013') }],
    })
    expect(back.accepted).toBe(true)
    expect((await batchOf(householdNo)).persons[1]?.person_no).not.toBe(child.person_no)
  })

  it('settles what the import refused about it', async () => {
    const { no } = await db.as(undefined, (tx) =>
      tx.one<{ no: string }>(
        `select q.household_no as no from quarantined_row q join household h using (household_no)
         where q.state = 'open' and q.quarantined and q.file = 'persons.csv' and h.persons_count > 0 order by 1 limit 1`,
      ),
    )
    const { declaration, incomplete } = await db.as(undefined, (tx) => loadHouseholdFile(tx, db.keys, no, on))
    expect(incomplete).toBe(true)
    const outcome = await declare(declaration, wholeScope('test'))
    expect(outcome.issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect((await batchOf(no)).households[0]?.incomplete).toBe(false)
  })

  it('takes papers, and tells of a withdrawal', async () => {
    const [person] = (await batchOf(householdNo)).persons
    const paper = {
      subjectNo: person?.person_no ?? '',
      signature: 'signed',
      signedOn: '2026-10-11',
      validTo: '2027-04-11',
      items: ['finance', 'property'],
    } as const
    const sign = (papers: Parameters<typeof signAuthorisations>[3]) =>
      db.as(village, (tx) => signAuthorisations(tx, db.keys, householdNo, papers, options))
    const before = await newsOf(db, 'registry.corrected')
    expect(await sign([paper])).toMatchObject({ accepted: true, touchedSubjects: [person?.person_no] })
    const papers = (await batchOf(householdNo)).authorisations.filter(({ subject_no }) => subject_no === person?.person_no)
    expect(papers.map(({ items }) => items)).toEqual([['all'], ['finance', 'property']])
    const [, second] = papers
    await sign([{ ...paper, authorisationNo: second?.authorisation_no ?? '', validTo: '2028-01-01', items: ['all'] }])
    expect(
      (await batchOf(householdNo)).authorisations.find(({ authorisation_no }) => authorisation_no === second?.authorisation_no),
    ).toMatchObject({ valid_to: '2028-01-01', items: ['all'] })
    expect(await sign([{ ...paper, validTo: '2020-01-01' }])).toMatchObject({
      accepted: false,
      issues: [{ column: 'valid_to', code: 'PERIOD_REVERSED' }],
    })
    await expect(sign([])).rejects.toThrow(/没有要登记的授权书/)
    expect(await newsOf(db, 'registry.corrected')).toEqual(before)
    const withdrawn = { authorisation_no: second?.authorisation_no ?? '', withdrawn_on: '2026-10-12' }
    await declare({ householdNo, household: {}, authorisations: [withdrawn] })
    expect((await newsOf(db, 'registry.authorisation-withdrawn')).at(-1)?.payload).toEqual({
      withdrawals: [{ authorisationNo: second?.authorisation_no, withdrawnOn: '2026-10-12' }],
    })
  })

  it('outlives a package that does not have it', async () => {
    const before = await batchOf(householdNo)
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), {
      asOf: '2026-10-13',
      limits,
      actor: 'system:test',
      now: () => '2026-10-13T00:00:00.000Z',
      newId: randomUUID,
      complete: { confirmedBy: 'second' },
    })
    expect(await batchOf(householdNo)).toEqual(before)
  })

  it('takes a decision, which no later package overlooks', async () => {
    const aid = { aidFrom: '2026-11', aidTo: '2027-10', tier: 'B', approvedAmount: 65_000 }
    expect(await db.as(village, (tx) => setAid(tx, householdNo, aid))).toBe('629901001001')
    expect((await batchOf(householdNo)).households[0]).toMatchObject({
      kind: 'existing',
      aid_from: '2026-11',
      approved_amount: 65_000,
      tier: 'B',
    })
    const none = { aidFrom: null, aidTo: null, tier: null, approvedAmount: null }
    await db.as(village, (tx) => setAid(tx, householdNo, none))
    expect((await batchOf(householdNo)).households[0]).toMatchObject({ kind: 'new', aid_from: null, approved_amount: null })
    const set = (more: object) => db.as(village, (tx) => setAid(tx, householdNo, { ...aid, ...more }))
    await expect(set({ aidTo: '2026-01' })).rejects.toThrow(/早于起始月/)
    await expect(set({ tier: 'Z' })).rejects.toThrow(/不在代码表内/)
    await expect(set({ approvedAmount: 1.5 })).rejects.toThrow(/整数/)
    await expect(set({ aidFrom: '2026-13' })).rejects.toThrow(/起始月/)
    await expect(db.as(elsewhere, (tx) => setAid(tx, householdNo, aid))).rejects.toThrow(/不在您的辖区内/)
    const content = await db.as(undefined, (tx) =>
      tx.one<{ n: number }>('select length(content) as n from household where household_no = $1', [householdNo]),
    )
    expect(content.n).toBe(0)
  })

  it('names the officials who are in it or filed it, wherever they serve', async () => {
    const { number, official } = await db.as(undefined, async (tx) => {
      const [row] = await tx.query<{ official_no: string }>(
        `select official_no from official where division_code >= '629901100000' order by 1 limit 1`,
      )
      const { loadOfficials } = await import('./index.ts')
      const list = await loadOfficials(tx, db.keys)
      const found = list.find(({ official_no }) => official_no === row?.official_no)
      return { number: found?.id_number ?? '', official: found?.official_no }
    })
    const declared = await declare({
      householdNo,
      household: {},
      supporters: [
        {
          name: '某',
          id_number: number,
          relation: 'sibling',
          supported_person_no: (await batchOf(householdNo)).persons[0]?.person_no ?? '',
        },
      ],
    })
    expect(declared).toMatchObject({ accepted: true, issues: [] })
    const match = (no: string, scope: Scope = village) => db.as(scope, (tx) => matchOfficials(tx, db.keys, no, on))
    expect(await match(householdNo)).toMatchObject([
      { officialNo: official, by: 'number', subjectName: '某', relationLabel: '本人' },
    ])
    expect(await match('H001001000020')).toMatchObject([
      { officialNo: 'G00020', by: 'filing', relationLabel: '兄弟姐妹', filedOn: '2023-01-04' },
    ])
    await expect(match('H100202000026')).rejects.toThrow(/不在您的辖区内/)
    const indexes = await db.as(village, (tx) => listSubjectIndexes(tx, householdNo))
    expect(indexes.map((index) => index.toString('hex'))).toContain(db.keys.blindIndex('id', number).toString('hex'))
  })
})
