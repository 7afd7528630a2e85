/**
 * Capital numerals (大写) on papers.
 *
 * C1 an amount reads 人民币…元…角…分; 整 follows 元 when there are no 角 and 分;
 * C2 noughts between digits are read once as 零, at the end of a group not at all;
 * C3 only whole, safe, non-negative numbers are read; anything else is refused.
 */
import { Problem } from '#kernel/problem'

const digits = '零壹贰叁肆伍陆柒捌玖'
const places = ['', '拾', '佰', '仟'] as const

/** One group of up to four digits, without leading 零. */
function groupInCapitals(group: number): string {
  let text = ''
  let gap = false
  for (const [index, digit] of [...String(group)].entries()) {
    if (digit === '0') {
      gap = text !== ''
      continue
    }
    text += `${gap ? '零' : ''}${digits[Number(digit)]}${places[String(group).length - 1 - index]}`
    gap = false
  }
  return text
}

/** A count in capital numerals: 零, 壹拾贰, 壹万零伍. Throws `documents.not-a-count`. */
export function countInCapitals(count: number): string {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new Problem('documents.not-a-count', `“${count}”不能写成大写，须为不小于零的整数`)
  }
  if (count === 0) return '零'
  const step = count >= 100_000_000 ? 100_000_000 : 10_000
  if (count < 10_000) return groupInCapitals(count)
  const low = count % step
  const high = countInCapitals((count - low) / step)
  if (low === 0) return `${high}${step === 10_000 ? '万' : '亿'}`
  return `${high}${step === 10_000 ? '万' : '亿'}${low < step / 10 ? '零' : ''}${countInCapitals(low)}`
}

/** Whole fen in capital numerals: 人民币贰万零肆元伍角. Throws `documents.not-an-amount`. */
export function fenInCapitals(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen < 0) {
    throw new Problem('documents.not-an-amount', `金额 ${fen} 分不能写成大写，须为不小于零的整分数`)
  }
  const cents = fen % 100
  const yuan = (fen - cents) / 100
  const jiao = (cents - (cents % 10)) / 10
  const rest = cents % 10
  const whole = yuan > 0 || cents === 0 ? `${countInCapitals(yuan)}元` : ''
  if (cents === 0) return `人民币${whole}整`
  const tenths = jiao > 0 ? `${digits[jiao]}角` : whole === '' ? '' : '零'
  return `人民币${whole}${tenths}${rest > 0 ? `${digits[rest]}分` : ''}`
}

/** 二〇二六年九月十五日: a date in words. */
export function dateInWords(date: string): string {
  const figures = '〇一二三四五六七八九'
  const [year = '', month = '', day = ''] = date.split('-')
  const small = (text: string): string => {
    const [tens, ones] = [Number(text.charAt(0)), Number(text.charAt(1))]
    const ten = tens === 0 ? '' : `${tens === 1 ? '' : figures[tens]}十`
    return `${ten}${ones === 0 ? '' : figures[ones]}`
  }
  return `${[...year].map((each) => figures[Number(each)]).join('')}年${small(month)}月${small(day)}日`
}
