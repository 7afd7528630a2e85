/** Whom beyond the district one may ask, and for which record types. */

import type { Sql } from '#platform/db'
import { type RecordName, recordNames, recordTypeOf } from '#sources/contract'
import { unitOfNode } from '../rules/rights.ts'
import { listFarNodeRows } from '../store/far-nodes.ts'

/** A node of another district or level that may be asked. */
export interface FarNode {
  unit: string
  name: string
  via: string | null
  records: RecordName[]
}

/**
 * The nodes beyond the district that may be asked for a purpose, each with the record types it holds (its id ends in the kind of unit it
 * is) and there is a right to. One statement.
 */
export async function listFarNodes(sql: Sql, purpose: string): Promise<FarNode[]> {
  const rows = await listFarNodeRows(sql, purpose)
  return rows.flatMap(({ unit, name, via, items }) => {
    const kind = unitOfNode(unit)
    const records = recordNames.filter((record) => {
      const type = recordTypeOf(record)
      return type.unit === kind && items.includes(type.category)
    })
    return records.length === 0 ? [] : [{ unit, name, via, records }]
  })
}
