import type { ActionContext } from './action.ts'

/**
 * A table that people fill in with a spreadsheet and hand in. The capability that takes the rows defines the kind and offers it through its
 * door; src/exports reads the workbook, shows what would be taken, takes it, and gives the person's own workbook back with the reasons beside
 * the rows that were not; apps/server/actions.ts names all kinds in one map.
 */
export interface ImportKind<V = unknown> {
  /** Chinese name of the table: sheet and file of its template are called so. */
  readonly label: string
  /** What the caller's role must hold, when the table is looked at and when it is taken. */
  readonly permission: string
  readonly columns: readonly ImportColumn[]
  /** Judges all rows at once; in the order of the rows. A row whose cells cannot be read is not handed over. */
  judge(context: ActionContext, rows: readonly ImportRow[]): Promise<RowVerdict<V>[]>
  /** Takes what was judged good, in the same transaction. */
  take(context: ActionContext, values: readonly V[]): Promise<void>
}

export interface ImportColumn {
  readonly header: string
  readonly key: string
  /** `digits`: numbers of persons, accounts and places, which a spreadsheet damages when it takes them for figures. */
  readonly kind: 'text' | 'date' | 'digits'
  readonly required: boolean
  /** What to fill in, and an example of it. */
  readonly hint: string
  readonly example: string
}

/** A row as the person sees it: its number in the sheet, and the cleaned text of each column by key. */
export interface ImportRow {
  readonly row: number
  readonly texts: Readonly<Record<string, string>>
}

export interface RowFault {
  /** Key of the column; null when the row as a whole is at fault. */
  readonly column: string | null
  /** What is wrong and how to mend it. */
  readonly message: string
}

/** `taken`: the row was taken before; handing it in again does nothing. */
export type RowVerdict<V> =
  | { readonly state: 'good'; readonly value: V }
  | { readonly state: 'taken' }
  | { readonly state: 'bad'; readonly faults: readonly RowFault[] }

/** Kind's name → definition. */
export type ImportKinds = Readonly<Record<string, ImportKind>>

/** Defines a kind; its values keep their type inside. */
export function importKind<V>(kind: ImportKind<V>): ImportKind {
  return kind as unknown as ImportKind
}

/** A village as people write it: by name or by code. */
export interface VillageName {
  readonly code: string
  readonly name: string
  readonly townshipName: string
}

/** Finds a village by its code or its name; a message when there is none, or more than one of that name. */
export function villageBy(villages: readonly VillageName[]): (text: string) => VillageName | RowFault {
  const byCode = new Map(villages.map((village) => [village.code, village]))
  return (text) => {
    const known = byCode.get(text)
    if (known !== undefined) return known
    const named = villages.filter((village) => village.name === text || `${village.townshipName}${village.name}` === text)
    const [only] = named
    if (only !== undefined && named.length === 1) return only
    const message =
      named.length === 0
        ? `您的辖区内没有“${text}”，请填写村（社区）全称或 12 位代码`
        : `辖区内有 ${named.length} 个“${text}”，请改填 12 位代码：${named.map((x) => `${x.code}（${x.townshipName}）`).join('、')}`
    return { column: 'village', message }
  }
}
