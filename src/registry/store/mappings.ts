import type { Sql } from '#platform/db'

export interface MappingRow {
  mapping_id: string
  source: string
  table_name: string
  sheet: string | null
  columns: Record<string, string>
  codes: Record<string, Record<string, string>>
  saved_at: string
  saved_by: string
}

const COLUMNS = 'mapping_id, source, table_name, sheet, columns, codes, saved_at, saved_by'

export async function listMappingRows(sql: Sql): Promise<MappingRow[]> {
  return await sql.query<MappingRow>(`select ${COLUMNS} from list_mapping order by source, table_name`)
}

export async function findMapping(sql: Sql, mappingId: string): Promise<MappingRow | undefined> {
  return await sql.maybe<MappingRow>(`select ${COLUMNS} from list_mapping where mapping_id = $1`, [mappingId])
}

/** Saves a mapping under its source and table, in place of the one before it. */
export async function saveMappingRow(sql: Sql, row: MappingRow): Promise<MappingRow> {
  return await sql.one<MappingRow>(
    `insert into list_mapping (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (source, table_name) do update set sheet = excluded.sheet, columns = excluded.columns, codes = excluded.codes,
        saved_at = excluded.saved_at, saved_by = excluded.saved_by
      returning ${COLUMNS}`,
    [row.mapping_id, row.source, row.table_name, row.sheet, row.columns, row.codes, row.saved_at, row.saved_by],
  )
}
