/** SQL of the export of cases: a cursor over the list, whatever its length. */
import type { Tx } from '#platform/db'
import { cursorRows } from '#platform/table-export'
import { Values } from './conditions.ts'
import { type CaseFilter, caseConditions } from './lists.ts'

export interface ExportedCase {
  case_no: string
  household_no: string | null
  programme: string
  origin: string
  township: string
  village: string
  applicant_name: string
  members: number
  related: boolean
  opened_on: string
  accepted_on: string | null
  total_due_on: string | null
  /** labels of the steps it lies at */
  at_steps: string | null
  result: string | null
  ended_on: string | null
  decision_no: string | null
  amount: number | null
  from_month: string | null
  subjects: Buffer[]
}

/** The cases of a filter by village and number, some hundreds at a time, with the keyed indexes of their households' persons. */
export function eachExportCase(tx: Tx, filter: CaseFilter): AsyncGenerator<ExportedCase[]> {
  const values = new Values()
  const where = caseConditions(values, filter)
  return cursorRows<ExportedCase>(
    tx,
    `select c.case_no, c.household_no, c.programme, c.origin, coalesce(t.name, c.township_code) as township,
       coalesce(v.name, c.division_code) as village, c.applicant_name, c.members, c.related,
       (c.opened_at at time zone 'Asia/Shanghai')::date as opened_on, c.accepted_on, c.total_due_on,
       (select string_agg(p.label, '、' order by p.ordinal) from case_step s
          join procedure_step p on p.procedure_id = c.procedure_id and p.version = c.procedure_version and p.step = s.step
        where s.case_no = c.case_no and c.result is null and s.state in ('open', 'posted', 'paused')) as at_steps,
       c.result, (c.ended_at at time zone 'Asia/Shanghai')::date as ended_on, d.decision_no, d.amount, d.from_month,
       array(select m.id_number_index from person m where m.household_no = c.household_no) as subjects
     from casefile c left join case_decision d on d.case_no = c.case_no and d.undone_at is null
     left join division v on v.code = c.division_code left join division t on t.code = c.township_code
     where ${where} order by c.division_code, c.case_no`,
    values.list,
  )
}
