/** 全面清理: the frozen list, its progress, opening cases from it, and settling old grants. Nothing is copied forward, nothing stops by itself. */
import { randomUUID } from 'node:crypto'
import { workingDaysBetween } from '#kernel/calendar'
import { chineseDate } from '#kernel/chinese-date'
import { addDays } from '#kernel/dates'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { caseworkOf, caseworkParametersOf, packAt, packInForce } from '#policy'
import { listSubjectIndexes, listSubjectIndexesOf, loadHouseholdFile } from '#registry'
import { packNow, proposeChange, standingOf } from '../../grant/actions/grants.ts'
import { groundOf, stopMonth } from '../../grant/rules/grant.ts'
import { lockGrant } from '../../grant/store/grants.ts'
import type { IntakeDoor } from '../../intake/actions/open.ts'
import { type Beginning, beginKnownAll, refusalOf, type Terms, termsNow, writeCases } from '../../intake/actions/write-cases.ts'
import { lockOpenings } from '../../intake/store/intake.ts'
import { findPlaceName } from '../../notice/store/notices.ts'
import {
  type CleanUp,
  type CleanUpProgress,
  listCleanUpHouseholds,
  listCleanUps,
  openCleanUpCases,
  previewCleanUp,
  readCleanUp,
  settleOldGrant,
  startCleanUp,
} from '../contract/clean-up.ts'
import {
  type CleanUpRow,
  countListed,
  insertCleanUp,
  type ListedFilter,
  type ListedHousehold,
  listCleanUpRows,
  listListed,
  listProgress,
  listRecipients,
  lockListed,
  lockListedOf,
  saveSettlement,
} from '../store/clean-up.ts'

const basis = '社会救助暂行办法 第十三条：定期核查；全面清理、重新申请'
/** The pack's ground for stopping an old grant. */
const GROUND = 'not_reapplied'

function viewOf(row: CleanUpRow, today: string): CleanUp {
  const late = row.deadline_on < today
  const [from, to] = late ? [row.deadline_on, today] : [today, row.deadline_on]
  const days = workingDaysBetween(addDays(from, 1), addDays(to, 1))
  return {
    cleanUpId: row.clean_up_id,
    label: row.label,
    divisionCode: row.division_code,
    divisionName: row.division_name,
    frozenOn: row.frozen_on,
    deadlineOn: row.deadline_on,
    late,
    daysLeft: late ? -days : days,
    oldGrants: row.old_grants,
    households: row.households,
    applied: row.applied,
    decided: row.decided,
    settled: row.settled,
    open: row.open,
    pending: row.pending,
  }
}

async function getCleanUp(context: ActionContext, id: string): Promise<CleanUp> {
  const [row] = await listCleanUpRows(context.tx, id)
  if (row === undefined) throw new Problem('casework.no-clean-up', '没有这次清理，或其名单不在您的辖区内', { status: 404 })
  return viewOf(row, context.today)
}

const chainOf = (id: string): string => `clean-up:${id}`

export const listCleanUpsAction: Action = routeAction(listCleanUps, {
  run: async ({ tx, today }) => ({ rows: (await listCleanUpRows(tx)).map((row) => viewOf(row, today)) }),
  journal: () => null,
})

