/** What a person does on the board: agree terms, settle what is parked, ask for changes of nodes and confirm them. */
import { findActorByLogin, isPermitted } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import { peerKeys } from '#wire'
import type { PeerKeyTexts } from '#wire/contract'
import {
  decideChange,
  endRequest,
  type NodeChange,
  proposeChange,
  revoke,
  setTerms,
  settleParked,
  withdrawRights,
} from '../contract/board.ts'
import { taskRanks } from '../rules/node-standing.ts'
import { insertChange, lockChange, saveDecision } from '../store/changes.ts'
import { addRights, findCentreId, findNode, removeRights } from '../store/nodes.ts'
import { keepTasks } from '../store/tasks.ts'
import { insertTerms } from '../store/terms.ts'
import { changeView, dayOf } from './board.ts'
import { changeKeys, checkNodeId, registerNode, revokeNode } from './nodes.ts'
import { giveUpParked, giveUpRequest, resendParked } from './parked.ts'

const BASIS = '社会救助暂行办法 第五十八条'

function note(purpose: string, detail: NonNullable<JournalNote['detail']>): JournalNote {
  return { chain: 'system:exchange', basis: BASIS, purpose, detail }
}

async function getActive(tx: Tx, unit: string): Promise<void> {
  const node = await findNode(tx, unit)
  if (node?.state !== 'active') throw new Problem('exchange.node_unknown', `节点 ${unit} 未登记或已吊销`, { status: 404 })
}

/** Tasks whose cause is gone are closed at once, not only when the job looks next. */
async function lookAgain(context: ActionContext): Promise<void> {
  const { at, today } = dayOf(context)
  await keepTasks(context.tx, at, today, taskRanks.length - 1)
}

async function responsibleOf(tx: Tx, login: string | null): Promise<{ id: string; name: string } | null> {
  if (login === null) return null
  const user = await findActorByLogin(tx, login)
  if (user === undefined || !isPermitted(user.role, 'exchange.read')) {
    const message = `没有账号“${login}”，或该账号不能查看成员单位与线路，请核对后重填`
    throw new Problem('exchange.no_person', message, { status: 422, details: { issues: [{ path: ['responsible'], message }] } })
  }
  return { id: user.userId, name: user.name }
}

export const setTermsAction: Action = routeAction(setTerms, {
  async run(context, { unit, ...terms }) {
    const { tx, actor, clock } = context
    await getActive(tx, unit)
    if (terms.outageMinutes < terms.silentMinutes) {
      const message = '离线待办的时间不能短于判为离线的时间'
      const details = { issues: [{ path: ['outageMinutes'], message }] }
      throw new Problem('exchange.bad_terms', message, { status: 422, details })
    }
    const person = await responsibleOf(tx, terms.responsible)
    await insertTerms(tx, {
      unit,
      from_on: terms.fromOn,
      carrier: terms.carrier,
      requests_per_day: terms.requestsPerDay,
      answer_hours: terms.answerHours,
      silent_minutes: terms.silentMinutes,
      outage_minutes: terms.outageMinutes,
      escalate_days: terms.escalateDays,
      key_days: terms.keyDays,
      responsible: person?.id ?? null,
      responsible_name: person?.name ?? null,
      source: terms.source,
      mark: terms.mark,
      set_by: actor.userId,
      set_by_name: actor.name,
      set_at: isoInstant(clock.nowMs()),
    })
    await lookAgain(context)
    return { unit }
  },
  journal: (input) => note('约定成员单位的限额、时限和联系方式', { ...input }),
})

export const settleParkedAction: Action = routeAction(settleParked, {
  async run(context, { parkedNo, giveUp }) {
    const { tx, actor } = context
    if (giveUp === null) await resendParked(tx, parkedNo, actor.name, context)
    else await giveUpParked(tx, parkedNo, actor.name, giveUp, context)
    await lookAgain(context)
    return { parkedNo }
  },
  journal: ({ parkedNo, giveUp }) => note(giveUp === null ? '重新接收报文' : '放弃报文', { parkedNo, reason: giveUp }),
})

