import { afterEach, describe, expect, it } from 'vitest'
import { addWorkingDays, dayKind, setHolidayNotices } from './calendar.ts'
import { compactDays, expandDays, readHolidayNotice } from './holiday-notice.ts'
import { HOLIDAY_NOTICES } from './holidays.ts'

/** 国务院办公厅关于2026年部分节假日安排的通知 (dates as published). */
const notice2026 = `国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
2025年11月4日`

describe('a pasted notice', () => {
  it('gives the days of the built-in table', () => {
    const read = readHolidayNotice(2026, notice2026)
    expect(read.problems).toEqual([])
    expect({ off: compactDays(read.off), work: compactDays(read.work) }).toEqual(HOLIDAY_NOTICES[2026])
  })

  it('of another year is noticed by its weekdays', () => {
    expect(readHolidayNotice(2027, notice2026).problems[0]).toContain('请核对年份是否选对')
  })

  it('is not guessed at: wrong counts, days that do not exist, days of another year, overlaps', () => {
    const problems = (text: string) => readHolidayNotice(2026, text).problems.join('；')
    expect(problems('元旦：1月1日至3日放假，共4天')).toContain('与读出的 3 天不符')
    expect(problems('元旦：2月30日放假')).toContain('不是 2026 年的日期')
    expect(problems('元旦：2025年12月31日至2026年1月2日放假')).toContain('2025-12-31 不在 2026 年内')
    expect(problems('1月1日放假。1月1日上班')).toContain('既放假又上班')
    expect(problems('元旦放假')).toContain('没有读出放假的日期')
    expect(problems('1月1日至3日')).toContain('看不出')
  })

  it('may be in the short form', () => {
    expect(readHolidayNotice(2027, '放假 0101-0103 0501\n上班 0109')).toEqual({
      off: ['2027-01-01', '2027-01-02', '2027-01-03', '2027-05-01'],
      work: ['2027-01-09'],
      problems: [],
    })
    expect(readHolidayNotice(2027, '放假 0132').problems[0]).toContain('0132')
  })

  it('comes back from its short form', () => {
    for (const [year, { off }] of Object.entries(HOLIDAY_NOTICES)) expect(compactDays(expandDays(Number(year), off))).toBe(off)
  })
})

describe('notices taken by a process', () => {
  afterEach(() => setHolidayNotices(new Map()))

  it('end what was provisional, and stand in place of a built-in year', () => {
    expect(dayKind('2027-02-08')).toEqual({ working: true, provisional: true })
    expect(addWorkingDays('2027-02-05', 1)).toEqual({ date: '2027-02-08', provisional: true })
    setHolidayNotices(new Map([[2027, { off: '0101 0206-0212', work: '0213' }]]))
    expect(dayKind('2027-02-08')).toEqual({ working: false, provisional: false })
    expect(addWorkingDays('2027-02-05', 1)).toEqual({ date: '2027-02-13', provisional: false })
    setHolidayNotices(new Map([[2026, { off: '0101', work: '' }]]))
    expect(dayKind('2026-10-05')).toEqual({ working: true, provisional: false })
    expect(dayKind('2027-02-08').provisional).toBe(true)
  })
})
