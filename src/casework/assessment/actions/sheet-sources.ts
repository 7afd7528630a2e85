/** What a sheet is made of: registry, verification, visit, interviews, vote, and what a person put right. A constant number of statements. */
import { isProblem, Problem } from '#kernel/problem'
import { codesOf } from '#kernel/terms'
import type { ActionContext } from '#platform/action'
import {
  type Assessment,
  type AssessmentBasis,
  assessHousehold,
  assessmentBasis,
  type Household,
  householdOf,
  parseExactJson,
  ReadingFault,
  withImputed,
  withoutImputed,
} from '#policy'
import { type HouseholdFile, loadHouseholdFile } from '#registry'
import { assessmentOf, type FindingLine, findReportOf, loadFindings, refuseAlteredReport, type UsableReport } from '#verification'
import { listSessionCases, type SessionCaseRow } from '../../deliberation/store/sessions.ts'
import { type CaseFile, openedAgainAt, standingRecords } from '../../procedure/actions/file-model.ts'
import type { Interview, Visit } from '../../visit/contract/moves.ts'
import type { Amendment, ImputedIncome, SheetOrder } from '../contract/sheet.ts'
import type { SheetSources } from '../rules/sheet.ts'
import { factsByPillar, type Said } from '../rules/sheet-facts.ts'

/** Facts and sums of a household under the case's pack. */
export interface Assessed {
  readonly household: Household
  readonly assessment: Assessment
}

export interface Gathered {
  readonly sources: SheetSources
  readonly assessed: Assessed | null
  readonly restsOnImputed: boolean
  readonly report: UsableReport | null
  readonly asOf: string | null
  readonly persons: readonly { readonly id: string; readonly name: string }[]
  readonly notes: readonly string[]
}

interface Verified {
  readonly household: Household
  readonly asOf: string
  readonly notes: readonly string[]
}

/** Facts by declaration and verification; a note instead where they cannot be had. */
async function verifiedFacts(context: ActionContext, file: CaseFile, report: UsableReport): Promise<Verified | string> {
  const { tx, keys, clock } = context
  const { household_no: householdNo, pack_on: on } = file.row
  try {
    const order = { pack: file.pack, on }
    const { household, asOf, notes } = await assessmentOf(tx, keys, { clock }, report.campaignId, householdNo ?? '', order)
    return { household, asOf, notes }
  } catch (error) {
    if (isProblem(error) && (error.status === 404 || error.status === 409)) return error.message
    throw error
  }
}

/** The facts with the sections a person put right. Problem 422 naming what cannot be read. */
function amendedFacts(
  basis: AssessmentBasis,
  programme: Household['programme'],
  facts: Household | null,
  amended: readonly Amendment[],
): Household | null {
  const given = Object.fromEntries(amended.map((each) => [each.section, each.value]))
  const own = facts === null ? null : { ...facts, programme }
  if (amended.length === 0) return own
  const members = given.members ?? facts?.members.map(({ id, relation }) => ({ id, relation }))
  if (members === undefined) return null
  try {
    const content = parseExactJson(JSON.stringify({ ...given, programme, members }), '更正的事实')
    const read = householdOf(basis, content)
    const kept = own ?? { programme, members: read.members }
    const sections = Object.entries(read).filter(([name]) => name in given)
    return { ...kept, ...Object.fromEntries(sections) }
  } catch (error) {
    if (!(error instanceof ReadingFault)) throw error
    throw new Problem('casework.facts', `更正的事实有误：${error.message}`, { status: 422 })
  }
}

function checkImputed(household: Household, imputed: readonly ImputedIncome[]): void {
  const ids = new Set(household.members.map(({ id }) => id))
  for (const { member, item } of imputed) {
    if (!ids.has(member))
      throw new Problem('casework.imputed', `推定收入的成员“${member}”不在家庭成员中，请重新选择`, { status: 422 })
    if (!codesOf('income_item').has(item)) {
      throw new Problem('casework.imputed', `推定收入的项目“${item}”不在代码表内，请重新选择`, { status: 422 })
    }
  }
}

/** Whether a household is refused only because of income that was set by rule. */
function restsOnImputed(basis: AssessmentBasis, { household, assessment }: Assessed): boolean {
  if (assessment.eligible) return false
  const without = withoutImputed(household)
  return without.incomes?.length !== household.incomes?.length && assessHousehold(basis, without).eligible
}

