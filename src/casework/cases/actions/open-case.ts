/** One case with everything in it (一户一档), and what the caller may do with it. */
import { showFile } from '#files'
import { roleLabel } from '#identity'
import { raiseAlarms } from '#journal'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { alteredText, findReportOf } from '#verification'
import { findingsWord } from '../../intake/rules/finding-words.ts'
import { objectionsInSight } from '../../objection/actions/sight.ts'
import { loadCaseFile, refusalOf } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { clockView } from '../../procedure/actions/clock-view.ts'
import { extendableClocks } from '../../procedure/actions/extensions.ts'
import { type CaseFile, clockOf, counts } from '../../procedure/actions/file-model.ts'
import { providedBy } from '../../procedure/actions/handlers.ts'
import { withFileIds } from '../../procedure/actions/move-files.ts'
import { lookAround, nextTodos } from '../../procedure/actions/next-todos.ts'
import { formLabel, kindLabel, schemeLabel } from '../../procedure/rules/case-words.ts'
import { type Move, type Mover, stepOf, stepsBehind } from '../../procedure/rules/model.ts'
import { letterTodo } from '../../procedure/rules/next.ts'
import type { StepRow } from '../../procedure/store/cases.ts'
import { listCaseScans } from '../../scan/store/scans.ts'
import { type CaseHead, type CaseView, openCase } from '../contract/case.ts'
import { readCaseFile } from '../contract/case-files.ts'
import {
  findPlaces,
  listCaseNotices,
  listCaseObjections,
  listCaseSessions,
  listDecisions,
  listPapers,
} from '../store/open-case.ts'

function headOf(file: CaseFile, places: { township: string; village: string } | undefined, today: string): CaseHead {
  const { row, procedure, parameters } = file
  return {
    caseNo: row.case_no,
    householdNo: row.household_no,
    applicantName: row.applicant_name,
    members: row.members,
    programme: row.programme,
    scheme: row.scheme,
    schemeLabel: schemeLabel(row.scheme),
    origin: row.origin,
    appealNo: row.appeal_no,
    townshipCode: row.township_code,
    townshipName: places?.township ?? '',
    villageCode: row.division_code,
    villageName: places?.village ?? '',
    procedureLabel: procedure.label,
    packId: row.pack_id,
    packOn: row.pack_on,
    related: row.related,
    complained: row.complained,
    sampled: row.sampled,
    version: row.version,
    result: file.state.result,
    openedAt: row.opened_at,
    acceptedOn: row.accepted_on,
    total: clockView(
      row.total_due_on,
      parameters.clocks.total,
      file.steps.find((step) => step.stopped_on !== null)?.stopped_on ?? null,
      today,
    ),
    endedAt: row.ended_at,
  }
}

type Here = { step: string; move: Move }

/** Every move the caller's role has in the states the steps are in. */
function movesHere({ actor }: ActionContext, { procedure, state }: CaseFile): Here[] {
  if (state.result !== null) return []
  return procedure.steps.flatMap(({ id, moves }) => {
    const now = state.steps[id]
    const own = moves.filter((move) => now !== undefined && move.from.includes(now) && move.by.includes(actor.role as Mover))
    return own.map((move) => ({ step: id, move }))
  })
}

/** A move with what is missing for it. */
function offeredMove(context: ActionContext, file: CaseFile, { step, move }: Here, facts: ReadonlySet<string>) {
  const isBehind = (id: string) => file.state.steps[id] === 'done' && stepsBehind(file.procedure, id).has(step)
  const reopen = move.reopens === 'chosen' ? file.procedure.steps.filter(({ id }) => isBehind(id)) : []
  const { command, label, clause, reason } = move
  const trial = { step, command, reason: '试办', ...(reopen[0] === undefined ? {} : { reopen: reopen[0].id }) }
  return {
    ...{ step, command, label, clause, reason },
    reopen: reopen.map((each) => ({ step: each.id, label: each.label })),
    missing: refusalOf(context, file, trial, new Set([...facts, ...providedBy(`${step}.${command}`)])),
  }
}

/** What the caller may do now, and what comes next whoever does it. */
async function offersOf(context: ActionContext, file: CaseFile): Promise<Pick<CaseView, 'offered' | 'next'>> {
  const here = movesHere(context, file)
  const looked = await lookAround(
    context,
    file,
    here.flatMap(({ move }) => move.needs),
  )
  return {
    next: nextTodos(context, file, looked),
    offered: here.map((each) => offeredMove(context, file, each, looked.facts)),
  }
}

/** A decision is not through before the applicant has its letter: the step it was made at says so. */
function waitsOf({ step, state }: StepRow, unserved: readonly CaseView['decisions'][number][]): string | null {
  if (state !== 'done') return null
  const made = unserved.some(({ result }) => (result === 'granted' ? 'decision' : 'approval') === step)
  return made ? '已决定，待送达申请人' : null
}

