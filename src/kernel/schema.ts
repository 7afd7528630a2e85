/**
 * Small zod schemas that every contract shares. They run anywhere: server, browser build, tests.
 * Amounts are whole fen, dates 'YYYY-MM-DD', months 'YYYY-MM', instants ISO 8601 with offset.
 */
import { z } from 'zod'
import { isDate, isMonth } from './dates.ts'
import { nameFault } from './typed-person.ts'

/** The largest integer that a column of whole numbers takes. */
const MOST_COUNT = 2_147_483_647

/** Money in whole fen, may be negative in differences. */
export const Fen = z.int()

/** Money in whole fen as a value that may be missing; missing is not zero. */
export const MaybeFen = z.int().nullable()

/** 'YYYY-MM-DD', a day that exists; nothing chosen is said as that, once. */
export const DateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, {
    error: ({ input }) => (input === '' ? '请选择日期' : '日期应写成 YYYY-MM-DD，且确有这一天'),
    abort: true,
  })
  .refine((text) => isDate(text) && text >= '0001', '日期应写成 YYYY-MM-DD，且确有这一天')

/** 'YYYY-MM', a month that exists; nothing chosen is said as that, once. */
export const MonthText = z
  .string()
  .regex(/^\d{4}-\d{2}$/, {
    error: ({ input }) => (input === '' ? '请选择月份' : '月份应写成 YYYY-MM，且确有这个月'),
    abort: true,
  })
  .refine((text) => isMonth(text) && text >= '0001', '月份应写成 YYYY-MM，且确有这个月')

/** ISO 8601 instant with offset, as the clock wrote it. */
export const InstantText = z.string().min(20)

/** 12-digit division code; nothing chosen from a list is said as that, not as a code that is written wrongly. */
export const DivisionCode = z.string().regex(/^\d{12}$/, {
  error: ({ input }) => (input === '' ? '请从列表中选择' : '区划代码应为 12 位数字'),
})

/** How the id of a policy pack is written: the name of its folder, never a path. */
export const PACK_ID = /^[a-z0-9][a-z0-9-]{0,40}$/

/** Id of a built-in policy pack; whether there is one says the list of packs. */
export const PackId = z.string().regex(PACK_ID, '请从列表中选择政策包')

/** Lower-case hexadecimal SHA-256 of a stored file. */
export const FileHash = z.string().regex(/^[0-9a-f]{64}$/, '文件指纹应为 64 位十六进制')

/** A count of things: whole, not negative. */
export const Count = z.int().nonnegative().max(MOST_COUNT)

/** A share from 0 to 1, null when the denominator is 0 (nothing to divide is not "0 %"). */
export const Share = z.number().min(0).max(1).nullable()

/** A reason a person typed: four characters at least, so that it says something. */
export const Reason = z.string().trim().min(4, '请写明理由，至少 4 个字').max(2000, '理由不超过 2000 字')

/**
 * Somebody's name, as typed.
 * @param what whom it is asked of, for the message when it is missing
 */
export function personName(what = '姓名') {
  return z
    .string()
    .trim()
    .min(2, `请填写${what}`)
    .max(60, '姓名不超过 60 个字')
    .superRefine((text, issues) => {
      const message = nameFault(text)
      if (message !== null) issues.addIssue({ code: 'custom', message })
    })
}

/** Keyset paging of a list: `cursor` is opaque, taken from the page before; `limit` rows a page. */
export const pageQuery = {
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}

/**
 * A page of rows: `total` counts all rows of the filter, `next` is null on the last page.
 * @param row schema of one row
 */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), total: Count, next: z.string().nullable() })
}

/** A file stored by content hash, as a person attached it. */
export const StoredFile = z.object({ sha256: FileHash, name: z.string().min(1).max(200), size: Count })
export type StoredFile = z.infer<typeof StoredFile>
