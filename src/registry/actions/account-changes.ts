/** The account of a registered household changes by two persons: one asks with proof and reason, another confirms or refuses. */
import { randomUUID } from 'node:crypto'
import { attachFiles, showFile } from '#files'
import { accountFault, maskAccount } from '#kernel/bank-account'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import {
  type AccountChange,
  listAccountChanges,
  proposeAccount,
  readAccount,
  readAccountProof,
  settleAccountChange,
} from '../contract/accounts.ts'
import { accountDigits, isHolderListed } from '../rules/account.ts'
import {
  type AccountRow,
  type ChangeRow,
  findChange,
  insertChange,
  keepAccount,
  listAccounts,
  listChangesOf,
  listOpenChanges,
  lockChange,
  settleChange,
} from '../store/accounts.ts'
import { listSubjectIndexes, lockHousehold } from '../store/household-rows.ts'
import { listDoubts, viewOf } from './account.ts'
import { type CorrectDoor, correctionContext } from './correct.ts'
import { notFound } from './households.ts'
import { writeAccount } from './write-account.ts'

const BASIS = '民发〔2021〕57号 第二十五条：按月通过金融机构发放'
const LEAST_REASON = 4

/** An account as it rests sealed with a change. */
interface KeptAccount {
  readonly bankName: string
  readonly accountNo: string
  readonly holder: string
  readonly holderId: string
  readonly proxyFiled: boolean
  readonly payeeReason: string
}

const sealed = (keys: Keys, account: KeptAccount): Buffer => keys.seal(JSON.stringify(account))
const opened = (keys: Keys, bytes: Buffer): KeptAccount => JSON.parse(keys.openText(bytes)) as KeptAccount

function shown({ bankName, accountNo, holder, proxyFiled }: KeptAccount) {
  return { bankName, accountMasked: maskAccount(accountNo), holder, proxyFiled }
}

function keptOf({ bankName, accountNo, holder, holderId, proxyFiled }: AccountRow): KeptAccount {
  return { bankName, accountNo, holder, holderId, proxyFiled, payeeReason: '' }
}

/** Changes as they may be shown; what is doubtful is told of those that wait. */
async function viewChanges(context: ActionContext, rows: readonly ChangeRow[]): Promise<AccountChange[]> {
  const { tx, keys, actor } = context
  const afters = rows.map((row) => opened(keys, row.after_sealed))
  const asked = rows.map(({ household_no: householdNo }, at) => ({ householdNo, accountNo: afters[at]?.accountNo ?? '' }))
  const doubts = await listDoubts(tx, keys, asked)
  return rows.map((row, at) => {
    const after = afters[at] ?? opened(keys, row.after_sealed)
    return {
      changeId: row.change_id,
      householdNo: row.household_no,
      headName: row.head_name,
      villageName: row.village_name,
      before: shown(opened(keys, row.before_sealed)),
      after: shown(after),
      payeeReason: after.payeeReason,
      reason: keys.openText(row.reason),
      proofs: row.proofs,
      doubts: row.settled === null ? (doubts[at] ?? []) : [],
      proposedByName: row.proposed_by_name,
      proposedAt: row.proposed_at,
      mine: row.proposed_by === actor.userId,
      settled: row.settled,
      settledReason: row.settled_reason === null ? '' : keys.openText(row.settled_reason),
      settledByName: row.settled_by_name,
      settledAt: row.settled_at,
    }
  })
}

interface Place {
  readonly divisionCode: string
  readonly subjects: readonly Buffer[]
}

/** Where a reply belongs in the journal, kept between run and journal. */
const places = new WeakMap<object, Place & { readonly householdNo: string }>()

async function remember({ tx }: ActionContext, reply: object, householdNo: string, divisionCode: string): Promise<void> {
  places.set(reply, { householdNo, divisionCode, subjects: await listSubjectIndexes(tx, householdNo) })
}

