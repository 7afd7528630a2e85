import { dayNumber } from '../calendar.ts'
import type { Cell } from './book.ts'

/** How people write days, months and amounts into cells. */

const fullWidth = (text: string): string => text.replace(/[0-9.,]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
const serialOf = (date: string): number => dayNumber(date) - dayNumber('1900-01-01') + 2

export const DATE_SPELLINGS = [
  'serial',
  'iso',
  'slashes',
  'dots',
  'dots-padded',
  'chinese',
  'compact',
  'bare-serial',
  'full-width',
] as const
export type DateSpelling = (typeof DATE_SPELLINGS)[number]

/** A day YYYY-MM-DD as a cell. */
export function spelledDate(date: string, how: DateSpelling): Cell {
  const [year = '', month = '', day = ''] = date.split('-')
  const [m, d] = [Number(month), Number(day)]
  switch (how) {
    case 'serial':
      return { value: serialOf(date), style: 'date' }
    case 'bare-serial':
      return { value: serialOf(date), style: 'plain' }
    case 'iso':
      return date
    case 'slashes':
      return `${year}/${m}/${d}`
    case 'dots':
      return `${year}.${m}.${d}`
    case 'dots-padded':
      return `${year}.${month}.${day}`
    case 'chinese':
      return `${year}年${m}月${d}日`
    case 'compact':
      return `${year}${month}${day}`
    case 'full-width':
      return fullWidth(`${year}.${m}.${d}`)
  }
}

export const MONTH_SPELLINGS = [
  'serial',
  'iso',
  'slashes',
  'dots',
  'chinese',
  'compact',
  'number',
  'day',
  'chinese-padded',
] as const
export type MonthSpelling = (typeof MONTH_SPELLINGS)[number]

/** A month YYYY-MM as a cell. */
export function spelledMonth(text: string, how: MonthSpelling): Cell {
  const [year = '', month = ''] = text.split('-')
  const m = Number(month)
  switch (how) {
    case 'serial':
      return { value: serialOf(`${text}-01`), style: 'month' }
    case 'iso':
      return text
    case 'slashes':
      return `${year}/${m}`
    case 'dots':
      return `${year}.${month}`
    case 'chinese':
      return `${year}年${m}月`
    case 'chinese-padded':
      return `${year}年${month}月`
    case 'compact':
      return `${year}${month}`
    case 'number':
      return { value: Number(`${year}${month}`), style: 'plain' }
    case 'day':
      return `${text}-01`
  }
}

export const MONEY_SPELLINGS = ['number', 'text', 'yuan', 'grouped', 'sign', 'full-width', 'grouped-yuan', 'spaced'] as const
export type MoneySpelling = (typeof MONEY_SPELLINGS)[number]

/** Fen as the text of a package. */
export function plainMoney(fen: number): string {
  const [yuan, cents] = [Math.floor(fen / 100), fen % 100]
  return `${yuan}.${String(100 + cents).slice(1)}`
}

function shortMoney(fen: number): string {
  return plainMoney(fen).replace(/\.?0+$/, (end) => (end.startsWith('.') ? '' : end))
}

function grouped(fen: number): string {
  const [yuan = '', cents = ''] = plainMoney(fen).split('.')
  return `${yuan.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${cents}`
}

/** An amount as a cell. */
export function spelledMoney(fen: number, how: MoneySpelling): Cell {
  switch (how) {
    case 'number':
      return { value: fen / 100, style: 'money' }
    case 'text':
      return plainMoney(fen)
    case 'yuan':
      return `${shortMoney(fen)}元`
    case 'grouped':
      return grouped(fen)
    case 'sign':
      return `￥${plainMoney(fen)}`
    case 'full-width':
      return fullWidth(shortMoney(fen))
    case 'grouped-yuan':
      return `${grouped(fen)}元`
    case 'spaced':
      return ` ${plainMoney(fen)} `
  }
}
