/** The core tables of a district package: each is a file `<table>.csv` or a sheet of that name. */
const packageTables = [
  'households',
  'persons',
  'supporters',
  'authorisations',
  'declared_income',
  'declared_assets',
  'declared_expenditure',
  'payments',
  'divisions',
  'officials',
  'relative_filings',
  'query_log',
]

type Chosen = { name: string; webkitRelativePath?: string }

/** Path inside the chosen folder (without the folder's own name), or the bare file name. */
export function pathOf(file: Chosen): string {
  const relative = file.webkitRelativePath ?? ''
  return relative.includes('/') ? relative.slice(relative.indexOf('/') + 1) : file.name
}

const known = new Set(['manifest.json', ...packageTables.map((table) => `${table}.csv`)])
const isReadable = (file: Chosen) => /\.(zip|xlsx|xls|csv|json)$/i.test(file.name)
/** Excel puts such a file beside a workbook that is open. */
const isLock = (file: Chosen) => file.name.startsWith('~$')

/**
 * Files worth sending: of a folder that is a package its own at the top (the units' files stay where they are), of another folder what can be
 * read at its top, else any of a readable kind.
 */
export function wantedOf<F extends Chosen>(files: readonly F[]): F[] {
  const isPackage = files.some((file) => (file.webkitRelativePath ?? '') !== '' && pathOf(file) === 'manifest.json')
  if (isPackage) return files.filter((file) => known.has(pathOf(file)))
  return files.filter((file) => isReadable(file) && !isLock(file) && !pathOf(file).includes('/'))
}

/** Files that are one import each: several workbooks are several ledgers; the files of a package belong together. */
export function importsOf<F extends Chosen>(files: readonly F[]): F[][] {
  const areWorkbooks = files.every((file) => /\.xlsx?$/i.test(file.name))
  return areWorkbooks ? files.map((file) => [file]) : [[...files]]
}