function noteOf(output: object, purpose: string, detail: Readonly<Record<string, unknown>>) {
  const place = places.get(output)
  const chain = place === undefined ? 'system:registry' : `household:${place.householdNo}`
  const where = place === undefined ? {} : { divisionCode: place.divisionCode, subjects: place.subjects }
  return { chain, ...where, basis: BASIS, purpose, detail }
}

async function accountOf({ tx, keys }: ActionContext, householdNo: string): Promise<AccountRow> {
  const [row] = await listAccounts(tx, keys, [householdNo])
  if (row === undefined) throw notFound('这一户')
  return row
}

export const readAccountAction: Action = routeAction(readAccount, {
  async run(context, { householdNo }) {
    const { tx, keys } = context
    const row = await accountOf(context, householdNo)
    const [doubts = []] = await listDoubts(tx, keys, [row])
    const { faults, ...account } = viewOf(row, doubts)
    const reply = {
      householdNo,
      headName: row.headName,
      account: { ...account },
      faults: [...faults],
      doubts: [...doubts],
      members: row.members.map(({ name }) => name),
      changes: await viewChanges(context, await listChangesOf(tx, householdNo)),
    }
    await remember(context, reply, householdNo, row.divisionCode)
    return reply
  },
  journal: (_input, output) => noteOf(output, '查看发放账户', {}),
})

function refuse(code: string, message: string, status = 422): never {
  throw new Problem(`registry.${code}`, message, { status })
}

type Proposal = Parameters<typeof proposedAccount>[1]

/** The account that is asked for. Problem 422 for one no money can go to. */
function proposedAccount(
  row: AccountRow,
  asked: { bankName: string; accountNo: string; holder: string; proxyFiled: boolean; payeeReason: string },
): KeptAccount {
  const fault = accountFault(asked.accountNo)
  if (fault !== null) refuse('account', fault)
  const member = row.members.find(({ name }) => name === asked.holder)
  if (member === undefined && !(asked.proxyFiled && asked.payeeReason.length >= LEAST_REASON)) {
    refuse('account-holder', '户名不是本户成员：请核对户名，或勾选代管协议已备案并写明由他人代领的原因（至少 4 个字）')
  }
  const { bankName, holder, proxyFiled, payeeReason } = asked
  const accountNo = accountDigits(asked.accountNo)
  return { bankName, accountNo, holder, holderId: member?.idNumber ?? '', proxyFiled, payeeReason }
}

function isSame(a: KeptAccount, b: KeptAccount): boolean {
  const { payeeReason: _a, ...left } = a
  const { payeeReason: _b, ...right } = b
  return JSON.stringify(left) === JSON.stringify(right)
}

export const proposeAccountAction: Action = routeAction(proposeAccount, {
  async run(context, { householdNo, reason, proofs, ...asked }) {
    const { tx, keys, actor, clock } = context
    if ((await lockHousehold(tx, householdNo)) === undefined) throw notFound('这一户')
    const row = await accountOf(context, householdNo)
    const after = proposedAccount(row, asked satisfies Proposal)
    const before = keptOf(row)
    if (isSame(before, after)) refuse('account-same', '与登记的账户相同，没有需要变更的内容')
    const owner = { kind: 'household', no: householdNo, divisionCode: row.divisionCode } as const
    const kept = await attachFiles(context, owner, proofs, { path: ['proofs'] })
    const changeId = randomUUID()
    const entered = await insertChange(tx, {
      changeId,
      householdNo,
      divisionCode: row.divisionCode,
      before: sealed(keys, before),
      after: sealed(keys, after),
      reason: keys.seal(reason),
      proofs: kept,
      by: actor.userId,
      byName: actor.name,
      at: isoInstant(clock.nowMs()),
    })
    if (!entered) refuse('account-waiting', '该户已有一项账户变更等待另一人确认，请先由其确认或退回', 409)
    const reply = { changeId }
    await remember(context, reply, householdNo, row.divisionCode)
    return reply
  },
  journal: ({ proofs }, output) =>
    noteOf(output, '申请变更发放账户', { ...(output as object), proofs: proofs.map(({ sha256 }) => sha256) }),
})

