import { addDays } from '../calendar.ts'
import { newRow, type Person } from '../draft.ts'
import type { RecordName } from '../layout.ts'
import type { Scenario } from '../plants/kit.ts'
import type { Cells } from '../world.ts'
import { firstDirt, type Household, moreDirt } from './family.ts'

const vehicles = 'police/vehicles'
type Plain = Exclude<RecordName, 'civil_affairs/marriages'>

/** A row of a unit about the head that cannot be read: it is nobody's row. */
function broken(f: Household, record: Plain, column: string, text: string, code: string): void {
  f.h.source(record, f.head)
  const row = f.h.sources.at(-1)
  if (row) f.h.spoil(row, column, text, code, 'error')
}
const bad = (record: Plain, column: string, text: string | ((f: Household) => string), code: string) => (f: Household) =>
  broken(f, record, column, typeof text === 'string' ? text : text(f), code)

/** A broken car of the head: no finding may come of it. */
const badCar = (column: string, text: string | ((f: Household) => string), code: string) => (f: Household) => {
  bad(vehicles, column, text, code)(f)
  f.h.forbid('VEH-1', f.head)
}
const shaped = (shape: 'short' | 'long') => (f: Household) => {
  f.h.source(vehicles, f.head)
  const row = f.h.sources.at(-1)
  if (row) {
    row.shape = shape
    row.faults.push({ column: '', code: 'COLUMN_COUNT', severity: 'error' })
  }
  f.h.forbid('VEH-1', f.head)
}
const seen = (f: Household, p: Person, changes: Cells): void => f.h.expect('VEH-1', p, vehicles, f.h.source(vehicles, p, changes))

/** Not in a file that was cut off or is unreadable: only lines of files that are read. */
const again = (code: 'REPEATED_ROW' | 'DUPLICATE_KEY', severity: 'warn' | 'error', changes: Cells) => (f: Household) => {
  const id = f.h.source(vehicles, f.head)
  const first = f.h.sources.at(-1)
  f.h.sources.push({
    ...newRow(vehicles, { ...first?.cells, ...changes }),
    faults: [{ column: 'source_record_id', code, severity }],
  })
  f.h.expect('VEH-1', f.head, vehicles, id)
  f.h.forbid('VEH-3', null)
}

export const sourceDirt: readonly Scenario[] = [
  firstDirt('车辆行状态代码未知', badCar('status', 'sold', 'CODE_UNKNOWN')),
  moreDirt('车辆行缺车牌', badCar('plate_no', ' ', 'REQUIRED_EMPTY')),
  moreDirt('车辆行价格为负', badCar('purchase_price', '-1', 'MONEY_NEGATIVE')),
  moreDirt('车辆行价格为科学计数', badCar('purchase_price', '4.6E+04', 'MONEY_INVALID')),
  moreDirt('车辆行日期不存在', badCar('acquired_on', '2021-02-29', 'DATE_INVALID')),
  moreDirt(
    '车辆行取得日期在核对日之后',
    badCar('acquired_on', (f) => addDays(f.k.asOf, 1), 'DATE_FUTURE'),
  ),
  moreDirt(
    '车辆行数据日期在核对日之后',
    badCar('as_of_date', (f) => addDays(f.k.asOf, 1), 'DATE_FUTURE'),
  ),
  moreDirt('车辆行号码错误', badCar('id_number', '629901198102300011', 'IDQ-2')),
  moreDirt('车辆行号码为科学计数', badCar('id_number', '6.29901E+17', 'IDQ-3')),
  moreDirt('车辆行号码位数不足', badCar('id_number', '6299', 'IDQ-1')),
  moreDirt('车辆行少一列', shaped('short')),
  moreDirt('车辆行多一列', shaped('long')),
  moreDirt('车辆行重复一次', again('REPEATED_ROW', 'warn', {})),
  moreDirt('车辆行同号不同内容', again('DUPLICATE_KEY', 'error', { plate_no: '虚A000000000' })),
  moreDirt('不动产面积不是数', bad('natural_resources/titles', 'area', '约80', 'NUMBER_INVALID')),
  moreDirt('户籍区划代码缺位', bad('police/register', 'division_code', '6299011', 'DIVISION_INVALID')),
  moreDirt('存款余额为空', bad('banks/deposits', 'balance', '', 'REQUIRED_EMPTY')),
  moreDirt('社保月份不存在', bad('hrss/contributions', 'month', '2026-00', 'DATE_INVALID')),
  moreDirt('写法不规范但可读：不列入', (f) => {
    seen(f, f.head, {
      purchase_price: '¥46,000元',
      acquired_on: '2019年3月5日',
      as_of_date: f.k.asOf.replaceAll('-', '/'),
      id_number: ` ${f.head.id}`,
    })
  }),
  moreDirt('户籍关联号码无法读取：按空处理', (f) => {
    Object.assign(f.child.register?.cells ?? {}, { father_id: '6.29901E+17' })
    f.h.forbid('FAM-5', f.child)
  }),
  moreDirt('未答名单中的号码错误', (f) => {
    f.k.world.unanswered.push({
      unit: 'police',
      cells: { record: 'vehicles', id_number: `${f.head.id.slice(0, 17)}?`, state: 'timeout' },
      fault: { column: 'id_number', code: 'IDQ-1' },
    })
    seen(f, f.head, {})
  }),
  moreDirt('未答名单的状态未知：不作数', (f) => {
    f.k.world.unanswered.push({
      unit: 'police',
      cells: { record: '*', id_number: f.head.id, state: 'answered' },
      fault: { column: 'state', code: 'CODE_UNKNOWN' },
    })
    seen(f, f.head, {})
  }),
  moreDirt('未答名单中的号码写法不规范：作数', (f) => {
    f.k.world.unanswered.push({ unit: 'police', cells: { record: 'vehicles', id_number: `'${f.head.id}`, state: 'pending' } })
    f.h.source(vehicles, f.head)
    f.h.forbid('VEH-1', f.head)
  }),
]