function stepView(file: CaseFile, row: StepRow, today: string): Omit<CaseView['steps'][number], 'waits'> {
  const step = stepOf(file.procedure, row.step)
  const clock = clockView(row.due_on, clockOf(file, row.step), row.stopped_on, today, row.state === 'posted')
  const { label, level, after } = step
  return { step: row.step, label, state: row.state, level, after: [...after], since: row.since, clock }
}

/** Who did something, in the caller's sight: whoever sits above the caller's division has no name here, and is not the system. */
function nameOf(byUser: string, byName: string | null): string {
  return byName ?? (byUser.startsWith('system:') ? '系统' : '上级办理人员')
}

function movesOf(context: ActionContext, file: CaseFile): CaseView['moves'] {
  return file.moves.map((move) => {
    const step = stepOf(file.procedure, move.step)
    const label = step.moves.find((each) => each.command === move.command)?.label ?? move.command
    return {
      seq: move.seq,
      step: move.step,
      stepLabel: step.label,
      command: move.command,
      label,
      byName: nameOf(move.by_user, move.by_name),
      byRoleLabel: roleLabel(move.by_role),
      reason: move.reason === null ? null : context.keys.openText(move.reason),
      reopenedLabel: move.reopened === null ? null : stepOf(file.procedure, move.reopened).label,
      at: move.at,
    }
  })
}

/** A case's page as the caller sees it. A constant number of statements besides the facts its offered moves ask for. */
export async function viewCase(context: ActionContext, file: CaseFile): Promise<CaseView> {
  const { tx, keys, today } = context
  const { case_no: caseNo, household_no: householdNo } = file.row
  const [places, papers, scans, report, notices, objections, sessions, decisions, withIds] = await Promise.all([
    findPlaces(tx, file.row.division_code),
    listPapers(tx, caseNo),
    listCaseScans(tx, caseNo),
    householdNo === null ? undefined : findReportOf({ tx, keys }, householdNo, today),
    listCaseNotices(tx, caseNo),
    listCaseObjections(tx, keys, caseNo),
    listCaseSessions(tx, caseNo),
    listDecisions(tx, caseNo),
    withFileIds(tx, caseNo),
  ])
  if (report?.altered != null) await raiseAlarms(context.db, [report.altered])
  const offers = await offersOf(context, file)
  const unserved = decisions.filter(isUnserved)
  return {
    head: headOf(file, places, today),
    steps: file.procedure.steps.flatMap((step) => {
      const row = file.steps.find((each) => each.step === step.id)
      return row === undefined ? [] : [{ ...stepView(file, row, today), waits: waitsOf(row, unserved) }]
    }),
    offered: offers.offered,
    next: [...offers.next, ...unserved.map(() => letterTodo(caseNo))],
    extendable: extendableClocks(context, file).map(({ role: _role, ...clock }) => clock),
    moves: movesOf(context, file),
    records: file.records.map(({ recordId, kind, step, byUser, byName, at, body, caseVersion }) => ({
      recordId,
      kind,
      kindLabel: kindLabel(kind),
      step,
      byName: nameOf(byUser, byName),
      at,
      counts: counts(file, { step, caseVersion }),
      body: withIds(body),
    })),
    papers: papers.map((paper) => ({ ...paper, formLabel: formLabel(paper.form) })),
    scans: scans.map((scan) => ({ ...scan, formLabel: formLabel(scan.form) })),
    notices,
    objections: objectionsInSight(context, file, objections),
    sessions,
    decisions,
    report: report === undefined ? null : reportLine(report),
  }
}

const isUnserved = ({ undoneAt, notifiedAt }: CaseView['decisions'][number]): boolean => undoneAt === null && notifiedAt === null

function reportLine(report: NonNullable<Awaited<ReturnType<typeof findReportOf>>>): CaseView['report'] {
  const { reportNo, conclusion, signedOn, validTo, openFindings, altered } = report
  const standing = findingsWord(report)
  return {
    reportNo,
    conclusion,
    signedOn,
    validTo,
    openFindings,
    standing,
    altered: altered === null ? null : alteredText([reportNo]),
  }
}

export const openCaseAction: Action = routeAction(openCase, {
  async run(context, { caseNo }) {
    const file = await loadCaseFile(context, caseNo)
    const view = await viewCase(context, file)
    await remember(context, view, file)
    return view
  },
  journal: ({ caseNo }, output) => noteOn(output, caseNo, '查看案件'),
})

export const readCaseFileAction: Action = routeAction(readCaseFile, {
  async run(context, { caseNo, fileId }): Promise<Download> {
    const file = await loadCaseFile(context, caseNo)
    const reply = await showFile(context, { kind: 'case', no: caseNo }, (each) => each.fileId === fileId)
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, fileId }, output) => noteOn(output, caseNo, '查看案件材料', { fileId }),
})
