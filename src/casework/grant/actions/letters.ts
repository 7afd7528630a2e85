/** Changes of grants as lists, their letters, and service of the letters. */

import { type AdjustmentDocument, renderPdf } from '#documents'
import { type Role, sealImageOf } from '#identity'
import { chineseDate } from '#kernel/chinese-date'
import { divisionAt } from '#kernel/division'
import { maskIdNumber } from '#kernel/id-number'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, type JournalNote, routeAction } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { caseworkParametersOf, packAt, packInForce } from '#policy'
import { listMemberIndexesOf, listSubjectIndexes, loadHouseholdBatch } from '#registry'
import { findDistrictName } from '../../intake/store/intake.ts'
import { faceOf } from '../../notice/actions/papers.ts'
import { findLastTelephone } from '../../notice/store/notices.ts'
import { listGrantChanges, printGrantLetter, serveGrantLetter } from '../contract/grant.ts'
import { type ChangeRow, countChanges, listChanges, markServed } from '../store/grants.ts'
import { changeView, type GrantDoor, getChange } from './grants.ts'

const basis = '社会救助暂行办法 第十三条'

const about = new WeakMap<object, Pick<JournalNote, 'chain' | 'divisionCode' | 'subjects'>>()

async function deciderNow({ tx, today }: ActionContext, packId: string): Promise<Role> {
  const parameters = caseworkParametersOf(packAt(await packInForce(tx, packId), today))
  return parameters.decided_by === 'district' ? 'district_approver' : 'township_head'
}

export function listGrantChangesAction({ packId }: GrantDoor): Action {
  return routeAction(listGrantChanges, {
    transaction: 'read',
    async run(context, { state, cursor, limit }) {
      const { tx, keys } = context
      const found = await listChanges(tx, keys, { state, after: cursor ?? null, limit: limit + 1 })
      const rows = found.slice(0, limit)
      const decider = await deciderNow(context, packId)
      const reply = {
        rows: rows.map((row) => changeView(context, row, decider)),
        total: await countChanges(tx, state),
        next: found.length > limit ? (rows.at(-1)?.changeNo ?? null) : null,
      }
      const subjects = await listMemberIndexesOf(
        tx,
        rows.map((row) => row.householdNo),
      )
      about.set(reply, { chain: 'system:casework', subjects })
      return reply
    },
    journal: (_input, output) => ({ chain: 'system:casework', ...about.get(output), basis, purpose: '查看待遇变动' }),
  })
}

const programmes: Readonly<Record<string, string>> = { urban: '城市最低生活保障', rural: '农村最低生活保障' }

async function letterOf(context: ActionContext, change: ChangeRow): Promise<AdjustmentDocument> {
  const { tx, keys, actor } = context
  const { householdNo, divisionCode, kind, amount, persons, remedies } = change
  const district = await findDistrictName(tx, divisionCode)
  const { households, persons: people } = await loadHouseholdBatch(tx, keys, [householdNo])
  const head = people.find((person) => person.relation === 'head') ?? people[0]
  const sealImage = await sealImageOf(context, divisionAt(divisionCode, 'district'))
  const pays = kind === 'resume'
  return {
    paper: faceOf(change.changeNo, 'adjustment', `${district}民政局`, sealImage),
    kind,
    receiver: change.headName,
    applicant: {
      name: change.headName,
      idNumber: maskIdNumber(head?.id_number ?? ''),
      address: `${change.townshipName}${change.villageName}${households[0]?.address ?? ''}`,
    },
    programmeName: programmes[change.programme] ?? '最低生活保障',
    oldPeople: pays ? 0 : persons,
    newPeople: pays ? persons : 0,
    oldFen: pays ? 0 : amount,
    newFen: pays ? amount : 0,
    cause: `${change.groundLabel}。${change.facts}`,
    clause: change.clause,
    fromMonth: change.fromMonth,
    taperText: null,
    remedies: {
      reviewBody: `${district}人民政府`,
      reviewDays: remedies.reconsiderationDays,
      court: `${district}人民法院`,
      suitMonths: remedies.litigationMonths,
      clause: remedies.clause,
    },
    contact: { name: actor.name, telephone: await findLastTelephone(tx, divisionCode), address: '' },
    issuedOn: chinaDate(change.decidedAt ?? change.proposedAt),
    service: null,
  }
}

function decided(change: ChangeRow): ChangeRow {
  if (change.outcome === 'confirmed') return change
  throw new Problem('casework.grant', '这项变动还没有作出决定，没有告知书', { status: 409 })
}

async function remember(context: ActionContext, reply: object, { householdNo, divisionCode }: ChangeRow): Promise<void> {
  const subjects = await listSubjectIndexes(context.tx, householdNo)
  about.set(reply, { chain: `household:${householdNo}`, divisionCode, subjects })
}

export const printGrantLetterAction: Action = routeAction(printGrantLetter, {
  async run(context, { changeNo }): Promise<Download> {
    const change = decided(await getChange(context, changeNo))
    const body = await renderPdf('adjustment', await letterOf(context, change))
    const reply: Download = { fileName: `${changeNo}.pdf`, mediaType: 'application/pdf', body }
    await remember(context, reply, change)
    return reply
  },
  journal: ({ changeNo }, output) => ({
    chain: 'system:casework',
    ...about.get(output),
    basis,
    purpose: '打印待遇变动告知书',
    detail: { changeNo },
  }),
})

export function serveGrantLetterAction({ packId }: GrantDoor): Action {
  return routeAction(serveGrantLetter, {
    async run(context, { changeNo, ...service }) {
      const { tx, keys, today, clock, actor } = context
      const change = decided(await getChange(context, changeNo))
      const issued = chinaDate(change.decidedAt ?? '')
      if (service.servedOn > today || service.servedOn < issued) {
        const message = `送达日期应在决定作出（${chineseDate(issued)}）之后、今天（${chineseDate(today)}）之前`
        throw new Problem('input.invalid', message, { status: 422, details: { issues: [{ path: ['servedOn'], message }] } })
      }
      const kept = { ...service, byUser: actor.userId }
      if (!(await markServed(tx, keys, { changeNo, servedOn: service.servedOn, service: kept, at: nowIso(clock) }))) {
        throw new Problem('casework.already-served', '这份告知书已经登记送达', { status: 409 })
      }
      const reply = changeView(context, await getChange(context, changeNo), await deciderNow(context, packId))
      await remember(context, reply, change)
      return reply
    },
    journal: ({ changeNo, way }, output) => ({
      chain: 'system:casework',
      ...about.get(output),
      basis,
      purpose: '登记待遇变动告知书送达',
      detail: { changeNo, way },
    }),
  })
}
