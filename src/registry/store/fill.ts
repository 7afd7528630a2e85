/** SQL that fills the empty tables of a registry: references and indexes are made once over all rows of a table, not row by row. */
import type { Tx } from '#platform/db'
import type { StoredTable } from './stored-table.ts'

/** Small, and its rows refer to each other: nothing is gained. */
const AS_IT_IS: ReadonlySet<string> = new Set(['division'])

/** The empty table does without references and indexes until `endFills`, at the latest until the transaction ends. */
export async function beginFill(tx: Tx, { name }: StoredTable): Promise<void> {
  if (!AS_IT_IS.has(name)) await tx.query('select begin_registry_fill($1)', [name])
}

/** Checks all references of the tables that were begun and makes their indexes; the planner learns what these tables hold. */
export async function endFills(tx: Tx, filled: readonly StoredTable[]): Promise<void> {
  await tx.query('set constraints registry_fill_ended immediate')
  await tx.query('set constraints registry_fill_ended deferred')
  await tx.query(`analyze ${filled.map(({ name }) => name).join(', ')}`, [], { named: false })
}

/** Head and head-count of households whose persons all stand there, before the households have indexes that would follow. */
export async function enterHeads(tx: Tx): Promise<void> {
  await tx.query(
    `update household h set head_name = f.head, persons_count = f.persons
     from (
       select household_no, count(*)::int as persons,
         (array_agg(name order by relation is not distinct from 'head' desc, file_row))[1] as head
       from person group by household_no
     ) f
     where f.household_no = h.household_no`,
    [],
    { named: false },
  )
}

/** Households that refused rows name: of all others a first import knows already what `refreshHouseholds` would find. */
export async function listNamedByRefused(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ no: string }>(
    `select distinct n.household_no as no from quarantined_row q cross join unnest(q.names) as n(household_no)
     where q.state = 'open' and q.quarantined`,
  )
  return rows.map(({ no }) => no)
}
