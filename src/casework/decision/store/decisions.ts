/** SQL of decisions: making one, taking it back, telling it, and what stands. */
import type { Tx } from '#platform/db'

export interface DecisionRow {
  decision_no: string
  case_no: string
  household_no: string
  division_code: string
  result: 'granted' | 'refused'
  base: number
  top_up: number
  amount: number
  persons: number
  tier: string | null
  from_month: string | null
  valid_to: string | null
  certificate_no: string | null
  grounds: Buffer
  by_user: string
  at: string
  notified_at: string | null
  letter_due_on: string | null
}

export interface NewDecision extends Omit<DecisionRow, 'division_code' | 'notified_at'> {
  /** what the household was paid before, by the registry; null where nothing was */
  prior: { from: string; to: string | null; amount: number | null } | null
}

const columns = `decision_no, case_no, household_no, division_code, result, base, top_up, amount, persons, tier, from_month, valid_to,
  certificate_no, grounds, by_user, at, notified_at, letter_due_on`

/** Writes a decision in the case's area. */
export async function insertDecision(tx: Tx, row: NewDecision): Promise<void> {
  await tx.execute(
    `insert into case_decision (decision_no, case_no, household_no, division_code, result, base, top_up, amount, persons, tier, from_month,
       valid_to, certificate_no, grounds, by_user, at, letter_due_on, prior_from, prior_to, prior_amount)
     select $1, c.case_no, $3, c.division_code, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
     from casefile c where c.case_no = $2`,
    [
      row.decision_no,
      row.case_no,
      row.household_no,
      row.result,
      row.base,
      row.top_up,
      row.amount,
      row.persons,
      row.tier,
      row.from_month,
      row.valid_to,
      row.certificate_no,
      row.grounds,
      row.by_user,
      row.at,
      row.letter_due_on,
      row.prior?.from ?? null,
      row.prior?.to ?? null,
      row.prior?.amount ?? null,
    ],
  )
}

/** The decision of a case that was not taken back. */
export function findStandingDecision(tx: Tx, caseNo: string): Promise<DecisionRow | undefined> {
  return tx.maybe<DecisionRow>(`select ${columns} from case_decision where case_no = $1 and undone_at is null`, [caseNo])
}

/** Takes a decision back that nobody was told of. */
export async function undoDecision(tx: Tx, decisionNo: string, at: string): Promise<boolean> {
  const n = await tx.execute(
    'update case_decision set undone_at = $2 where decision_no = $1 and undone_at is null and notified_at is null',
    [decisionNo, at],
  )
  return n === 1
}

/** Marks a decision as served; the first time counts. */
export async function markNotified(tx: Tx, decisionNo: string, at: string): Promise<boolean> {
  const n = await tx.execute(
    'update case_decision set notified_at = $2 where decision_no = $1 and undone_at is null and notified_at is null',
    [decisionNo, at],
  )
  return n === 1
}

/** Whether a decision stands on a payment roll; `confirmed`: on one that a second person confirmed. */
export async function isOnRoll(tx: Tx, decisionNo: string, confirmed: boolean): Promise<boolean> {
  const { there } = await tx.one<{ there: boolean }>(
    `select exists (select from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
       where l.decision_no = $1 and (not $2 or r.confirmed_at is not null)) as there`,
    [decisionNo, confirmed],
  )
  return there
}
