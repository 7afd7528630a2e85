/** SQL of what rests on an import in the registry itself, so that it cannot be taken back. */
import type { Tx } from '#platform/db'
import { STORED_TABLES } from './stored-table.ts'

/** Households that an import brought; nothing of them may be left when it is taken back. */
const BROUGHT = `(select row_key from import_change where import_id = $1 and table_name = 'households' and kind = 'new')`

/** Later imports that stand, of the same rows, of households this one brought, or of refused rows that it returned first. */
export function listLaterImports(
  tx: Tx,
  importId: string,
  endedAt: string,
): Promise<{ importId: string; name: string; rows: number }[]> {
  return tx.query(
    `select r.import_id as "importId", r.name, sum(n.rows)::int as rows from import_run r cross join lateral (
       select count(*) as rows from import_change c where c.import_id = r.import_id
         and (exists (select from import_change o where o.import_id = $1 and o.table_name = c.table_name and o.row_key = c.row_key)
           or c.household_no in ${BROUGHT}
           or left(c.division_code, 12) in (select row_key from import_change where import_id = $1 and table_name = 'divisions' and kind = 'new'))
       union all
       select count(*) from quarantined_row k where k.import_id = r.import_id and k.state = 'known'
         and k.raw_index in (select raw_index from quarantined_row o where o.import_id = $1 and o.state <> 'known')
     ) n where r.state = 'done' and r.import_id <> $1 and r.ended_at >= $2
     group by 1, 2 having sum(n.rows) > 0 order by 2 limit 20`,
    [importId, endedAt],
    { named: false },
  )
}

export interface OwnRests {
  readonly corrections: number
  readonly mended: number
  readonly others: number
  readonly accounts: number
  readonly scans: number
}

/** What people did here since then to rows of an import, and rows that others entered in households it brought. */
export function countOwnRests(tx: Tx, importId: string, endedAt: string): Promise<OwnRests> {
  const others = STORED_TABLES.filter(({ columns, name }) => columns.includes('household_no') && name !== 'household').map(
    ({ name, key, table }) => `select t.${key} from ${name} t where t.household_no in ${BROUGHT} and not exists (
       select from import_change c where c.import_id = $1 and c.table_name = '${table.name}' and c.row_key = t.${key})`,
  )
  return tx.one<OwnRests>(
    `select
       (select count(*)::int from registry_correction x where x.at >= $2 and (x.household_no in ${BROUGHT} or exists (
          select from import_change c where c.import_id = $1 and c.table_name = x.table_name and c.row_key = x.row_key))) as corrections,
       (select count(*)::int from quarantined_row q where q.import_id = $1 and q.state in ('corrected', 'dismissed')) as mended,
       (select count(*)::int from (${others.join(' union all ')}) o) as others,
       (select count(*)::int from account_change a where a.proposed_at >= $2 and a.household_no in (
          select household_no from import_change where import_id = $1 and table_name = 'households')) as accounts,
       (select count(*)::int from authorisation_scan s where s.scanned_at >= $2 and s.authorisation_no in (
          select row_key from import_change where import_id = $1 and table_name = 'authorisations')) as scans`,
    [importId, endedAt],
  )
}
