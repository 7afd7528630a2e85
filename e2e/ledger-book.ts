/** A ledger as a bureau keeps it, for the stories of the import: a sheet a group of a village, titles, two header rows, merged households. */
import ExcelJS from 'exceljs'
import { checkCharacter } from '#kernel/id-number'

export interface LedgerPlace {
  readonly township: string
  readonly village: string
}

/** What is wrong with a household of the ledger. */
export type Fault = 'check-digit' | 'account-as-number'

const surnames = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈', '褚', '卫']
const given = ['建国', '秀英', '桂兰', '志强', '玉梅', '海军']
const head = [
  '序号',
  '户主姓名',
  '家庭成员',
  '',
  '',
  '健康状况',
  '保障类别',
  '月保障金额（元）',
  '享受起始年月',
  '账户',
  '',
  '备注',
]
const under = ['', '', '姓名', '身份证号', '与户主关系', '', '', '', '', '开户行', '账号', '']
const headerRow = 3
const firstRow = 5

/** A citizen number that is right, of the fictional district; `serial` has three digits. */
export function citizenNumber(birth: string, serial: number): string {
  const digits = `629901${birth}${String(1000 + serial).slice(1)}`
  return digits + checkCharacter(digits)
}

/** The number with the last character that is right. */
export const rightNumber = (number: string): string => number.slice(0, -1) + checkCharacter(number.slice(0, -1))

/** The same with a wrong last character. */
export function wrongNumber(number: string): string {
  return number.slice(0, -1) + (number.endsWith('1') ? '2' : '1')
}

/** An account number whose last digit is right (Luhn). */
export function accountNumber(serial: number): string {
  const digits = `621700${String(10 ** 12 + serial).slice(1)}`
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 2 : 1)
    return total + (twice > 9 ? twice - 9 : twice)
  }, 0)
  return digits + String((10 - (sum % 10)) % 10)
}

type Row = (string | number)[]

/** The rows of one household: its cells stand in the first, members one a row. */
function householdRows(sheet: number, place: number, serial: number, fault: Fault | undefined): Row[] {
  const surname = surnames[sheet % surnames.length] ?? ''
  const name = surname + (given[(sheet + place) % given.length] ?? '')
  const number = citizenNumber(`19${50 + sheet}0${1 + place}12`, 100 + 2 * serial)
  const account = accountNumber(700 + serial)
  const money = 420 + 10 * sheet
  return [
    [
      place,
      name,
      name,
      fault === 'check-digit' ? wrongNumber(number) : number,
      '户主',
      '重病',
      ['A类', 'B类', 'C类'][sheet % 3] ?? '',
      money,
      `20${18 + (sheet % 6)}.${1 + place}`,
      '甲子农商银行',
      fault === 'account-as-number' ? Number(`${account.slice(0, 15)}0000`) : account,
      '',
    ],
    ['', '', `${surname}小${place}`, citizenNumber(`20${10 + (sheet % 6)}0${2 + place}03`, 101 + 2 * serial), '子', '健康'],
  ]
}

/** Merges the cells of a household over its rows, as spreadsheets show them. */
function mergeHousehold(sheet: ExcelJS.Worksheet, from: number, to: number): void {
  for (const column of ['A', 'B', 'G', 'H', 'I', 'J', 'K', 'L']) sheet.mergeCells(`${column}${from}:${column}${to}`)
}

export interface LedgerBookOptions {
  readonly places: readonly LedgerPlace[]
  /** Households of each sheet. */
  readonly households?: number
  /** `<sheet> <household>`, from zero → what is wrong with it. */
  readonly faults?: Readonly<Record<string, Fault>>
  /** First serial of the numbers, so that two ledgers have other people. */
  readonly begin?: number
}

/** Writes the workbook: a sheet for each place, named after it. */
export async function ledgerBook({ places, households = 2, faults = {}, begin = 0 }: LedgerBookOptions): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  for (const [at, { township, village }] of places.entries()) {
    const twin = places.slice(0, at).filter((each) => each.village === village).length
    const sheet = book.addWorksheet(`${village}${['一', '二', '三'][twin]}组`)
    sheet.addRow([`${township}${village}2026年第三季度农村低保对象花名册`])
    sheet.addRow(['填报单位（盖章）', '', '', '', '', '', '', '', '', '填表日期：2026年9月30日'])
    sheet.addRow(head)
    sheet.addRow(under)
    for (const area of ['A1:L1', 'C3:E3', 'J3:K3']) sheet.mergeCells(area)
    for (const column of ['A', 'B', 'F', 'G', 'H', 'I', 'L']) {
      sheet.mergeCells(`${column}${headerRow}:${column}${headerRow + 1}`)
    }
    let row = firstRow
    let sum = 0
    for (let place = 0; place < households; place++) {
      const rows = householdRows(at, place + 1, begin + at * households + place, faults[`${at} ${place}`])
      for (const cells of rows) sheet.addRow(cells)
      mergeHousehold(sheet, row, row + rows.length - 1)
      row += rows.length
      sum += Number(rows[0]?.[7])
    }
    sheet.addRow(['合计', '', '', '', '', '', '', sum])
    sheet.addRow(['填表人：甲某　　审核人：乙某'])
    for (const [column, width] of [
      [3, 14],
      [4, 24],
      [8, 14],
      [9, 14],
      [10, 18],
      [11, 26],
    ] as const) {
      sheet.getColumn(column).width = width
    }
  }
  return Buffer.from(await book.xlsx.writeBuffer())
}

/** Opens a workbook as a spreadsheet program does, lets somebody change it, and gives its bytes. */
export async function mended(bytes: Buffer, change: (book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(new Uint8Array(bytes).buffer as never)
  change(book)
  return Buffer.from(await book.xlsx.writeBuffer())
}

/** Every cell of a workbook that holds a text, with a way to write another. */
export function cellsOf(book: ExcelJS.Workbook): ExcelJS.Cell[] {
  const cells: ExcelJS.Cell[] = []
  book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => cells.push(cell))))
  return cells
}
