import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import { type Basis, type LookupHead, readLookupAnswer, type UnitName } from '#sources/contract'
import { answerLookup } from './answer-lookup.ts'
import { FileStore } from './store/file-store.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
const root = mkdtempSync(join(tmpdir(), 'yingbao-lookup-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const person = (n: number): string => {
  const digits = `6299011970010${String(1000 + n)}`
  return digits + checkCharacter(digits)
}
const [father, son, daughter, lodger, moved, official, nobody] = [1, 2, 3, 4, 5, 6, 7].map(person) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
]

function put(unit: UnitName, record: string, columns: string, rows: readonly string[], state = 'answered'): void {
  const dir = join(root, unit)
  mkdirSync(dir, { recursive: true })
  const head = 'record,state,answered_on,as_of_date,period_from,period_to,row_count,note'
  writeFileSync(join(dir, 'manifest.csv'), `${head}\n${record},${state},,,,,,\n`)
  writeFileSync(join(dir, `${record}.csv`), [columns, ...rows].join('\n'))
}

const registerColumns =
  'source_record_id,as_of_date,id_number,name,former_name,gender,birth_date,nation,register_household_no,register_type,' +
  'relation_to_head,address,division_code,state,cancel_reason,state_date,father_id,mother_id,spouse_id'
const resident = (
  id: string,
  number: string,
  name: string,
  more: { book?: string; type?: string; state?: string; father?: string; spouse?: string } = {},
) =>
  `${id},2026-09-01,${number},${name},,1,1970-01-01,,${more.book ?? 'B1'},${more.type ?? 'family'},,,629901001001,${more.state ?? 'normal'},,,${more.father ?? ''},,${more.spouse ?? ''}`

beforeAll(() => {
  put('police', 'register', registerColumns, [
    resident('R1', father, '父'),
    resident('R2', son, '子', { father }),
    resident('R3', daughter, '女', { father, book: 'B2' }),
    resident('R4', lodger, '住客', { type: 'school_collective' }),
    resident('R5', moved, '迁出者', { state: 'cancelled', father }),
    resident('R6', official, '張官', { book: 'B3', spouse: father }),
    resident('R7', official, '别名', { book: 'B3', spouse: son }),
  ])
  put('civil_affairs', 'funerals', 'source_record_id,as_of_date,id_number,name,death_date,cremated_on,place', [
    `F1,2026-09-01,${father},父,2026-08-01,,`,
    `F2,2026-09-01,${son},别名,2026-08-01,,`,
  ])
  const aid = (id: string, number: string, project: string, from: string, to: string, state: string): string =>
    `${id},2026-09-01,${number},某某,${project},,,${from},${to},${state}`
  put(
    'disabled_federation',
    'certificates',
    'source_record_id,as_of_date,id_number,name,certificate_no,disability_class,grade,issued_on,valid_to,state,division_code',
    [
      `C1,2026-09-01,${father},父,,4,1,,2026-09-30,valid,629901001001`,
      `C2,2026-09-01,${son},子,,4,1,,2026-09-29,valid,629901001001`,
      `C3,2026-09-01,${daughter},女,,4,3,,2030-01-01,valid,629901001001`,
      `C4,2026-09-01,${lodger},住客,,4,2,,2030-01-01,cancelled,629901001001`,
      `C5,2026-09-01,${official},官,,4,2,,2030-01-01,valid,629902001001`,
    ],
  )
  put('housing', 'housing_aid', 'x', [])
  mkdirSync(join(root, 'aid'))
  writeFileSync(
    join(root, 'aid', 'manifest.csv'),
    'record,state,answered_on,as_of_date,period_from,period_to,row_count,note\nother_aid,answered,,,,,,\n',
  )
  writeFileSync(
    join(root, 'aid', 'other_aid.csv'),
    [
      'source_record_id,as_of_date,id_number,name,project,certificate_no,amount,from_month,to_month,state',
      aid('A1', father, 'orphan', '2026-09', '2026-09', 'active'),
      aid('A2', son, 'orphan', '2026-10', '', 'active'),
      aid('A3', daughter, 'orphan', '2026-01', '2026-08', 'active'),
      aid('A4', lodger, 'orphan', '2026-01', '', 'ended'),
      aid('A5', official, 'temporary', '2026-01', '', 'active'),
    ].join('\n'),
  )
})