export function startCleanUpAction({ packId }: IntakeDoor): Action {
  return routeAction(startCleanUp, {
    async run({ tx, actor, clock, today }, { label, divisionCode, deadlineOn, households: counted }) {
      if (deadlineOn <= today) {
        throw new Problem('input.invalid', '截止日期应晚于今天', {
          status: 422,
          details: { issues: [{ path: ['deadlineOn'], message: '截止日期应晚于今天' }] },
        })
      }
      const { lo, hi } = rangeOf(divisionCode)
      if (lo < tx.scope.lo || hi > tx.scope.hi) {
        throw new Problem('casework.out-of-scope', '清理范围超出您的辖区，请在本辖区内选择', { status: 403 })
      }
      const cleanUpId = randomUUID()
      const oldGrants = caseworkOf(packAt(await packInForce(tx, packId), today)).campaign_old_grant
      const at = nowIso(clock)
      const made = { id: cleanUpId, label, divisionCode, lo, hi, frozenOn: today, deadlineOn, oldGrants, by: actor.userId, at }
      const households = await insertCleanUp(tx, made)
      if (households === 0) {
        throw new Problem('casework.nobody', '这个范围内没有在保家庭，无须清理，请核对范围', { status: 409 })
      }
      if (counted !== undefined && counted !== households) {
        const message = `名单已有变动：您确认的是 ${counted} 户，现在是 ${households} 户。没有冻结，请重新核对后确认`
        throw new Problem('casework.counted-otherwise', message, { status: 409 })
      }
      return { cleanUpId, households }
    },
    journal: ({ divisionCode, label }, output) => {
      const { cleanUpId, households } = output as { cleanUpId: string; households: number }
      return { chain: chainOf(cleanUpId), divisionCode, basis, purpose: '启动全面清理', detail: { label, households } }
    },
  })
}

/** The figures of a township from those of its villages. */
function placeOf(code: string, name: string, areas: readonly CleanUpProgress[]): CleanUpProgress {
  const sum = (key: Exclude<keyof CleanUpProgress, 'code' | 'name'>) => areas.reduce((all, area) => all + area[key], 0)
  const [households, applied, running, granted] = [sum('households'), sum('applied'), sum('running'), sum('granted')]
  const rest = { refused: sum('refused'), ended: sum('ended'), settled: sum('settled'), open: sum('open') }
  return { code, name, households, applied, running, granted, ...rest }
}

export const readCleanUpAction: Action = routeAction(readCleanUp, {
  async run(context, { cleanUpId, township }) {
    const view = await getCleanUp(context, cleanUpId)
    const areas = await listProgress(context.tx, cleanUpId, township ?? null)
    if (township === undefined) return { ...view, areas, place: null }
    const name = (await findPlaceName(context.tx, township))?.name ?? township
    return { ...view, areas, place: placeOf(township, name, areas) }
  },
  journal: () => null,
})

function filterOf(id: string, area: string | undefined, state: ListedFilter['state'], limit: number): ListedFilter {
  const range = area === undefined ? { lo: null, hi: null } : rangeOf(area)
  return { id, lo: range.lo, hi: range.hi, state, q: null, after: null, limit }
}

export const listCleanUpHouseholdsAction: Action = routeAction(listCleanUpHouseholds, {
  async run(context, { cleanUpId, area, state, q, cursor, limit }) {
    await getCleanUp(context, cleanUpId)
    const filter: ListedFilter = {
      ...filterOf(cleanUpId, area, state, limit + 1),
      q: q === undefined || q === '' ? null : q,
      after: readCursor(context.keys, listCleanUpHouseholds.name, cursor)?.[0] ?? null,
    }
    const found = await listListed(context.tx, context.keys, filter)
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows,
      total: await countListed(context.tx, filter),
      next:
        last === undefined ? null : writeCursor(context.keys, listCleanUpHouseholds.name, [last.villageCode + last.householdNo]),
    }
  },
  journal: ({ cleanUpId, state }, output) => ({
    chain: chainOf(cleanUpId),
    basis,
    purpose: '查看清理名单',
    detail: { state, rows: (output as { rows: unknown[] }).rows.length },
  }),
})

/** Most cases one call opens. */
const MOST_CASES = 500

/** Households to open: those named, or those of the area that have no case yet. */
async function chosen(context: ActionContext, id: string, area: string | undefined, named: readonly string[] | undefined) {
  await getCleanUp(context, id)
  if (named !== undefined) return { householdNos: [...new Set(named)], left: 0 }
  const filter = filterOf(id, area, 'open', MOST_CASES)
  const rows = await listListed(context.tx, context.keys, filter)
  return { householdNos: rows.map((row) => row.householdNo), left: (await countListed(context.tx, filter)) - rows.length }
}

