/** People of a case who are members of another living household: found in the whole district, told as far as the caller may see. */
import { monthOf } from '#kernel/dates'
import type { ActionContext } from '#platform/action'
import { inWholeDistrict } from '#registry'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { Draft } from '../contract/draft.ts'
import type { DoubleMember, MembershipOutcome } from '../contract/membership.ts'
import { type DoubleRow, listDoubles, listOwnMembers, type MemberOfCase } from '../store/memberships.ts'

const OUTCOMES: Readonly<Record<MembershipOutcome, string>> = {
  moved: '已迁出原家庭，原家庭应当减员',
  error: '登记有误，不是两处的成员',
  same: '是本户原来的登记',
}

/** The other household in words: its number within the caller's range, else only its township. */
function whereOf({ within, householdNo, headName, townshipName, running }: DoubleRow): string {
  const place = within ? `${headName}户（${householdNo}）` : `${townshipName}的一户家庭`
  return `${place}${running === null ? '' : within ? `，在办案件 ${running}` : '，正在申请'}`
}

function doubleOf({ keys }: ActionContext, file: CaseFile, row: DoubleRow): DoubleMember {
  const key = keys.blindIndex('membership', `${row.index.toString('hex')} ${row.householdNo}`).toString('hex')
  const cleared = file.records.find(({ kind, body }) => kind === 'membership' && body.key === key)
  const said = cleared?.body as { outcome: MembershipOutcome; reason: string } | undefined
  return {
    key,
    name: row.name,
    where: whereOf(row),
    cleared:
      cleared === undefined || said === undefined
        ? null
        : {
            outcome: said.outcome,
            outcomeLabel: OUTCOMES[said.outcome],
            reason: said.reason,
            byName: cleared.byName ?? '',
            at: cleared.at,
          },
  }
}

async function doublesOf(context: ActionContext, files: readonly CaseFile[], members: readonly MemberOfCase[]) {
  const { tx, today } = context
  const rows = members.length === 0 ? [] : await inWholeDistrict(tx, () => listDoubles(tx, members, monthOf(today)))
  const byCase = Map.groupBy(rows, (row) => row.caseNo)
  return new Map(
    files.map((file) => {
      const found = byCase.get(file.row.case_no) ?? []
      const doubles = found.map((row) => doubleOf(context, file, row))
      return [file.row.case_no, doubles.filter(({ key }, at) => doubles.findIndex((each) => each.key === key) === at)]
    }),
  )
}

/** Of an application as it is written: numbers in clear, and people the registry knows already. */
export async function draftDoubles(context: ActionContext, file: CaseFile, draft: Draft): Promise<DoubleMember[]> {
  const { tx, keys } = context
  const { case_no: caseNo, household_no: householdNo } = file.row
  const counted = draft.members.filter(({ values }) => values.counted !== 'no')
  const written = counted.flatMap(({ values }): MemberOfCase[] => {
    const number = values.id_number ?? ''
    return number === '' || number.includes('****') ? [] : [{ caseNo, householdNo, index: keys.blindIndex('id', number) }]
  })
  const known = await listOwnMembers(
    tx,
    [caseNo],
    counted.map(({ id }) => id),
  )
  return (await doublesOf(context, [file], [...written, ...known])).get(caseNo) ?? []
}

/** Of accepted cases: the numbers of those with a double membership that nobody has cleared. A constant number of statements. */
export async function listUncleared(context: ActionContext, files: readonly CaseFile[]): Promise<ReadonlySet<string>> {
  const members = await listOwnMembers(
    context.tx,
    files.map(({ row }) => row.case_no),
    null,
  )
  const doubles = await doublesOf(context, files, members)
  return new Set([...doubles].flatMap(([caseNo, own]) => (own.some(({ cleared }) => cleared === null) ? [caseNo] : [])))
}
