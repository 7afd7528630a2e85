/** The core tables of a district package, with their Chinese names; each is a file `<table>.csv` or a sheet of that name. */
export const packageTables: readonly { value: string; label: string }[] = [
  { value: 'households', label: '家庭' },
  { value: 'persons', label: '家庭成员' },
  { value: 'supporters', label: '赡养、抚养、扶养义务人' },
  { value: 'authorisations', label: '授权书' },
  { value: 'declared_income', label: '申报收入' },
  { value: 'declared_assets', label: '申报财产' },
  { value: 'declared_expenditure', label: '申报支出' },
  { value: 'payments', label: '低保金发放' },
  { value: 'divisions', label: '行政区划' },
  { value: 'officials', label: '经办人员与干部' },
  { value: 'relative_filings', label: '近亲属备案' },
  { value: 'query_log', label: '单笔查询日志' },
]

type Chosen = { name: string; webkitRelativePath?: string }

/** Path inside the chosen folder (without the folder's own name), or the bare file name. */
export function pathOf(file: Chosen): string {
  const relative = file.webkitRelativePath ?? ''
  return relative.includes('/') ? relative.slice(relative.indexOf('/') + 1) : file.name
}

const known = new Set(['manifest.json', ...packageTables.map((table) => `${table.value}.csv`)])

/** Files worth sending: of a folder the package's own at its top (the units' files stay where they are), else any of a readable kind. */
export function isWanted(file: Chosen): boolean {
  const ofFolder = (file.webkitRelativePath ?? '') !== ''
  return ofFolder ? known.has(pathOf(file)) : /\.(zip|xlsx|csv|json)$/i.test(file.name)
}
