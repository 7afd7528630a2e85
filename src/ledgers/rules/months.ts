/** Months that stand in a header, in the name of a sheet or in a title. */
import { wordOf } from './text.ts'

/** A month without a year has year null. */
export interface NamedMonth {
  readonly year: number | null
  readonly month: number
}

const CHINESE: Readonly<Record<string, number>> = {
  一: 1,
  二: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
  十一: 11,
  十二: 12,
}
const MONTH = /^(?:(\d{4}|\d{2})年度?[、，,]?)?(?:第)?(\d{1,2}|十[一二]?|[一二三四五六七八九])月份?(.*)$/
const DOTTED = /^(\d{4})[-./年](\d{1,2})$/
/** What may follow a month in the header of an amount. */
const TAIL = /^(?:\(?(?:低保|保障|实际?|应|已|发放|补助|救助|资金|金额?|款|额|元|农村|城市|城镇|发|打卡|拨付|金)*\)?)*$/
const YEAR = /(\d{4})年/

function numberOf(text: string): number {
  return CHINESE[text] ?? Number(text)
}

function named(year: string | undefined, month: string | undefined): NamedMonth | null {
  const number = numberOf(month ?? '')
  if (!(number >= 1 && number <= 12)) return null
  if (year === undefined) return { year: null, month: number }
  return { year: year.length === 2 ? 2000 + Number(year) : Number(year), month: number }
}

/** The month that a header path stands for: 7月, 2026年7月发放金额, 发放情况（2026年）| 7月. */
export function monthOfHeader(path: readonly string[]): NamedMonth | null {
  const words = path.map(wordOf)
  for (let at = words.length - 1; at >= 0; at--) {
    const word = words[at] ?? ''
    const dotted = DOTTED.exec(word)
    const match = MONTH.exec(word)
    const found =
      dotted !== null
        ? named(dotted[1], dotted[2])
        : match !== null && TAIL.test(match[3] ?? '')
          ? named(match[1], match[2])
          : null
    if (found === null) continue
    return found.year === null ? { ...found, year: yearIn(words.join(' ')) } : found
  }
  return null
}

/** A year that is named in a text; null for none. */
export function yearIn(text: string): number | null {
  const match = YEAR.exec(wordOf(text))
  return match === null ? null : Number(match[1])
}

const IN_TEXT = /(?:(\d{4})年(?:度)?)?(\d{1,2}|十[一二]?|[一二三四五六七八九])月份?/
const RANGE = /\d{1,2}\s*[-—~至到]\s*\d{1,2}月/
const WHOLE = /^(\d{4})[-.年]?(\d{2})$/

/** The month that the name of a sheet or a title names: 7月, 2026年7月发放, 202607. A stretch of months names none. */
export function monthInText(text: string): NamedMonth | null {
  const word = wordOf(text)
  const whole = WHOLE.exec(word)
  if (whole !== null) return named(whole[1], whole[2])
  if (RANGE.test(word)) return null
  const match = IN_TEXT.exec(word)
  return match === null ? null : named(match[1], match[2])
}