interface Refused {
  readonly householdNo: string
  readonly headName: string
  readonly message: string
  /** the case that stands in the way */
  readonly caseNo: string | null
}

/** Why the application of a listed household is not opened, with the case that stands in the way; null when nothing does. */
function faultOf(
  row: ListedHousehold | undefined,
  begin: Beginning | undefined,
  terms: Terms,
): Pick<Refused, 'message' | 'caseNo'> | null {
  if (row === undefined || begin === undefined) return { message: '该家庭不在这次清理的名单中，或不在您的辖区内', caseNo: null }
  if (row.case_no !== null) return { message: `该家庭已开立案件 ${row.case_no}`, caseNo: row.case_no }
  const fault = refusalOf(begin, {}, terms)
  if (fault === null) return null
  // a batch has no place for what changed
  const way = fault.code === 'casework.reapply-bar' ? '。请在“受理”中查找该家庭，单独开立' : ''
  return { message: `${fault.message}${way}`, caseNo: begin.cases?.running_no ?? begin.cases?.refused_no ?? null }
}

const openedOf = new WeakMap<object, readonly Buffer[]>()

export function openCleanUpCasesAction({ packId }: IntakeDoor): Action {
  return routeAction(openCleanUpCases, {
    async run(context, { cleanUpId, area, householdNos: named }) {
      const { householdNos, left } = await chosen(context, cleanUpId, area, named)
      // in the order of every opening: first who may open, then what is written
      await lockOpenings(context.tx, householdNos)
      const listed = new Map((await lockListedOf(context.tx, cleanUpId, householdNos)).map((row) => [row.household_no, row]))
      const order = { origin: 'clean_up' } as const
      const begun = await beginKnownAll(context, [...listed.keys()])
      const terms = await termsNow(context, packId)
      const openings: { householdNo: string; headName: string; begin: Beginning }[] = []
      const refused: Refused[] = []
      for (const householdNo of householdNos) {
        const [row, begin] = [listed.get(householdNo), begun.get(householdNo)]
        const headName = row?.head_name ?? ''
        const fault = faultOf(row, begin, terms)
        if (fault !== null) refused.push({ householdNo, headName, ...fault })
        else if (begin !== undefined) openings.push({ householdNo, headName, begin })
      }
      const caseNos = await writeCases(
        context,
        terms,
        openings.map(({ begin, householdNo }) => ({ begin, order: { ...order, householdNo } })),
      )
      const opened = openings.map(({ householdNo, headName }, at) => ({ householdNo, headName, caseNo: caseNos[at] ?? '' }))
      const reply = { opened, refused, left }
      openedOf.set(
        reply,
        await listSubjectIndexesOf(
          context.tx,
          opened.map(({ householdNo }) => householdNo),
        ),
      )
      return reply
    },
    journal: ({ cleanUpId, area }, output) => {
      const { opened, refused } = output as { opened: { caseNo: string }[]; refused: unknown[] }
      return {
        chain: chainOf(cleanUpId),
        ...(area === undefined ? {} : { divisionCode: area }),
        subjects: openedOf.get(output) ?? [],
        basis,
        purpose: '清理中批量开立案件',
        detail: { cases: opened.map((each) => each.caseNo), refused: refused.length },
      }
    },
  })
}

export const previewCleanUpAction: Action = routeAction(previewCleanUp, {
  async run({ tx, today }, { divisionCode }) {
    const { lo, hi } = rangeOf(divisionCode)
    const townships = await listRecipients(tx, { lo, hi, on: today })
    return { townships, households: townships.reduce((sum, each) => sum + each.households, 0) }
  },
  journal: () => null,
})

const settledOf = new WeakMap<object, readonly Buffer[]>()

