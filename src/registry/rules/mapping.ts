/**
 * Reading lists of other systems: which of their columns is which of ours, and which of their words is which code.
 *
 * M1 A column of ours takes the text of one column of theirs, or a constant written `='值'`; columns not mapped are empty.
 * M2 A coded column takes the code of their word if the word is mapped, else the code whose Chinese label it is, else the
 *    word itself, which the checks then refuse: nothing is guessed silently.
 */

import type { Column } from '#kernel/table'
import { CODE_LISTS } from '#kernel/terms'
import { clean } from '#kernel/text'
import type { CoreTable } from '../tables.ts'

export interface ListMapping {
  /** Our column → their column, or a constant `='值'`. */
  readonly columns: Readonly<Record<string, string>>
  /** Our column → their word → our code. */
  readonly codes: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const CONSTANT = /^='([\s\S]*)'$/
const YES_NO: Readonly<Record<string, string>> = { 是: 'yes', 否: 'no', 有: 'yes', 无: 'no' }

/** Code → label lists turned round: label → code; also the labels of each alternative written with a slash. */
function codeOfLabel(column: Column, word: string): string | undefined {
  if (column.type === 'yesno') return YES_NO[word]
  if (column.codes === undefined) return undefined
  const entries = Object.entries(CODE_LISTS[column.codes])
  return entries.find(([, label]) => String(label) === word || String(label).split('/').includes(word))?.[0]
}

function mappedCode(column: Column, word: string, mapping: ListMapping): string {
  const text = clean(word)
  const own = mapping.codes[column.name]
  return (own !== undefined && Object.hasOwn(own, text) ? own[text] : undefined) ?? codeOfLabel(column, text) ?? word
}

function isCoded(column: Column): boolean {
  return column.type === 'code' || column.type === 'yesno'
}

/** A function that turns the cells of a row of theirs into the fields of our table, in the order of its columns. */
export function mapper(
  table: CoreTable,
  header: readonly string[],
  mapping: ListMapping,
): (cells: readonly string[]) => string[] {
  const names = header.map(clean)
  const readers = table.columns.map((column) => {
    const from = mapping.columns[column.name] ?? ''
    const constant = CONSTANT.exec(from)?.[1]
    const position = constant === undefined ? names.indexOf(clean(from)) : -1
    return (cells: readonly string[]): string => {
      const word = constant ?? (position < 0 ? '' : (cells[position] ?? ''))
      if (column.type === 'codes') {
        return word
          .split(/[;；、,，]/)
          .map((part) => (clean(part) === '' ? '' : mappedCode(column, part, mapping)))
          .filter((part) => part !== '')
          .join(';')
      }
      return isCoded(column) && clean(word) !== '' ? mappedCode(column, word, mapping) : word
    }
  })
  return (cells) => readers.map((read) => read(cells))
}

/** Words other systems use for our columns, besides our own Chinese names. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  household_no: ['家庭编号', '户编号', '家庭编码', '户号', '保障证号', '低保证号'],
  person_no: ['成员编号', '人员编号', '人员编码'],
  name: ['姓名', '成员姓名', '家庭成员姓名'],
  id_number: ['身份证号', '身份证号码', '公民身份号码', '证件号码', '公民身份证号'],
  gender: ['性别'],
  birth_date: ['出生日期', '出生年月日'],
  relation: ['与户主关系', '与申请人关系', '家庭关系'],
  address: ['家庭住址', '住址', '家庭地址', '现住址'],
  division_code: ['区划代码', '行政区划', '所属区划', '行政区划代码'],
  account_no: ['银行账号', '账号', '银行卡号', '卡号'],
  account_holder: ['开户人', '户名', '账户名'],
  bank_name: ['开户银行', '开户行'],
  applied_on: ['申请日期', '申请时间'],
  aid_from: ['保障起始月', '享受开始时间', '起始年月'],
  approved_amount: ['保障金额', '月保障金', '户月保障金'],
  marital_status: ['婚姻状况', '婚姻'],
  health: ['健康状况', '健康'],
  work_status: ['劳动能力', '就业状况'],
  phone: ['联系电话', '手机号', '电话'],
  amount: ['金额', '发放金额'],
  month: ['月份', '发放月份', '所属月份'],
}

/** A first guess of the mapping: columns of theirs named as ours are, in English or Chinese. */
export function guessColumns(table: CoreTable, header: readonly string[]): Record<string, string> {
  const guess: Record<string, string> = {}
  for (const { name, label } of table.columns) {
    const wanted = [name, label, ...(SYNONYMS[name] ?? [])]
    const found = header.find((cell) => wanted.includes(clean(cell)))
    if (found !== undefined) guess[name] = clean(found)
  }
  return guess
}
