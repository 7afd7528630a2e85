import type { Sql, Tx } from '#platform/db'
import { cursorRows } from '#platform/table-export'

/** SQL of the registry's exports. */

export interface HouseholdExportFilter {
  readonly programme: string | null
  readonly kind: string | null
  /** Range of codes of a township or village. */
  readonly lo: string | null
  readonly hi: string | null
}

export interface HouseholdExportRow {
  readonly household_no: string
  readonly programme: string
  readonly kind: string
  readonly division_code: string
  readonly township: string
  readonly village: string
  readonly head_name: string
  readonly persons_count: number
  readonly tier: string | null
  readonly approved_amount: number | null
  readonly applied_on: string
  readonly aid_from: string | null
  readonly aid_to: string | null
  /** Sealed fields and index of the head, or of the first person; null without any. */
  readonly head_sealed: Buffer | null
  readonly head_index: Buffer | null
}

const FILTER = `($1::text is null or h.programme = $1) and ($2::text is null or h.kind = $2)
  and ($3::text is null or h.division_code >= $3 and h.division_code < $4)`

const valuesOf = (filter: HouseholdExportFilter): unknown[] => [filter.programme, filter.kind, filter.lo, filter.hi]

export async function countExportHouseholds(sql: Sql, filter: HouseholdExportFilter): Promise<number> {
  const rows = await sql.query<{ n: number }>(`select count(*) as n from household h where ${FILTER}`, valuesOf(filter), {
    named: false,
  })
  return rows[0]?.n ?? 0
}

/** Households in scope by division and number, some hundreds at a time. */
export function eachExportHousehold(tx: Tx, filter: HouseholdExportFilter): AsyncGenerator<HouseholdExportRow[]> {
  return cursorRows<HouseholdExportRow>(
    tx,
    `select h.household_no, h.programme, h.kind, h.division_code, coalesce(t.name, h.township_code) as township,
       coalesce(v.name, h.division_code) as village, h.head_name, h.persons_count, h.tier, h.approved_amount, h.applied_on, h.aid_from,
       h.aid_to, p.sealed as head_sealed, p.id_number_index as head_index
     from household h left join division v on v.code = h.division_code left join division t on t.code = h.township_code
     left join lateral (
       select m.sealed, m.id_number_index from person m where m.household_no = h.household_no
       order by m.relation = 'head' desc nulls last, m.file_row limit 1
     ) p on true
     where ${FILTER} order by h.division_code, h.household_no`,
    valuesOf(filter),
  )
}
