/** Door of sandbox: what comes from outside is read in processes of their own, which are ended when they go beyond their limits. */
export { Confined, ConfinedEnd, type Confinement, type EndReason } from './confined.ts'
export { Slots } from './slots.ts'
export type { HandedKind } from './tables/handed-file.ts'
export type { RowMark, SheetMarks } from './tables/mark-workbook.ts'
export { type CsvLook, csvRows, type HandedTable, lookAtCsv, openTable } from './tables/open-table.ts'
export type { SheetFrame } from './tables/sheet-frame.ts'
export type { SheetRow } from './tables/sheet-reader.ts'
export { writeZip, type ZipInput } from './tables/write-zip.ts'
