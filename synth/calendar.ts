/**
 * Dates of the generator: text YYYY-MM-DD, day numbers (days since 1880-01-01) and month numbers (year × 12 + month − 1).
 * Written apart from the product's kernel, so that a mistake in one does not hide in the other.
 */
const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

const firstYear = 1880
const lastYear = 2119
/** Day number → text, and the other way round. */
const texts: string[] = []
const numbers = new Map<string, number>()
for (let year = firstYear; year <= lastYear; year++) {
  for (let month = 1; month <= 12; month++) {
    for (let day = 1; day <= daysInMonth(year, month); day++) {
      const text = `${year}-${two(month)}-${two(day)}`
      numbers.set(text, texts.length)
      texts.push(text)
    }
  }
}

export const isRealDate = (text: string): boolean => numbers.has(text)
export const dayNumber = (date: string): number => {
  const n = numbers.get(date)
  if (n === undefined) throw new RangeError(`no such date: ${date}`)
  return n
}
export const dateOf = (day: number): string => texts[day] as string
export const addDays = (date: string, days: number): string => dateOf(dayNumber(date) + days)

export const monthNumber = (dateOrMonth: string): number =>
  Number(dateOrMonth.slice(0, 4)) * 12 + Number(dateOrMonth.slice(5, 7)) - 1
export const monthText = (month: number): string => `${Math.floor(month / 12)}-${two((month % 12) + 1)}`
export const lengthOfMonth = (month: number): number => daysInMonth(Math.floor(month / 12), (month % 12) + 1)
export const firstDay = (month: number): string => `${monthText(month)}-01`
export const lastDay = (month: number): string => `${monthText(month)}-${two(lengthOfMonth(month))}`
/** The same day k months on; the last day of the month if there is no such day. */
export const addMonths = (date: string, k: number): string => {
  const month = monthNumber(date) + k
  return `${monthText(month)}-${two(Math.min(Number(date.slice(8)), lengthOfMonth(month)))}`
}
/** Full years from a birth date to a date, by month-and-day text. */
export const fullYears = (birth: string, date: string): number =>
  Number(date.slice(0, 4)) - Number(birth.slice(0, 4)) - (date.slice(5) < birth.slice(5) ? 1 : 0)
