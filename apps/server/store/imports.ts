/** What hangs on registered households in the capabilities above the registry: asked when an import would take them off or is taken back. */
import type { Tx } from '#platform/db'
import type { ImportRest } from '#registry'

const TOUCHED = `(select household_no from import_change where import_id = $1 and household_no is not null)`
const SINCE = `(select ended_at from import_run where import_id = $1)`

interface Counts {
  readonly cases: number
  readonly campaigns: number
  readonly reports: number
  readonly rolls: number
}

/** Cases, verifications and payments of the households that an import touched, begun since it was written. */
export async function listRests(tx: Tx, importId: string): Promise<ImportRest[]> {
  const { cases, campaigns, reports, rolls } = await tx.one<Counts>(
    `select
       (select count(*)::int from casefile c where c.opened_at >= ${SINCE} and c.household_no in ${TOUCHED}) as cases,
       (select count(*)::int from commission c join campaign k on k.campaign_id = c.campaign_id
         where (k.created_at >= ${SINCE} or c.state_at >= ${SINCE}) and c.household_no in ${TOUCHED}) as campaigns,
       (select count(*)::int from report p where p.signed_at >= ${SINCE} and p.household_no in ${TOUCHED}) as reports,
       (select count(*)::int from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
         where r.made_at >= ${SINCE} and not l.withdrawn and l.household_no in ${TOUCHED}) as rolls`,
    [importId],
  )
  const rests: ImportRest[] = [
    { kind: 'case', label: '办理中或办结的案件', count: cases, href: '/cases' },
    { kind: 'campaign', label: '核对', count: campaigns, href: '/progress' },
    { kind: 'campaign', label: '已签发的核对报告', count: reports, href: '/progress' },
    { kind: 'roll', label: '编入发放名册', count: rolls, href: '/payments' },
  ]
  return rests.filter(({ count }) => count > 0)
}

/** What hangs on each of these households; a constant number of statements. */
export async function listHangs(
  tx: Tx,
  householdNos: readonly string[],
): Promise<Map<string, { label: string; count: number }[]>> {
  const rows = await tx.query<{ household_no: string; label: string; count: number }>(
    `with named as (select unnest($1::text[]) as household_no)
     select household_no, label, count(*)::int as count from (
       select household_no, '案件' as label from casefile join named using (household_no)
       union all select household_no, '在保待遇' from household join named using (household_no) where aid_from is not null and aid_to is null
       union all select household_no, '待遇变更' from grant_change join named using (household_no)
       union all select household_no, '已登记的发放' from payment join named using (household_no)
       union all select household_no, '本系统编制的发放' from payment_roll_line join named using (household_no) where not withdrawn
       union all select household_no, '核对疑点' from finding join named using (household_no)
       union all select household_no, '核对报告' from report join named using (household_no)
     ) hung group by 1, 2 order by 1, 2`,
    [householdNos],
    { named: false },
  )
  const hangs = new Map<string, { label: string; count: number }[]>()
  for (const { household_no: no, label, count } of rows) hangs.set(no, [...(hangs.get(no) ?? []), { label, count }])
  return hangs
}
