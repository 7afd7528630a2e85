/** How people are told a day or a month: '2026-12-03' → '2026年12月3日', '2026-12' → '2026年12月'; other text stays as it is. */
export function chineseDate(text: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text) ?? []
  if (year === undefined || month === undefined) return text
  return `${year}年${Number(month)}月${day === undefined ? '' : `${Number(day)}日`}`
}
