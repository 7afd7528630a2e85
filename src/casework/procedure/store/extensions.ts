/** SQL of extended limits: the row moves the day the case is due. */
import type { Tx } from '#platform/db'

export interface NewExtension {
  readonly caseNo: string
  readonly clock: string
  readonly days: number
  readonly dueBefore: string
  readonly dueOn: string
  readonly reason: Buffer
  readonly byUser: string
  readonly byRole: string
  readonly at: string
}

/** Extends a clock of a case in its area. */
export async function insertExtension(tx: Tx, row: NewExtension): Promise<void> {
  await tx.execute(
    `insert into case_extension (case_no, clock, division_code, days, due_before, due_on, reason, by_user, by_role, at)
     select c.case_no, $2, c.division_code, $3, $4, $5, $6, $7, $8, $9 from casefile c where c.case_no = $1`,
    [row.caseNo, row.clock, row.days, row.dueBefore, row.dueOn, row.reason, row.byUser, row.byRole, row.at],
  )
}
