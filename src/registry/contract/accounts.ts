/** The account a registered household is paid to: how it stands, and its change by two persons with proof. */
import { z } from 'zod'
import { ShownFile } from '#files/contract'
import { defineRoute } from '#kernel/route'
import { Count, InstantText, Reason, StoredFile } from '#kernel/schema'

/** An account as it may be shown. */
const Account = z.object({
  bankName: z.string(),
  /** empty when there is none */
  accountMasked: z.string(),
  holder: z.string(),
  proxyFiled: z.boolean(),
})

export const AccountChange = z.object({
  changeId: z.string(),
  householdNo: z.string(),
  headName: z.string(),
  villageName: z.string(),
  before: Account,
  after: Account,
  /** why somebody outside the household is paid; empty when nobody is */
  payeeReason: z.string(),
  reason: z.string(),
  proofs: z.array(ShownFile),
  /** what the second person looks at */
  doubts: z.array(z.string()),
  proposedByName: z.string(),
  proposedAt: InstantText,
  /** the caller asked for it, so another person settles it */
  mine: z.boolean(),
  settled: z.enum(['confirmed', 'refused']).nullable(),
  settledReason: z.string(),
  settledByName: z.string().nullable(),
  settledAt: InstantText.nullable(),
})
export type AccountChange = z.infer<typeof AccountChange>

export const HouseholdAccount = z.object({
  householdNo: z.string(),
  headName: z.string(),
  account: Account,
  /** why no money can go there; empty when it can */
  faults: z.array(z.string()),
  doubts: z.array(z.string()),
  /** names of those listed in the household */
  members: z.array(z.string()),
  /** the newest first */
  changes: z.array(AccountChange),
})
export type HouseholdAccount = z.infer<typeof HouseholdAccount>

const Household = z.object({ householdNo: z.string() })

/** The account of a household with its changes; journalled as a read of the household. */
export const readAccount = defineRoute({
  name: 'registry.read-account',
  method: 'GET',
  path: '/api/registry/households/:householdNo/account',
  permission: 'account.read',
  params: Household,
  output: HouseholdAccount,
})

/** Asks for another account, with proof; it holds once a second person has confirmed it. */
export const proposeAccount = defineRoute({
  name: 'registry.propose-account',
  method: 'POST',
  path: '/api/registry/households/:householdNo/account-changes',
  permission: 'account.propose',
  params: Household,
  body: z.object({
    bankName: z.string().trim().min(2, '请填写开户银行').max(60, '开户银行不超过 60 字'),
    accountNo: z.string().trim().min(1, '请填写账号').max(60, '账号不超过 60 个字'),
    holder: z.string().trim().min(2, '请填写账户户名').max(60, '账户户名不超过 60 字'),
    /** an agreement with a payee outside the household is filed */
    proxyFiled: z.boolean(),
    payeeReason: z.string().trim().max(400, '代领原因不超过 400 字').default(''),
    reason: Reason,
    proofs: z.array(StoredFile).min(1, '请上传证明材料，如存折或银行卡的照片').max(6, '证明材料不超过 6 份'),
  }),
  output: z.object({ changeId: z.string() }),
})

/** Confirms or refuses what another person asked for; who confirms reads the number from the proof and types it again. */
export const settleAccountChange = defineRoute({
  name: 'registry.settle-account-change',
  method: 'POST',
  path: '/api/registry/account-changes/:changeId/settlement',
  permission: 'account.confirm',
  params: z.object({ changeId: z.uuid('没有这项账户变更') }),
  body: z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('confirmed'),
      accountNo: z.string().trim().min(1, '请对照证明材料再录一遍账号').max(60, '账号不超过 60 个字'),
      /** what was found of each doubt */
      reason: z.string().trim().max(2000, '核对结果不超过 2000 字').default(''),
    }),
    z.object({ outcome: z.literal('refused'), reason: Reason }),
  ]),
  output: z.object({ changeId: z.string(), settled: z.enum(['confirmed', 'refused']) }),
})

/** Changes that wait for a second person, the oldest first. */
export const listAccountChanges = defineRoute({
  name: 'registry.list-account-changes',
  method: 'GET',
  path: '/api/registry/account-changes',
  permission: 'account.read',
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  output: z.object({ rows: z.array(AccountChange), total: Count }),
})

/** A proof of a change; it shows the number in clear. */
export const readAccountProof = defineRoute({
  name: 'registry.read-account-proof',
  method: 'GET',
  path: '/api/registry/account-changes/:changeId/proofs/:fileId',
  permission: 'account.proof',
  params: z.object({ changeId: z.uuid('没有这项账户变更'), fileId: z.uuid('没有这份证明材料') }),
  download: true,
  output: z.instanceof(Uint8Array),
})
