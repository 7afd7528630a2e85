/** The control file beside a dropped one: how many rows it has and its hash. It is written last and says that the other is whole. */

/** What a control file says. */
export interface Control {
  rows: number
  sha256: string
  /** day the data are of, where it says so */
  asOf: string | null
}

/** Ends of the names a control file may have, after the whole name of the data file or the name without its end. */
const controlEnds = ['.ctl', '.ok'] as const

const words: Readonly<Record<string, 'rows' | 'sha256' | 'asOf'>> = {
  rows: 'rows',
  行数: 'rows',
  sha256: 'sha256',
  摘要: 'sha256',
  as_of: 'asOf',
  数据时点: 'asOf',
}

/** Names a data file's control file may have. */
export function controlNames(file: string): string[] {
  const stem = file.replace(/\.[^.]+$/, '')
  return [file, stem].flatMap((name) => controlEnds.map((end) => name + end))
}

/** Whether a file is a control file by its name. */
export function isControlFile(file: string): boolean {
  return controlEnds.some((end) => file.toLowerCase().endsWith(end))
}

/** Reads a control file: lines of `rows=12`, `sha256=…` and, where wanted, `as_of=2026-11-01`. Text: what is wrong with it. */
export function readControl(text: string): Control | string {
  const found: Partial<Record<'rows' | 'sha256' | 'asOf', string>> = {}
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, name = '', value = ''] = /^\s*([^=:：]+?)\s*[=:：]\s*(\S+)\s*$/.exec(line) ?? []
    const word = words[name.toLowerCase()]
    if (word !== undefined) found[word] = value
  }
  const { rows = '', sha256 = '', asOf } = found
  if (!/^\d{1,9}$/.test(rows)) return '控制文件没有写明行数，请加一行 rows=数据行数（不含表头）'
  if (!/^[0-9a-fA-F]{64}$/.test(sha256)) return '控制文件没有写明数据文件的 SHA-256 摘要，请加一行 sha256=64 位十六进制摘要'
  if (asOf !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(asOf)) return '控制文件中的数据时点应写成 as_of=2026-09-30'
  return { rows: Number(rows), sha256: sha256.toLowerCase(), asOf: asOf ?? null }
}
