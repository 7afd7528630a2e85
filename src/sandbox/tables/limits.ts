import { Problem } from '#kernel/problem'

/**
 * How much of a handed-in table is read. A district has at most some 25,000 households and 100,000 persons; a bureau keeps them in one
 * workbook of a few dozen columns. Every number leaves several times that; beyond it a file is no table that somebody keeps, but an error of a
 * program or an attack, and reading ends.
 */

const MB = 2 ** 20

/** A workbook or archive as it is handed in; held in memory while it is read. 250,000 rows of 40 columns take about 40 MB. */
export const LARGEST_PACKED = 128 * MB
/** One file inside it, unpacked, read piece by piece. */
export const LARGEST_UNPACKED = 1024 * MB
/** A file inside it that is held whole: list of sheets, formats, a package's manifest. */
export const LARGEST_PART = 32 * MB
/** Unpacked to packed, from `RATIO_FROM` on. Sheets of real tables stay below 30; 1,000 is what packing can do with blanks at most. */
export const HIGHEST_RATIO = 200
export const RATIO_FROM = 16 * MB
/** Files in an archive: a package has 40, a workbook some per sheet. */
export const MOST_ENTRIES = 5000
/** A sheet for every village of a district would be 300. */
export const MOST_SHEETS = 500
/** What a spreadsheet program can hold in a sheet. */
export const MOST_SHEET_ROWS = 1_048_576
/** Rows of a CSV file: twenty years of monthly payments to 20,000 households. */
export const MOST_CSV_ROWS = 5_000_000
/** Cells to the right of this one are not read: nobody keeps so many columns. */
export const MOST_COLUMNS = 1000
/** Cells of a sheet, blanks with a format included: 250,000 rows of 100 columns. */
export const MOST_CELLS = 25_000_000
/** Merged areas of a sheet: ten household columns merged for each of 50,000 households. */
export const MOST_MERGES = 500_000
/** Characters in a cell: what a spreadsheet program can hold. */
export const LONGEST_CELL = 32_767
/** Characters in a row. */
export const LONGEST_ROW = 2 ** 20
/** Characters in all different texts of a workbook, and their number: 100,000 persons with 60 texts of their own. */
export const MOST_TEXT = 40 * MB
export const MOST_TEXTS = 3_000_000
/** Characters handed on of one sheet: short texts that many cells show count as often as they are shown. */
export const MOST_READ = 256 * MB

/** A table goes beyond a limit: says which, and how to mend it. */
export function beyond(what: string, remedy: string): Problem {
  return new Problem('table.beyond-limit', `${what}，没有读取。${remedy}`, { status: 413 })
}

export const SPLIT = '请拆分成几份，分别上传。'
export const TIDY =
  '请删去数据以外的空白行和列；或新建一个工作簿，只把有数据的区域复制过去（选择性粘贴“数值”），另存为 .xlsx 后上传。'

/** 1234567 → 1,234,567 */
export function counted(n: number): string {
  return n.toLocaleString('en-US')
}
