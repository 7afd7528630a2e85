/** Many cases as their actions hold them, and the facts a move of all of them needs: the statements do not grow with the cases. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { packOf } from '#policy'
import { readAccounts } from '#registry'
import { listOpenFindings } from '#verification'
import { sampleStanding } from '../../decision/actions/facts.ts'
import { listUncleared } from '../../intake/actions/double-members.ts'
import { attachedReport } from '../../intake/actions/report.ts'
import { isNoticeOver, isNoticeProved } from '../../notice/actions/facts.ts'
import type { NoticeLevel } from '../../notice/contract/notice.ts'
import { noticeStep } from '../../notice/rules/notice.ts'
import { findMove } from '../rules/decide.ts'
import { listHangingOf, listOnRoll, listOpenlyObjected, listTookPart } from '../store/fact-sets.ts'
import { listCasesOf, listMovesOf, listStepsOf } from '../store/move-sets.ts'
import { getProcedure } from '../store/procedures.ts'
import { listRecordsOf } from '../store/records.ts'
import { caseFileOf } from './case-file.ts'
import { gatherFacts } from './facts.ts'
import type { CaseFile } from './file-model.ts'

/** Loads cases in the caller's sight, in the order asked for. Four statements, and one for each pack not read before. */
export async function loadCaseFiles(context: ActionContext, caseNos: readonly string[]): Promise<CaseFile[]> {
  const { tx, keys } = context
  const rows = new Map((await listCasesOf(tx, caseNos, false)).map((row) => [row.case_no, row]))
  const steps = Map.groupBy(await listStepsOf(tx, caseNos), (step) => step.case_no)
  const moves = Map.groupBy(await listMovesOf(tx, caseNos), (move) => move.case_no)
  const records = await listRecordsOf(tx, keys, caseNos)
  const files: CaseFile[] = []
  for (const caseNo of caseNos) {
    const row = rows.get(caseNo)
    if (row === undefined) throw new Problem('casework.not-found', `没有案件 ${caseNo}，或不在您的辖区内`, { status: 404 })
    const procedure = await getProcedure(tx, row.procedure_id, row.procedure_version)
    const own = { steps: steps.get(caseNo) ?? [], moves: moves.get(caseNo) ?? [], records: records.get(caseNo) ?? [] }
    files.push(caseFileOf(row, procedure, own, await packOf(tx, row)))
  }
  return files
}

/** Numbers of the cases for which a fact is there. */
type SetFact = (context: ActionContext, files: readonly CaseFile[]) => Promise<ReadonlySet<string>>

const numbersOf = (files: readonly CaseFile[]): string[] => files.map(({ row }) => row.case_no)

const samplesVisited: SetFact = async ({ tx }, files) => {
  const open = files.filter((file) => sampleStanding(file) === null)
  const there = files.filter((file) => sampleStanding(file) === true)
  return new Set([...numbersOf(there), ...(open.length === 0 ? [] : await listTookPart(tx, numbersOf(open)))])
}

const noOpenObjections: SetFact = async ({ tx }, files) => {
  const objected = new Set(await listOpenlyObjected(tx, numbersOf(files)))
  return new Set(numbersOf(files).filter((caseNo) => !objected.has(caseNo)))
}

async function openFindings(
  { tx, today }: ActionContext,
  files: readonly CaseFile[],
): Promise<(file: CaseFile) => number | null> {
  const households = files.flatMap(({ row }) => row.household_no ?? [])
  const open = await listOpenFindings(tx, households, today)
  return ({ row }) => open.get(row.household_no ?? '') ?? null
}

const reportsAttached: SetFact = async (context, files) => {
  const open = await openFindings(context, files)
  return new Set(numbersOf(files.filter((file) => attachedReport(file) !== undefined && open(file) !== null)))
}

const findingsAnswered: SetFact = async (context, files) => {
  const open = await openFindings(context, files)
  return new Set(numbersOf(files.filter((file) => open(file) === 0)))
}

const membersSingle: SetFact = async (context, files) => {
  const open = await listUncleared(context, files)
  return new Set(numbersOf(files).filter((caseNo) => !open.has(caseNo)))
}

const accountsReady: SetFact = async ({ tx, keys }, files) => {
  const accounts = await readAccounts(
    tx,
    keys,
    files.flatMap(({ row }) => row.household_no ?? []),
  )
  return new Set(numbersOf(files.filter(({ row }) => accounts.get(row.household_no ?? '')?.faults.length === 0)))
}

function ofNotice(level: NoticeLevel): Record<string, SetFact> {
  const step = noticeStep(level)
  return {
    [`${step}-over`]: async ({ tx, today }, files) => {
      const hanging = await listHangingOf(tx, numbersOf(files), level)
      return new Set(numbersOf(files.filter((file) => isNoticeOver(file, level, hanging.get(file.row.case_no), today))))
    },
    [`${step}-proved`]: async ({ tx }, files) => {
      const hanging = await listHangingOf(tx, numbersOf(files), level)
      return new Set(numbersOf(files.filter((file) => isNoticeProved(hanging.get(file.row.case_no)))))
    },
  }
}

const sets: Readonly<Record<string, SetFact>> = {
  ...ofNotice('village'),
  ...ofNotice('township'),
  ...ofNotice('district'),
  'no-open-objection': noOpenObjections,
  'sample-visited': samplesVisited,
  'on-roll': async ({ tx }, files) => new Set(await listOnRoll(tx, numbersOf(files))),
  'report-attached': reportsAttached,
  'findings-answered': findingsAnswered,
  'account-ready': accountsReady,
  'members-single': membersSingle,
}

/**
 * Per case the facts of one kind of move that are there. What has to be looked up for the moves that pages offer for many is looked up once for
 * all; other facts case by case.
 */
export async function gatherSetFacts(
  context: ActionContext,
  files: readonly CaseFile[],
  { step, command }: { step: string; command: string },
  brought: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needsOf = (file: CaseFile) => (findMove(file.state, step, command)?.needs ?? []).filter((need) => !brought.includes(need))
  const there = new Map(files.map((file) => [file.row.case_no, new Set(brought)]))
  for (const need of new Set(files.flatMap(needsOf))) {
    const set = sets[need]
    if (set !== undefined) for (const caseNo of await set(context, files)) there.get(caseNo)?.add(need)
  }
  for (const file of files) {
    const facts = await gatherFacts(
      context,
      file,
      needsOf(file).filter((need) => sets[need] === undefined),
    )
    for (const fact of facts) there.get(file.row.case_no)?.add(fact)
  }
  return there
}
