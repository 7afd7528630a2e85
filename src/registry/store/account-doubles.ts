/** SQL of staged households that are paid to the account of another one. */
import type { Tx } from '#platform/db'
import { onAid } from './kept-money.ts'

export interface StagedDouble {
  householdNo: string
  divisionCode: string
  /** other households on aid with the account, in the files or registered */
  others: { no: string; division: string }[]
  /** how many they are */
  many: number
}

const NAMED = 20

/** Staged households on aid whose account another household on aid has; `alone`: the files are the whole register. One statement. */
export function listAccountDoubles(tx: Tx, month: string, alone: boolean): Promise<StagedDouble[]> {
  return tx.query<StagedDouble>(
    `with living as materialized (
       select s.household_no, s.division_code, s.account_index, true as staged from stage_household s
       where s.account_index is not null and ${onAid('s', '$1')}
       union all
       select h.household_no, h.division_code, h.account_index, false from household h
       where not $2 and h.account_index is not null and ${onAid('h', '$1')}
         and not exists (select from stage_household s where s.household_no = h.household_no)
     ), shared as materialized (
       select account_index, count(*)::int as n, jsonb_agg(jsonb_build_object('no', household_no, 'division', division_code) order by household_no)
         filter (where place <= ${NAMED}) as all_of_them
       from (select l.*, row_number() over (partition by account_index order by household_no) as place from living l) l
       group by account_index having count(*) > 1
     )
     select l.household_no as "householdNo", l.division_code as "divisionCode", m.n - 1 as many,
       (select coalesce(jsonb_agg(o), '[]') from jsonb_array_elements(m.all_of_them) o where o ->> 'no' <> l.household_no) as others
     from living l join shared m on m.account_index = l.account_index where l.staged order by l.household_no`,
    [month, alone],
  )
}
