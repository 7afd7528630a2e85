import { chineseDate } from '#kernel/chinese-date'

/** How amounts, shares, dates and instants are written for people. */

const money = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('zh-CN')

/** Fen → '1,234.50'; null (not known) → '—', never 0. */
export function yuan(fen: number | null): string {
  return fen === null ? '—' : money.format(fen / 100)
}

/** Hundredths of m² → '62.50'. */
export function area(hundredths: number | null): string {
  return hundredths === null ? '—' : money.format(hundredths / 100)
}

/** A figure of the report by its unit. */
export function figure(value: number | null, unit: 'fen' | 'area'): string {
  return unit === 'fen' ? yuan(value) : area(value)
}

/** ' 2 人'; nothing while the members of an application are not written into the register. */
export function peopleWords(members: number): string {
  return members === 0 ? '' : ` ${whole.format(members)} 人`
}

export function count(n: number): string {
  return whole.format(n)
}

/** 0…1 → '93.4 %'; null (nothing to divide) → '—'. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : `${(share * 100).toFixed(1)} %`
}

/** Part of a whole as a share; null when the whole is 0. */
export function shareOf(part: number, all: number): number | null {
  return all === 0 ? null : part / all
}

const day = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** ISO instant → '2026-09-01 08:30' in China's time; null → '—'. */
export function instant(at: string | null): string {
  if (at === null) return '—'
  const parts = Object.fromEntries(day.formatToParts(new Date(at)).map((p) => [p.type, p.value]))
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`
}

/** The day of an instant in China: '2026年9月1日'. */
export function dayOf(at: string): string {
  return chineseDate(instant(at).slice(0, 10))
}

/** The words of the clock: colour is added by the tag, the words say it all. */
export function clockText(daysLeft: number | null): string {
  if (daysLeft === null) return '不计时'
  if (daysLeft < 0) return `超期 ${-daysLeft} 工作日`
  return daysLeft === 0 ? '今日到期' : `剩 ${daysLeft} 工作日`
}

/** Minutes → '8 分钟', '3.5 小时', '2.1 天'; null (nothing measured yet) → '—'. */
export function duration(minutes: number | null): string {
  if (minutes === null) return '—'
  if (minutes < 1) return '不到 1 分钟'
  if (minutes < 60) return `${Math.round(minutes)} 分钟`
  return minutes < 24 * 60 ? `${(minutes / 60).toFixed(1)} 小时` : `${(minutes / 24 / 60).toFixed(1)} 天`
}

/** Bytes → '3.2 MB'. */
export function fileSize(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** Who did something: what the product did by itself is 系统. */
export function actor(by: string): string {
  return by.startsWith('system:') ? '系统' : by
}
