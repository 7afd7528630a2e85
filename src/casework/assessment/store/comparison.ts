/** SQL of what a household got before a case. */
import type { Tx } from '#platform/db'

export interface EarlierDecision {
  case_no: string
  at: string
  persons: number
  base: number
  top_up: number
  amount: number
  tier: string | null
}

/** The newest decision that granted aid to a household before a case was opened and was not taken back. */
export function findEarlierDecision(tx: Tx, householdNo: string, before: string): Promise<EarlierDecision | undefined> {
  return tx.maybe<EarlierDecision>(
    `select case_no, at, persons, base, top_up, amount, tier from case_decision
     where household_no = $1 and result = 'granted' and undone_at is null and at < $2::timestamptz order by at desc limit 1`,
    [householdNo, before],
  )
}

export interface EarlierAid {
  from_month: string
  persons: number
  amount: number | null
  tier: string | null
}

/** The aid of a household as the imported roll tells it, as it was before the case's own decision; undefined when it got none. */
export function findEarlierAid(tx: Tx, householdNo: string, caseNo: string): Promise<EarlierAid | undefined> {
  return tx.maybe<EarlierAid>(
    `select case when d.case_no is null then h.aid_from else d.prior_from end as from_month, h.persons_count as persons,
       case when d.case_no is null then h.approved_amount else d.prior_amount end as amount, h.tier
     from household h left join case_decision d on d.case_no = $2 and d.result = 'granted' and d.undone_at is null
     where h.household_no = $1 and case when d.case_no is null then h.aid_from else d.prior_from end is not null`,
    [householdNo, caseNo],
  )
}
