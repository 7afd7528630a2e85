/** The sheet of a case from today's records, with what a person enters laid over it. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { keepFacts } from '#policy'
import { findPlaces } from '../../cases/store/open-case.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { SheetOrder } from '../contract/sheet.ts'
import { conclusionOf, leadsOf, pillarsOf, settlementFault } from '../rules/sheet.ts'
import { figuresOf } from '../rules/sheet-figures.ts'
import type { KeptSheet } from './sheet-record.ts'
import { gatherSheet } from './sheet-sources.ts'

const NOTHING: SheetOrder = { settled: [], amended: [], imputed: [] }

/** The sheet as it is from today's records with a person's entries. Problem 422 for an entry the facts do not allow. */
export async function makeSheet(context: ActionContext, file: CaseFile, order: SheetOrder = NOTHING): Promise<KeptSheet> {
  const gathered = await gatherSheet(context, file, order)
  const fault = settlementFault(gathered.sources)
  if (fault !== null) throw new Problem('casework.settled', fault, { status: 422 })
  const { row, pack, parameters } = file
  const pillars = pillarsOf(gathered.sources)
  const places = await findPlaces(context.tx, row.division_code)
  const { assessed } = gathered
  const view: KeptSheet['view'] = {
    caseNo: row.case_no,
    householdNo: row.household_no,
    applicantName: row.applicant_name,
    programme: row.programme,
    members: row.members,
    persons: gathered.persons.map((person) => ({ ...person })),
    villageName: places?.village ?? '',
    pack: { id: pack.id, on: pack.on, hash: pack.hash },
    reportNo: gathered.report?.reportNo ?? null,
    asOf: gathered.asOf,
    pillars,
    conclusion: conclusionOf(pillars),
    figures: assessed === null ? null : figuresOf(assessed.assessment),
    exclusions: leadsOf(parameters.exclusions, gathered.sources.findings),
    restsOnImputed: gathered.restsOnImputed,
    notes: [...gathered.notes],
  }
  return { view, order, facts: assessed === null ? null : keepFacts(assessed.household) }
}

/** Whether one of the three tests is not met by today's records; a failed vote alone ends in a new investigation. */
export async function findsTestNotMet(context: ActionContext, file: CaseFile): Promise<boolean> {
  const { view } = await makeSheet(context, file)
  return view.pillars.some(({ pillar, finding }) => pillar !== 'deliberation' && finding === 'not_met')
}