/** Checks what the second person confirms. Problem 409 or 422 when it cannot be confirmed. */
async function checkConfirmation(context: ActionContext, row: ChangeRow, typed: { accountNo: string; reason: string }) {
  const { tx, keys } = context
  const after = opened(keys, row.after_sealed)
  if (accountDigits(typed.accountNo) !== after.accountNo) {
    refuse('account-differs', '录入的账号与申请的不一致：请对照证明材料核对，不符的请退回')
  }
  const now = await accountOf(context, row.household_no)
  if (!isSame(keptOf(now), opened(keys, row.before_sealed))) {
    refuse('account-moved', '登记的账户在申请之后有变动，请退回后按现在的账户重新申请', 409)
  }
  if (!after.proxyFiled && !isHolderListed({ ...after, members: now.members })) {
    refuse('account-holder', '户名已不是本户成员，请退回后重新申请', 409)
  }
  const [doubts = []] = await listDoubts(tx, keys, [{ householdNo: row.household_no, accountNo: after.accountNo }])
  if (doubts.length > 0 && typed.reason.length < LEAST_REASON) {
    refuse('account-doubts', `请写明核对结果（至少 4 个字）：${doubts.join('；')}`)
  }
  return after
}

/** Settles what another person asked for; a confirmed account stands in the household's row from then on. */
export function settleAccountChangeAction(door: CorrectDoor): Action {
  return routeAction(settleAccountChange, {
    async run(context, { changeId, ...typed }) {
      const { tx, keys, actor, clock, today } = context
      const row = await lockChange(tx, changeId)
      if (row === undefined) throw notFound('这项账户变更')
      if (row.settled !== null) refuse('account-settled', '这项账户变更已经处理过，请刷新', 409)
      if (row.proposed_by === actor.userId) refuse('account-own', '您申请了这项变更，须由另一人确认或退回', 409)
      if (typed.outcome === 'confirmed') {
        await lockHousehold(tx, row.household_no)
        const after = await checkConfirmation(context, row, typed)
        const ctx = await correctionContext(context, today, await door.limits(tx, today))
        await writeAccount(context, ctx, row.household_no, after)
        await keepAccount(tx, row.household_no)
      }
      await settleChange(tx, changeId, {
        outcome: typed.outcome,
        reason: keys.seal(typed.reason),
        by: actor.userId,
        byName: actor.name,
        at: isoInstant(clock.nowMs()),
      })
      const reply = { changeId, settled: typed.outcome }
      await remember(context, reply, row.household_no, row.division_code)
      return reply
    },
    journal: ({ outcome }, output) =>
      noteOf(output, outcome === 'confirmed' ? '确认变更发放账户' : '退回发放账户变更', { ...(output as object) }),
  })
}

export const listAccountChangesAction: Action = routeAction(listAccountChanges, {
  async run(context, { limit }) {
    const rows = await listOpenChanges(context.tx, limit)
    return { rows: await viewChanges(context, rows), total: rows[0]?.total ?? 0 }
  },
  journal: (_input, output) => ({
    chain: 'system:registry',
    basis: BASIS,
    purpose: '查看待确认的账户变更',
    detail: { households: (output as { rows: AccountChange[] }).rows.map(({ householdNo }) => householdNo) },
  }),
})

export const readAccountProofAction: Action = routeAction(readAccountProof, {
  async run(context, { changeId, fileId }): Promise<Download> {
    const row = await findChange(context.tx, changeId)
    if (row === undefined) throw notFound('这项账户变更')
    const named = row.proofs.some((each) => each.fileId === fileId)
    const owner = { kind: 'household', no: row.household_no } as const
    const file = await showFile(context, owner, (each) => named && each.fileId === fileId)
    await remember(context, file, row.household_no, row.division_code)
    return file
  },
  journal: ({ changeId, fileId }, output) => noteOf(output, '查看账户变更的证明材料', { changeId, fileId }),
})
