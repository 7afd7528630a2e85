/** A household's running grant: what stands, and suspending, stopping and resuming it by two persons, with letter and service. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, Fen, InstantText, MonthText, pageOf, pageQuery, Reason } from '#kernel/schema'

export const GrantChangeKind = z.enum(['suspend', 'stop', 'resume'], '请选择暂停、停止或恢复')
export type GrantChangeKind = z.infer<typeof GrantChangeKind>

const Month = MonthText.regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份应写成 2026-09')

export const GrantChange = z.object({
  changeNo: z.string(),
  kind: GrantChangeKind,
  kindLabel: z.string(),
  householdNo: z.string(),
  headName: z.string(),
  townshipName: z.string(),
  villageName: z.string(),
  fromMonth: MonthText,
  groundLabel: z.string(),
  clause: z.string(),
  facts: z.string(),
  /** what the grant pays a month */
  amount: Fen,
  persons: Count,
  /** the refused application it follows from */
  caseNo: z.string().nullable(),
  proposedByName: z.string(),
  proposedAt: InstantText,
  outcome: z.enum(['confirmed', 'refused', 'withdrawn']).nullable(),
  answer: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: InstantText.nullable(),
  servedOn: DateText.nullable(),
  /** the caller proposed it */
  mine: z.boolean(),
  /** the caller may decide about it now */
  decidable: z.boolean(),
})
export type GrantChange = z.infer<typeof GrantChange>

export const OfferedChange = z.object({
  kind: GrantChangeKind,
  label: z.string(),
  grounds: z.array(z.object({ code: z.string(), label: z.string(), clause: z.string() })),
})
export type OfferedChange = z.infer<typeof OfferedChange>

export const GrantView = z.object({
  householdNo: z.string(),
  state: z.enum(['none', 'running', 'suspended', 'stopped']),
  stateLabel: z.string(),
  /** the first month the state holds for, where a change made it */
  since: MonthText.nullable(),
  /** null where none runs */
  grant: z
    .object({
      decisionNo: z.string().nullable(),
      caseNo: z.string().nullable(),
      amount: Fen,
      persons: Count,
      fromMonth: MonthText,
    })
    .nullable(),
  /** newest first */
  changes: z.array(GrantChange),
  /** what the caller may propose now */
  offered: z.array(OfferedChange),
  /** the first month a change may hold for */
  earliest: MonthText,
  /** who decides about a proposal */
  deciderLabel: z.string(),
})
export type GrantView = z.infer<typeof GrantView>

const OfHousehold = z.object({ householdNo: z.string() })
const OfChange = z.object({ changeNo: z.string() })

/** What stands for a household, what was changed of it, and what may be proposed. */
export const readGrant = defineRoute({
  name: 'casework.read-grant',
  method: 'GET',
  path: '/api/households/:householdNo/grant',
  permission: 'casework.read',
  params: OfHousehold,
  output: GrantView,
})

/** Proposes to suspend, stop or resume a household's grant; another person decides. */
export const proposeGrantChange = defineRoute({
  name: 'casework.propose-grant-change',
  method: 'POST',
  path: '/api/households/:householdNo/grant-changes',
  permission: 'grant.propose',
  params: OfHousehold,
  body: z.object({
    kind: GrantChangeKind,
    ground: z.string().min(1, '请选择事由').max(40),
    fromMonth: Month,
    facts: z.string().trim().min(8, '请写明认定的事实，至少 8 个字').max(2000, '不超过 2000 字'),
    /** the refused application it follows from */
    caseNo: z.string().max(40).optional(),
  }),
  output: z.object({ changeNo: z.string() }),
})

/** Confirms or refuses what another person proposed. */
export const decideGrantChange = defineRoute({
  name: 'casework.decide-grant-change',
  method: 'POST',
  path: '/api/grant-changes/:changeNo/decision',
  permission: 'grant.decide',
  params: OfChange,
  body: z.object({ confirm: z.boolean(), reason: Reason }),
  output: GrantChange,
})

/** The proposer takes his proposal back before it is decided. */
export const withdrawGrantChange = defineRoute({
  name: 'casework.withdraw-grant-change',
  method: 'POST',
  path: '/api/grant-changes/:changeNo/withdrawal',
  permission: 'grant.withdraw',
  params: OfChange,
  body: z.object({ reason: Reason }),
  output: GrantChange,
})

/** Proposals that wait for a second person, oldest first; letters that wait to be served; what is done, newest first. */
export const listGrantChanges = defineRoute({
  name: 'casework.list-grant-changes',
  method: 'GET',
  path: '/api/grant-changes',
  permission: 'casework.read',
  query: z.object({ ...pageQuery, state: z.enum(['open', 'unserved', 'done']).default('open') }),
  output: pageOf(GrantChange),
})

/** The letter of a confirmed change (告知书). */
export const printGrantLetter = defineRoute({
  name: 'casework.print-grant-letter',
  method: 'GET',
  path: '/api/grant-changes/:changeNo/letter',
  permission: 'casework.print',
  params: OfChange,
  output: z.instanceof(Uint8Array),
  download: true,
})

/** 送达回证 of a change's letter. */
export const GrantService = z
  .object({
    way: z.enum(['direct', 'left', 'post', 'electronic', 'proxy'], '请选择送达方式'),
    servedOn: DateText,
    receivedBy: z.string().trim().min(2, '请填写签收人').max(60),
    relation: z.string().trim().max(60).default('本人'),
    /** a witness is named where the letter was left behind */
    witness: z.string().trim().max(60).default(''),
  })
  .refine(({ way, witness }) => way !== 'left' || witness.length >= 2, { path: ['witness'], message: '留置送达须填写见证人' })
export type GrantService = z.infer<typeof GrantService>

/** Registers that the letter was served. */
export const serveGrantLetter = defineRoute({
  name: 'casework.serve-grant-letter',
  method: 'POST',
  path: '/api/grant-changes/:changeNo/service',
  permission: 'casework.notify',
  params: OfChange,
  body: GrantService,
  output: GrantChange,
})

export const grantRoutes = {
  readGrant,
  proposeGrantChange,
  decideGrantChange,
  withdrawGrantChange,
  listGrantChanges,
  printGrantLetter,
  serveGrantLetter,
}
