/** What a request asks for, as rights name it, and which right for it is missing. */

import { labelOf } from '#kernel/terms'
import {
  isUnit,
  type LookupHead,
  type LookupName,
  type PrepareHead,
  type RecordsHead,
  recordTypeOf,
  type SubscriptionHead,
  type UnitName,
  unitLabel,
} from '#sources/contract'

const lookupLabels: Readonly<Record<LookupName, string>> = {
  register_books: '同户人员（户口簿）',
  register_children: '子女（户籍登记）',
  register_persons: '户籍登记人员',
  register_officials: '公职人员亲属关系',
  deaths: '是否死亡',
  disability_list: '残疾人名单',
  aid_active: '是否享受其他救助',
}

/** Chinese name of an item of a right: an authorisation item or a look-up. */
export function itemLabel(item: string): string {
  if (Object.hasOwn(lookupLabels, item)) return lookupLabels[item as LookupName]
  if (item === 'own') return '民政自有数据'
  return labelOf('auth_item', item)
}

/** Chinese name of a unit of the district; the id of any other node. */
export function nodeLabel(unit: string): string {
  return isUnit(unit) ? unitLabel(unit) : unit
}

/** The kind of unit a node is: its name in this district, or the last part of the id of another district's; none of any other node. */
export function unitOfNode(unit: string): UnitName | undefined {
  const name = unit.slice(unit.lastIndexOf('.') + 1)
  return isUnit(name) ? name : undefined
}

type Asked = PrepareHead | RecordsHead | LookupHead | SubscriptionHead

/** What a request asks for: the authorisation items of its record types, or its look-up; to prepare asks about nobody. */
function itemsOf(head: Asked): string[] {
  if (head.kind === 'prepare') return []
  if (head.kind === 'lookup') return [head.lookup]
  return [...new Set(head.records.map((record) => recordTypeOf(record).category))]
}

/** The first thing a request asks for that no right covers. */
export function missingRight(head: Asked, rights: readonly string[]): string | undefined {
  return itemsOf(head).find((item) => !rights.includes(item))
}