export const endRequestAction: Action = routeAction(endRequest, {
  async run(context, { unit, id, reason }) {
    await giveUpRequest(context.tx, { unit, id }, context.actor.name, reason, context)
    await lookAgain(context)
    return { unit }
  },
  journal: ({ unit, id, reason }) => note('放弃无人答复的查询', { unit, id, reason }),
})

/** Keys that are no points of their curve are told before anybody confirms them. */
function checkKeys(keys: PeerKeyTexts): void {
  try {
    peerKeys(keys)
  } catch {
    const message = '公钥不是有效的密钥，请向节点的运维人员重新索取后完整粘贴'
    throw new Problem('exchange.bad_key', message, { status: 422, details: { issues: [{ path: ['change'], message }] } })
  }
}

async function checkChange(tx: Tx, unit: string, change: NodeChange): Promise<void> {
  const node = await findNode(tx, unit)
  if (change.kind === 'register') {
    checkNodeId(unit)
    if (node?.state === 'active') throw new Problem('exchange.node_known', `节点 ${unit} 已经登记`, { status: 409 })
  } else {
    await getActive(tx, unit)
  }
  if (change.kind !== 'grant') checkKeys(change.keys)
  if (change.kind === 'keys' && node !== undefined && node.suite !== change.keys.suite) {
    throw new Problem('exchange.bad_key', `该节点的链路使用密码套件 ${node.suite}，请提供同一套件的公钥`, { status: 422 })
  }
}

export const proposeChangeAction: Action = routeAction(proposeChange, {
  async run({ tx, actor, clock }, { unit, change, reason }) {
    await checkChange(tx, unit, change)
    const at = isoInstant(clock.nowMs())
    const wish = { unit, kind: change.kind, what: change, reason, by: actor.userId, byName: actor.name, at }
    return { changeNo: await insertChange(tx, wish) }
  },
  journal: ({ unit, change, reason }) => note('申请变更交换节点', { unit, change, reason }),
})

/** Does what was asked for, when it still can be done: another change may have come between. */
async function carryOut(context: ActionContext, unit: string, change: NodeChange): Promise<void> {
  const { tx } = context
  await checkChange(tx, unit, change)
  if (change.kind === 'keys') {
    await changeKeys(tx, unit, change.keys, change.overlapHours * 3_600_000, context)
  } else if (change.kind === 'grant') {
    await addRights(tx, unit, change.rights)
  } else {
    const centreId = await findCentreId(tx)
    if (centreId === undefined) {
      throw new Problem('exchange.no_centre', '还没有登记任何成员单位，本中心尚无节点编号，请先登记成员单位', { status: 409 })
    }
    const { name, nodeKind: kind, keys, via } = change
    await registerNode(tx, { nodeId: unit, centreId, name, kind, keys, ...(via === null ? {} : { via }) }, context)
  }
}

export const decideChangeAction: Action = routeAction(decideChange, {
  async run(context, { changeNo, refusal }) {
    const { tx, actor, clock } = context
    const row = await lockChange(tx, changeNo)
    if (row === undefined) throw new Problem('exchange.change_decided', '没有这项变更，或已有人处理，请刷新', { status: 404 })
    const change = changeView(row, actor)
    if (refusal === null && change.mine) {
      throw new Problem('exchange.own_change', '这项变更由您提出，须由另一人确认', { status: 409 })
    }
    if (refusal === null) await carryOut(context, row.unit, change.what)
    const at = isoInstant(clock.nowMs())
    await saveDecision(tx, changeNo, { by: actor.userId, byName: actor.name, at, refusal })
    return { unit: row.unit }
  },
  journal: ({ changeNo, refusal }) => note(refusal === null ? '确认变更交换节点' : '不同意变更交换节点', { changeNo, refusal }),
})

export const withdrawRightsAction: Action = routeAction(withdrawRights, {
  async run({ tx }, { unit, rights }) {
    await getActive(tx, unit)
    await removeRights(tx, unit, rights)
    return { unit }
  },
  journal: ({ unit, rights, reason }) => note('收回对节点的查询权限', { unit, rights, reason }),
})

export const revokeAction: Action = routeAction(revoke, {
  async run(context, { unit }) {
    await revokeNode(context.tx, unit, context)
    await lookAgain(context)
    return { unit }
  },
  journal: ({ unit, reason }) => note('吊销交换节点', { unit, reason }),
})