async function ask(
  unit: UnitName,
  lookup: LookupHead['lookup'],
  items: readonly unknown[],
  more: Partial<LookupHead> = {},
  folder: string = unit,
) {
  const store = new FileStore(unit, { kind: 'package', dir: join(root, folder) }, join(root, `state-${folder}`))
  const head: LookupHead = { kind: 'lookup', campaign: 'c', batch: 1, round: 1, basis, lookup, ...more }
  const { lines, answered } = await answerLookup(
    head,
    items.map((item) => JSON.stringify(item)),
    unit,
    await store.prepare(basis),
  )
  await store.close()
  return readLookupAnswer({ ...head, unit, answered, asked: items.length }, unit, lines)
}

const ids = (answer: { rows: readonly Readonly<Record<string, string | null>>[] }): string[] =>
  answer.rows.map((row) => row.source_record_id ?? '').sort()

describe('the register', () => {
  test('book: normal rows of family books, with no more than their columns', async () => {
    const answer = await ask('police', 'register_books', ['B1', 'B9'])
    expect(ids(answer)).toEqual(['R1', 'R2'])
    expect(answer.rows.find((row) => row.source_record_id === 'R2')).toEqual({
      source_record_id: 'R2',
      as_of_date: '2026-09-01',
      id_number: son,
      name: '子',
      register_household_no: 'B1',
    })
  })
  test('children of a parent, in whichever book', async () => {
    const answer = await ask('police', 'register_children', [father])
    expect(ids(answer)).toEqual(['R2', 'R3'])
    expect(answer.rows.map((row) => row.father_id)).toEqual([father, father])
  })
  test('a person by number, normal rows only', async () => {
    expect(ids(await ask('police', 'register_persons', [father, moved, nobody]))).toEqual(['R1'])
  })
  test("an official's links by number and same name", async () => {
    const answer = await ask('police', 'register_officials', [{ id: official, name: '张官' }])
    expect(answer.rows).toEqual([{ id_number: official, name: '張官', father_id: null, mother_id: null, spouse_id: father }])
  })
})

test('deaths: yes only for the number under the same name', async () => {
  const answer = await ask('civil_affairs', 'deaths', [
    { id: nobody, name: '无' },
    { id: father, name: '父' },
    { id: son, name: '子' },
  ])
  expect([answer.answered, answer.yes]).toEqual([true, [1]])
})

test('a look-up on a record type that is unanswered as a whole says so', async () => {
  const answer = await ask('police', 'deaths', [{ id: father, name: '父' }])
  expect([answer.answered, answer.yes]).toEqual([false, []])
})

test("the federation's list: valid on the day, of the grades, in the district", async () => {
  const answer = await ask('disabled_federation', 'disability_list', [], { grades: ['1', '2'], districtPrefix: '629901' })
  expect(answer.rows.map((row) => [row.source_record_id, row.id_number, row.name])).toEqual([['C1', father, '父']])
})

test('other aid: active in the month of the day, of the projects', async () => {
  const people = [father, son, daughter, lodger, official].map((id) => ({ id, name: '某某' }))
  const answer = await ask('civil_affairs', 'aid_active', people, { projects: ['orphan'] }, 'aid')
  expect(answer.yes).toEqual([0])
})

test('a unit refuses a look-up it has no record type for', async () => {
  await expect(ask('housing', 'deaths', [{ id: father, name: '父' }])).rejects.toThrow('没有')
})