/** A household whose old grant waits for a word, held until the transaction ends. */
async function getUnsettled(context: ActionContext, { cleanUpId, deadlineOn, late, oldGrants }: CleanUp, householdNo: string) {
  if (oldGrants === 'until_decision') {
    throw new Problem('casework.not-settled', '政策包规定原待遇发放至新的决定作出，到期不逐户处理；请通知该家庭重新申请', {
      status: 409,
    })
  }
  if (!late) {
    throw new Problem(
      'casework.too-early',
      `清理截止日 ${chineseDate(deadlineOn)} 之前，未重新申请的家庭仍可申请，到期后再逐户处理`,
      {
        status: 409,
      },
    )
  }
  // in the order in which a decision about the change takes them
  await lockGrant(context.tx, householdNo)
  const listed = await lockListed(context.tx, cleanUpId, householdNo)
  if (listed === undefined)
    throw new Problem('casework.not-listed', '该家庭不在这次清理的名单中，或不在您的辖区内', { status: 404 })
  if (listed.case_no !== null) {
    throw new Problem('casework.applied', `该家庭已重新申请（${listed.case_no}），待遇以该案的决定为准`, { status: 409 })
  }
  if (listed.settled !== null) throw new Problem('casework.settled', '该家庭的原待遇已经处理过，请刷新页面', { status: 409 })
  if (listed.change_no !== null) {
    throw new Problem('casework.settled', `该家庭的停发已经提出（${listed.change_no}），等待另一人决定`, { status: 409 })
  }
}

/** Proposes to stop an old grant; null where none runs that could be stopped. */
async function proposeStop(
  context: ActionContext,
  packId: string,
  householdNo: string,
  { label, deadlineOn }: CleanUp,
  reason: string,
): Promise<string | null> {
  const { state } = await standingOf(context, householdNo)
  if (state === 'none' || state === 'stopped') {
    const { aidFrom, aidTo, approvedAmount } = await loadHouseholdFile(context.tx, context.keys, householdNo, context.today)
    if (aidFrom === null || aidTo !== null || !approvedAmount) return null
    throw new Problem('casework.grant', '该户在保的不是本系统发放的城乡低保，不能在这里停发；请选择“保留”并写明情况', {
      status: 409,
    })
  }
  if (groundOf(caseworkParametersOf(await packNow(context, packId)).grant_grounds, 'stop', GROUND) === undefined) {
    throw new Problem(
      'casework.procedure',
      `政策包的停发事由（grant_grounds）中没有 ${GROUND}（清理截止后未重新申请），不能提出停发`,
      {
        status: 409,
      },
    )
  }
  return proposeChange(context, packId, {
    ...{ householdNo, kind: 'stop', ground: GROUND, caseNo: null },
    facts: `“${label}”${chineseDate(deadlineOn)} 截止，该户没有重新申请。${reason}`,
    fromMonth: stopMonth,
  })
}

export function settleOldGrantAction({ packId }: IntakeDoor): Action {
  return routeAction(settleOldGrant, {
    async run(context, { cleanUpId, householdNo, settled, reason }) {
      const { tx, keys, actor, clock } = context
      const cleanUp = await getCleanUp(context, cleanUpId)
      await getUnsettled(context, cleanUp, householdNo)
      const changeNo = settled === 'stopped' ? await proposeStop(context, packId, householdNo, cleanUp, reason) : null
      await saveSettlement(tx, {
        ...{ id: cleanUpId, householdNo, changeNo, by: actor.userId, at: nowIso(clock) },
        settled: changeNo === null ? settled : null,
        reason: keys.seal(reason),
      })
      const reply = { householdNo, settled, changeNo }
      settledOf.set(reply, await listSubjectIndexes(tx, householdNo))
      return reply
    },
    journal: ({ cleanUpId, householdNo, settled }, output) => ({
      chain: chainOf(cleanUpId),
      subjects: settledOf.get(output as object) ?? [],
      basis,
      purpose: settled === 'kept' ? '清理到期后保留原待遇' : '清理到期后提出停发原待遇',
      detail: { householdNo, settled, changeNo: (output as { changeNo: string | null }).changeNo },
    }),
  })
}
