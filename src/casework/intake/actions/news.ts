/** What casework does about news of the verification: a report that is told moves the case it was commissioned for. */
import type { ActionContext } from '#platform/action'
import { type Clock, today } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type EventPayloads, emit } from '#platform/events'
import { findReportOf } from '#verification'
import { advance, loadCaseFile } from '../../procedure/actions/case-file.ts'
import { followHouseholds } from '../../procedure/store/cases.ts'
import { findRunningCase } from '../store/intake.ts'
import { takeUpRegisterLinks } from './related.ts'
import { hasCommissioned, isCommissioned, isNewer } from './report.ts'

interface NewsDeps {
  readonly keys: Keys
  readonly clock: Clock
}

function absent(what: string): never {
  throw new Error(`news is taken up without ${what}`)
}

/** The product itself, acting inside the transaction that hands out news. */
function newsContext(tx: Tx, { keys, clock }: NewsDeps): ActionContext {
  const actor = { userId: 'system:casework', account: '', name: '系统', role: 'system', divisionCode: '', unitCode: null }
  return {
    tx,
    scope: tx.scope,
    actor,
    keys,
    clock,
    today: today(clock),
    emit: (name, payload) => emit(tx, name, payload),
    get db() {
      return absent('a database of its own')
    },
    get workerDb() {
      return absent('a database of its own')
    },
    get log() {
      return absent('a log')
    },
    get blobs() {
      return absent('files')
    },
    get session() {
      return absent('a session')
    },
  }
}

/**
 * Attaches a report to the case that commissioned it; while an objection is open, a report made after it ends the re-check. Cases that wait
 * for nothing are left alone, and so is a report of another campaign (corrected rows are asked again in the district's own): whether a case
 * uses it, a person decides.
 */
async function takeUpReport(
  tx: Tx,
  { householdNo, campaignId }: EventPayloads['verification.reported'],
  deps: NewsDeps,
): Promise<void> {
  const running = await findRunningCase(tx, householdNo)
  if (running === undefined) return
  const context = newsContext(tx, deps)
  const file = await loadCaseFile(context, running.case_no, true)
  const { verification: state } = file.state.steps
  const report = await findReportOf(context, householdNo, context.today)
  if (report === undefined || report.altered !== null || !isCommissioned(file) || !hasCommissioned(file, campaignId)) return
  if (state !== 'open' && state !== 'paused') return
  await takeUpRegisterLinks(context, file, campaignId, householdNo)
  const detail = { reportNo: report.reportNo }
  if (state === 'open') await advance(context, file, { step: 'verification', command: 'report', asSystem: true, detail })
  else if (isNewer(file, report))
    await advance(context, file, { step: 'verification', command: 'recheck', asSystem: true, detail })
}

/** Handlers of the verification's news, for the table of subscriptions. */
export function caseworkNews(deps: NewsDeps) {
  return {
    reported: (tx: Tx, payload: EventPayloads['verification.reported']) => takeUpReport(tx, payload, deps),
    moved: followHouseholds,
  }
}
