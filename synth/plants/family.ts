import { addDays, addMonths } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import type { Human } from '../people.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const register = 'police/register'
const marriages = 'civil_affairs/marriages'
const somebody = (k: Kit): 'existing' | 'new' => (k.world.rng.permille(500) ? 'new' : 'existing')

/** A head of a household who states to be single, and somebody who is not in the household. */
function lonely(k: Kit): { h: Draft; p: Person; other: Human } {
  const h = k.household({ kind: somebody(k), programme: 'rural' })
  const p = h.head()
  p.row.cells.marital_status = '10'
  return { h, p, other: h.human({ sex: p.sex === '1' ? '2' : '1' }) }
}

/** A person of another number with the given human's name: what a typing mistake makes of him. */
function mistyped(h: Draft, human: Human): Human {
  return { ...h.human({ birth: human.birth, sex: human.sex }), name: human.name }
}

const marriagePlants: readonly Scenario[] = [
  main('自报未婚而已登记结婚', (k) => {
    const { h, p, other } = lonely(k)
    h.expect('FAM-1', p, marriages, h.marriage(p, other))
  }),
  also('补领结婚证，本人为乙方', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(other, p, { registered_on: addMonths(k.asOf, -90) })
    h.expect('FAM-1', p, marriages, h.marriage(other, p, { kind: 'reissue', registered_on: addMonths(k.asOf, -9) }))
  }),
  also('其后已离婚', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other)
    h.marriage(p, other, { kind: 'divorce', registered_on: addMonths(k.asOf, -3) })
    h.forbid('FAM-1', p)
  }),
  also('同日结婚离婚：按记录号先后', (k) => {
    const { h, p, other } = lonely(k)
    const day = addMonths(k.asOf, -3)
    const ids = [k.world.recordId(marriages), k.world.recordId(marriages)].sort()
    h.marriage(p, other, { kind: 'divorce', registered_on: day, source_record_id: ids[1] as string })
    h.marriage(p, other, { registered_on: day, source_record_id: ids[0] as string })
    h.forbid('FAM-1', p)
  }),
  also('离婚登记已撤销', (k) => {
    const { h, p, other } = lonely(k)
    const id = h.marriage(p, other)
    h.marriage(p, other, { kind: 'divorce', registered_on: addMonths(k.asOf, -3), state: 'void' })
    h.expect('FAM-1', p, marriages, id)
  }),
  also('丧偶：配偶在死亡名单', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other)
    h.source(k.world.rng.permille(500) ? 'police/deaths' : 'civil_affairs/funerals', other)
    h.forbid('FAM-1', p)
  }),
  also('死亡名单同号不同名，不算丧偶', (k) => {
    const { h, p, other } = lonely(k)
    const id = h.marriage(p, other)
    h.source('police/deaths', other, { name: h.human().name })
    h.expect('FAM-1', p, marriages, id)
  }),
  also('婚姻登记无效', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other, { state: 'void' })
    h.forbid('FAM-1', p)
  }),
  also('配偶已列名但号码录错', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other)
    const listed = h.list(mistyped(h, other), 'spouse')
    listed.register = null
    h.absent.add(register)
    h.forbid('FAM-1', p)
  }),
  also('配偶列名但不计入', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other)
    h.list(other, 'spouse').row.cells.counted = 'no'
    h.forbid('FAM-1', p)
  }),
  also('配偶只列为义务人', (k) => {
    const { h, p, other } = lonely(k)
    h.support(p, 'spouse', other)
    h.expect('FAM-1', p, marriages, h.marriage(p, other))
  }),
  also('结婚登记的姓名是别人', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage({ ...p, name: h.human().name }, other)
    h.forbid('FAM-1', p)
  }),
  also('有成员被隔离，不判断婚姻', (k) => {
    const { h, p, other } = lonely(k)
    h.marriage(p, other)
    const lost = h.add('other')
    h.spoil(lost.row, 'counted', 'maybe', 'CODE_UNKNOWN', 'error')
    h.forbid('FAM-1', p)
  }),
]

function housemate(k: Kit, relation = 'brother'): { h: Draft; p: Person; mate: Human } {
  const h = k.household({ kind: somebody(k), programme: 'rural' })
  const p = h.head()
  return { h, p, mate: h.human(relation === 'brother' ? {} : { age: 27 }) }
}