async function sessionOf(context: ActionContext, file: CaseFile): Promise<SessionCaseRow | undefined> {
  const again = openedAgainAt(file, 'deliberation')
  const since = file.moves.find(({ seq }) => seq === again)?.at ?? ''
  return (await listSessionCases(context.tx, { caseNo: file.row.case_no })).filter((row) => row.at >= since).at(-1)
}

function lastMove(file: CaseFile, step: string): string | undefined {
  return file.moves.findLast((move) => move.step === step)?.command
}

function deliberationOf(file: CaseFile, session: SessionCaseRow | undefined): SheetSources['deliberation'] {
  const state = file.state.steps.deliberation
  return {
    outcome: session?.outcome ?? null,
    overruled: state === 'done' && lastMove(file, 'deliberation') === 'overrule',
    called: state !== undefined && state !== 'idle',
  }
}

function voteOf(session: SessionCaseRow | undefined) {
  if (session === undefined || session.yes === null) return null
  const { yes, no, abstain, invalid } = session
  return { heldOn: null, place: '民主评议会', yes, no: no ?? 0, abstain: abstain ?? 0, invalid: invalid ?? 0 }
}

interface Found {
  readonly registry: HouseholdFile | null
  readonly report: UsableReport | null
  readonly findings: readonly FindingLine[]
  /** facts by declaration and verification, or why they cannot be had */
  readonly verified: Verified | string | null
}

async function findHousehold(context: ActionContext, file: CaseFile): Promise<Found> {
  const { tx, today } = context
  const { household_no: householdNo } = file.row
  if (householdNo === null) return { registry: null, report: null, findings: [], verified: null }
  const registry = await loadHouseholdFile(tx, context.keys, householdNo, today)
  const report = await findReportOf(context, householdNo, today)
  if (report !== undefined) await refuseAlteredReport(context, report)
  if (report === undefined) return { registry, report: null, findings: [], verified: null }
  const findings = await loadFindings(tx, report.campaignId, householdNo)
  return { registry, report, findings, verified: await verifiedFacts(context, file, report) }
}

/** Facts and sums under the case's pack, with what a person entered; null without any facts. */
function assess(basis: AssessmentBasis, file: CaseFile, known: Verified | null, order: SheetOrder): Assessed | null {
  const facts = amendedFacts(basis, file.row.programme, known?.household ?? null, order.amended)
  if (facts === null) return null
  checkImputed(facts, order.imputed)
  const household = withImputed(facts, order.imputed)
  return { household, assessment: assessHousehold(basis, household) }
}

function notesOf({ verified, registry }: Found, assessed: Assessed | null): string[] {
  return [
    ...(typeof verified === 'string' ? [verified] : (verified?.notes ?? [])),
    ...(assessed?.assessment.missing.map(({ text }) => text) ?? []),
    ...(assessed?.assessment.warnings ?? []),
    ...(registry?.incomplete === true ? ['该户还有登记行未入库，申报内容不完整'] : []),
  ]
}

/** Everything the sheet of a case is made of, with a person's entries laid over it. */
export async function gatherSheet(context: ActionContext, file: CaseFile, order: SheetOrder): Promise<Gathered> {
  const found = await findHousehold(context, file)
  const { registry, report, findings, verified } = found
  const known = typeof verified === 'string' ? null : verified
  const basis = assessmentBasis(file.pack)
  const assessed = assess(basis, file, known, order)
  const session = await sessionOf(context, file)
  const visit = standingRecords(file, 'visit').find(({ body }) => (body as Visit).absent !== true)
  const by = { byName: context.actor.name }
  const asOf = known?.asOf ?? null
  const facts = factsByPillar({
    file: registry,
    reportNo: report?.reportNo ?? null,
    asOf,
    household: known?.household ?? null,
    findings,
    visit: (visit as Said<Visit> | undefined) ?? null,
    interviews: standingRecords(file, 'interview') as unknown as readonly Said<Interview>[],
    vote: voteOf(session),
    amended: order.amended.map((each) => ({ ...each, ...by })),
    imputed: order.imputed.map((each) => ({ ...each, ...by })),
  })
  return {
    sources: {
      report,
      findings,
      assessment: assessed?.assessment ?? null,
      facts,
      deliberation: deliberationOf(file, session),
      settled: order.settled,
    },
    assessed,
    restsOnImputed: assessed !== null && restsOnImputed(basis, assessed),
    report,
    asOf,
    persons: (assessed?.household.members ?? []).map(({ id }) => ({
      id,
      name: registry?.persons.find((each) => each.subjectNo === id)?.name ?? id,
    })),
    notes: notesOf(found, assessed),
  }
}
