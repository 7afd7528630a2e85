import { addDays, addMonths } from '../calendar.ts'
import type { Draft, Person } from '../draft.ts'
import { also, type Kit, main, type Scenario } from './kit.ts'

const register = 'police/register'
const outside = '629908101211'
const rowId = (p: Person): string => p.register?.cells.source_record_id as string

function one(k: Kit, kind: 'existing' | 'new' = 'existing'): { h: Draft; p: Person } {
  const h = kind === 'existing' ? k.existing() : k.applicant()
  return { h, p: h.head() }
}
const set = (p: Person, cells: Record<string, string>): void => {
  Object.assign(p.register?.cells ?? {}, cells)
}

export const registerPlants: readonly Scenario[] = [
  main('户籍在区外', (k) => {
    const { h, p } = one(k, k.world.rng.permille(500) ? 'new' : 'existing')
    set(p, { division_code: outside })
    h.expect('REG-1', p, register, rowId(p))
  }),
  also('配偶户籍在区外', (k) => {
    const { h } = one(k)
    const p = h.add('spouse')
    set(p, { division_code: outside, register_household_no: `HH${k.world.token('book')}` })
    h.forbid('REG-1', p)
  }),
  also('学校集体户在区外', (k) => {
    const { h } = one(k)
    const p = h.add('child')
    set(p, { division_code: outside, register_type: 'school_collective' })
    h.forbid('REG-1', p)
    h.forbid('FAM-3', null)
  }),
  also('其他集体户在区外', (k) => {
    const { h, p } = one(k)
    set(p, { division_code: outside, register_type: 'collective' })
    h.expect('REG-1', p, register, rowId(p))
  }),
  also('区外户籍已注销，只算状态异常', (k) => {
    const { h, p } = one(k)
    set(p, { division_code: outside, state: 'cancelled', cancel_reason: 'abroad' })
    h.forbid('REG-1', p)
    h.expect('REG-2', p, register, rowId(p))
  }),
  main('户口迁出注销', (k) => {
    const { h, p } = one(k)
    set(p, { state: 'cancelled', cancel_reason: 'moved_out', state_date: addMonths(k.asOf, -3) })
    h.expect('REG-2', p, register, rowId(p))
  }),
  also('两处正常户口', (k) => {
    const { h, p } = one(k, 'new')
    const other = h.registerOf(p, `HH${k.world.token('book')}`)
    const further = [rowId(p), other].sort()[1] as string
    h.expect('REG-2', p, register, further)
    h.forbid('REG-2', p, [rowId(p), other].sort()[0] as string)
  }),
  also('同一户号两行', (k) => {
    const { h, p } = one(k)
    h.registerOf(p, h.book)
    h.forbid('REG-2', p)
  }),
  also('一处注销一处正常', (k) => {
    const { h, p } = one(k)
    h.registerOf(p, `HH${k.world.token('book')}`, { state: 'cancelled', cancel_reason: 'moved_out' })
    h.forbid('REG-2', p)
  }),
  also('死亡注销与参军注销', (k) => {
    const { h, p } = one(k)
    set(p, { state: 'cancelled', cancel_reason: k.world.rng.pick(['death', 'military']) })
    h.forbid('REG-2', p)
  }),
  also('注销未写原因；重户', (k) => {
    const { h, p } = one(k)
    set(p, k.world.rng.permille(500) ? { state: 'cancelled' } : { state: 'duplicate' })
    h.expect('REG-2', p, register, rowId(p))
  }),
  main('号码属他人', (k) => {
    const { h, p } = one(k)
    set(p, { name: h.human().name })
    h.expect('IDQ-5', p, register, rowId(p))
    h.forbid('IDQ-6', p)
    h.forbid('IDQ-7', p)
    const car = h.source('police/vehicles', p)
    h.expect('VEH-1', p, 'police/vehicles', car)
  }),
  main('号码查无', (k) => {
    const { h } = one(k)
    const p = h.supporter(h.persons[0] as Person, 'sibling')
    h.absent.add(register)
    p.register = null
    h.expect('IDQ-6', p, '', '')
  }),
  also('成员号码查无，户籍规则不出疑点', (k) => {
    const { h, p } = one(k)
    h.absent.add(register)
    p.register = null
    h.expect('IDQ-6', p, '', '')
    for (const rule of ['REG-1', 'REG-2', 'FAM-3', 'FAM-5']) h.forbid(rule, rule === 'FAM-3' ? null : p)
  }),
  also('未授权者号码查无不算', (k) => {
    const { h, p } = one(k)
    p.register = null
    p.auth = null
    h.forbid('IDQ-6', p)
  }),
  main('曾用名', (k) => {
    const { h, p } = one(k)
    const present = h.human().name
    set(p, { name: present, former_name: p.name })
    h.expect('IDQ-7', p, register, rowId(p))
    const car = h.source('police/vehicles', p, { name: present })
    h.expect('VEH-1', p, 'police/vehicles', car)
  }),
  also('间隔号写法不一', (k) => {
    const h = k.existing()
    const p = h.head({ name: '阿依·古丽' })
    set(p, { name: k.world.rng.pick(['阿依•古丽', '阿依・古丽', '阿依.古丽', '阿依 · 古丽']) })
    h.expect('IDQ-7', p, register, rowId(p))
    h.forbid('IDQ-5', p)
  }),
  also('繁体字', (k) => {
    const h = k.existing()
    const p = h.head({ name: '乙华山' })
    set(p, { name: '乙華山' })
    h.expect('IDQ-7', p, register, rowId(p))
  }),
  also('生僻字显示为占位符', (k) => {
    const h = k.existing()
    const p = h.head({ name: k.world.rng.pick(['丙䶮', '丙\u{20BB7}']) })
    set(p, { name: `丙${k.world.rng.pick(['?', '□', '〓', '\uE863', '\u{F0001}', '？'])}` })
    h.expect('IDQ-7', p, register, rowId(p))
    h.forbid('IDQ-5', p)
  }),
  also('全为占位符的姓名不算相同', (k) => {
    const h = k.existing()
    const p = h.head({ name: '丁山' })
    set(p, { name: '??' })
    h.expect('IDQ-5', p, register, rowId(p))
  }),
  also('首尾空格与隐形字符不算写法不一', (k) => {
    const h = k.existing()
    const p = h.head()
    set(p, { name: `${p.name}\u200B ` })
    h.forbid('IDQ-7', p)
    h.forbid('IDQ-5', p)
  }),
  also('多一字、同音字不是同一姓名', (k) => {
    const h = k.existing()
    const [own, registered] = k.world.rng.pick([
      ['甲春山', '甲春'],
      ['子晓', '子小'],
    ]) as [string, string]
    const p = h.head({ name: own })
    set(p, { name: registered })
    h.expect('IDQ-5', p, register, rowId(p))
  }),
  also('号码大小写、空格不影响匹配', (k) => {
    const { h, p } = one(k)
    const written = `${p.id.slice(0, 6)} ${p.id.slice(6).toLowerCase()}`
    const car = h.source('police/vehicles', p, { id_number: written })
    h.expect('VEH-1', p, 'police/vehicles', car)
  }),
  also('登记记录号相近：取码位最小者', (k) => {
    const { h, p } = one(k)
    // In order of code units the second would come first: its mark is a surrogate pair.
    const [first, second] = [`HJ\uFF5A${k.world.token('odd')}`, `HJ\u{20000}${k.world.token('odd')}`]
    set(p, { source_record_id: first, division_code: outside })
    h.registerOf(p, h.book, { source_record_id: second })
    h.expect('REG-1', p, register, first)
  }),
  also('户籍未满的日期边界：次日生日不足岁', (k) => {
    const h = k.existing()
    h.head()
    const p = h.add('parent', { birth: addDays(addMonths(k.asOf, -840), 1) })
    p.row.cells.top_ups = ''
    h.forbid('MIS-2', p)
  }),
]