const bookPlants: readonly Scenario[] = [
  main('同户口簿成年兄弟未申报', (k) => {
    const { h, mate } = housemate(k)
    const ids = [h.registerOf(mate, h.book), h.registerOf(mate, h.book)].sort()
    h.expect('FAM-3', null, register, ids[0] as string)
    h.forbid('FAM-3', null, ids[1])
  }),
  also('同簿儿子已列为义务人', (k) => {
    const { h, p, mate } = housemate(k, 'son')
    const s = h.support(p, 'son', mate)
    s.register = null
    h.registerOf(mate, h.book, { [p.sex === '1' ? 'father_id' : 'mother_id']: p.id })
    h.forbid('FAM-3', null)
    h.forbid('FAM-5', p)
  }),
  also(
    '同簿者另有本人的低保档案',
    (k) => {
      const { h, mate } = housemate(k)
      h.registerOf(mate, h.book)
      const other = k.existing()
      const listed = other.list(mate, 'head')
      listed.register = null
      h.forbid('FAM-3', null)
    },
    2,
  ),
  also('同簿者已死亡', (k) => {
    const { h, mate } = housemate(k)
    h.registerOf(mate, h.book)
    h.source('civil_affairs/funerals', mate)
    h.forbid('FAM-3', null)
  }),
  also('同簿者为集体户或已注销', (k) => {
    const { h, mate } = housemate(k)
    h.registerOf(
      mate,
      h.book,
      k.world.rng.permille(500) ? { register_type: 'collective' } : { state: 'cancelled', cancel_reason: 'moved_out' },
    )
    h.forbid('FAM-3', null)
  }),
  also('本人在学校集体户', (k) => {
    const { h, p, mate } = housemate(k)
    const dormitory = `HH${k.world.token('book')}`
    Object.assign(p.register?.cells ?? {}, { register_type: 'school_collective', register_household_no: dormitory })
    h.registerOf(mate, dormitory)
    h.forbid('FAM-3', null)
  }),
  also('同簿者已列名但号码录错', (k) => {
    const { h, mate } = housemate(k)
    h.registerOf(mate, h.book)
    const p = h.list(mistyped(h, mate), 'sibling')
    p.register = null
    h.absent.add(register)
    h.forbid('FAM-3', null)
  }),
  also('有义务人被隔离，不判断漏报', (k) => {
    const { h, p, mate } = housemate(k)
    h.registerOf(mate, h.book)
    const lost = h.supporter(p, 'sibling')
    h.spoil(lost.row, 'monthly_income', '1.2E+05', 'MONEY_INVALID', 'error')
    h.forbid('FAM-3', null)
    h.forbid('FAM-5', p)
  }),
  also('不计入的成员的户口簿不看', (k) => {
    const h = k.existing()
    h.head()
    const p = h.add('other')
    p.row.cells.counted = 'no'
    const book = `HH${k.world.token('book')}`
    Object.assign(p.register?.cells ?? {}, { register_household_no: book })
    h.registerOf(h.human(), book)
    h.forbid('FAM-3', null)
  }),
]

/** A grown child of the household's head, who is on no list. */
function grownChild(k: Kit, birth?: string): { h: Draft; p: Person; son: Human; link: Record<string, string> } {
  const h = k.household({ kind: somebody(k), programme: 'rural' })
  const p = h.head({ age: 66 })
  return {
    h,
    p,
    son: h.human(birth === undefined ? { age: 38 } : { birth }),
    link: { [p.sex === '1' ? 'father_id' : 'mother_id']: p.id },
  }
}
const ownBook = (k: Kit): string => `HH${k.world.token('book')}`

const supportPlants: readonly Scenario[] = [
  main('第三个儿子不在义务人名单', (k) => {
    const { h, p, son, link } = grownChild(k)
    h.supporter(p, 'son', { sex: '1', age: 40 })
    h.expect('FAM-5', p, register, h.registerOf(son, ownBook(k), link))
  }),
  also('父母同为成员：记在编号小者', (k) => {
    const h = k.existing()
    const p = h.head({ age: 66, sex: '1' })
    const wife = h.add('spouse', { age: 64 })
    const son = h.human({ age: 36 })
    h.expect('FAM-5', p, register, h.registerOf(son, ownBook(k), { father_id: p.id, mother_id: wife.id }))
    h.forbid('FAM-5', wife)
  }),
  also('子女已死亡', (k) => {
    const { h, p, son, link } = grownChild(k)
    h.registerOf(son, ownBook(k), link)
    h.source('police/deaths', son)
    h.forbid('FAM-5', p)
  }),
  also('子女已列名但号码录错', (k) => {
    const { h, p, son, link } = grownChild(k)
    h.registerOf(son, ownBook(k), link)
    const s = h.support(p, 'son', mistyped(h, son))
    s.register = null
    h.absent.add(register)
    h.forbid('FAM-5', p)
  }),
  also('子女今日满十八岁', (k) => {
    const { h, p, son, link } = grownChild(k, addMonths(k.asOf, -216))
    h.expect('FAM-5', p, register, h.registerOf(son, ownBook(k), link))
  }),
  also('子女明日满十八岁', (k) => {
    const { h, p, son, link } = grownChild(k, addDays(addMonths(k.asOf, -216), 1))
    h.registerOf(son, ownBook(k), link)
    h.forbid('FAM-5', p)
  }),
  also('未成年成员的父亲未申报', (k) => {
    const h = k.existing()
    h.head({ sex: '2' })
    const child = h.add('child')
    const father = h.human({ sex: '1', age: 41 })
    Object.assign(child.register?.cells ?? {}, { father_id: father.id })
    h.expect('FAM-5', child, register, h.registerOf(father, ownBook(k)))
  }),
  also('未成年成员的父亲户口已注销', (k) => {
    const h = k.existing()
    h.head({ sex: '2' })
    const child = h.add('child')
    const father = h.human({ sex: '1', age: 41 })
    Object.assign(child.register?.cells ?? {}, { father_id: father.id })
    h.registerOf(father, ownBook(k), { state: 'cancelled', cancel_reason: 'abroad' })
    h.forbid('FAM-5', child)
  }),
  also('一人既是老人之子又是孙辈之父：两行', (k) => {
    const h = k.existing()
    const elder = h.head({ age: 68, sex: '1' })
    const child = h.add('grandchild', { age: 12 })
    const son = h.human({ sex: '1', age: 40 })
    Object.assign(child.register?.cells ?? {}, { father_id: son.id })
    const id = h.registerOf(son, ownBook(k), { father_id: elder.id })
    h.expect('FAM-5', elder, register, id)
    h.expect('FAM-5', child, register, id)
  }),
  also('有成员被隔离，不判断义务人', (k) => {
    const { h, p, son, link } = grownChild(k)
    h.registerOf(son, ownBook(k), link)
    const lost = h.add('other')
    lost.row.shape = 'short'
    lost.row.faults.push({ column: '', code: 'COLUMN_COUNT', severity: 'error' })
    h.forbid('FAM-5', p)
  }),
]

export const familyPlants: readonly Scenario[] = [...marriagePlants, ...bookPlants, ...supportPlants]
