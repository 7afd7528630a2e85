/** The centre's board of the exchange: how each node stands, what is agreed with it, what waits for a person, its keys and rights. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, InstantText, Reason } from '#kernel/schema'
import { PeerKeyTexts, suiteNames } from '#wire/contract'
import { makeBundle, takeBundle } from './carried.ts'
import { readOwnUnit } from './own-unit.ts'

const Unit = z.string().min(1).max(120)
const ofUnit = z.object({ unit: Unit })
const Minutes = z.number().nonnegative().nullable()

export const NodeKind = z.enum(['unit', 'relay', 'node'])
export const TermMark = z.enum(['sourced', 'known', 'uncertain', 'proposal'])

/** What holds for a node on a day. */
export const NodeTerms = z.object({
  fromOn: DateText,
  carrier: z.enum(['line', 'bundle']),
  requestsPerDay: Count.nullable(),
  answerHours: Count,
  silentMinutes: Count,
  outageMinutes: Count,
  escalateDays: Count,
  keyDays: Count,
  responsibleName: z.string().nullable(),
  source: z.string(),
  mark: TermMark,
  /** false: the values of the whole district, the node has none of its own */
  own: z.boolean(),
})
export type NodeTerms = z.infer<typeof NodeTerms>

/** How a node stands. */
export const NodeRow = z.object({
  unit: z.string(),
  nodeId: z.string(),
  name: z.string(),
  kind: NodeKind,
  suite: z.enum(suiteNames),
  /** name of the node that carries for it; null when it has a line of its own */
  via: z.string().nullable(),
  link: z.enum(['online', 'silent', 'never', 'revoked']),
  /** on or off line since; null when it was never heard */
  since: InstantText.nullable(),
  seenAt: InstantText.nullable(),
  /** requests without an answer, and the oldest */
  open: Count,
  oldestAt: InstantText.nullable(),
  /** later than agreed since; null when it is not late */
  lateSince: InstantText.nullable(),
  /** of the last 30 days; delays in minutes from the question to the answer */
  asked: Count,
  answered: Count,
  medianMinutes: Minutes,
  p95Minutes: Minutes,
  askedToday: Count,
  /** when these were counted; null: nothing was asked */
  countedAt: InstantText.nullable(),
  unreceipted: Count,
  parked: Count,
  /** the newest key holds since; null: no key holds */
  keySince: InstantText.nullable(),
  /** null: until further notice */
  keyUntil: InstantText.nullable(),
  /** older than agreed, or ends within 30 days */
  keyDue: z.boolean(),
  tasks: Count,
  /** its last statement; differences null: it could not be read */
  statedAt: InstantText.nullable(),
  differences: Count.nullable(),
  terms: NodeTerms,
})
export type NodeRow = z.infer<typeof NodeRow>

/** Something that waits for a person. */
export const NodeTask = z.object({
  taskNo: Count,
  unit: z.string(),
  name: z.string(),
  cause: z.enum(['late', 'silent', 'parked', 'difference']),
  since: InstantText,
  raisedAt: InstantText,
  /** 0: who is responsible; each next one stands above */
  rank: Count,
  /** role it lies with now, or the person responsible */
  whom: z.string(),
  /** lies with the caller */
  mine: z.boolean(),
})
export type NodeTask = z.infer<typeof NodeTask>

/** A thing that could not be used. */
export const ParkedMessage = z.object({
  parkedNo: Count,
  sender: z.string(),
  fault: z.string(),
  reason: z.string(),
  size: Count,
  at: InstantText,
  /** a request that is not answered because of it */
  ofRequest: z.boolean(),
  state: z.enum(['open', 'resent', 'given_up']),
  settledBy: z.string().nullable(),
  settledAt: InstantText.nullable(),
  settledReason: z.string().nullable(),
})
export type ParkedMessage = z.infer<typeof ParkedMessage>

const Keys = z.object({
  kind: z.literal('keys'),
  keys: PeerKeyTexts,
  overlapHours: z.int().min(0, '重叠时间不能为负').max(2160, '重叠时间不超过 90 天'),
})
const Right = z.object({ item: z.string().min(1).max(60), purpose: z.string().trim().min(2, '请填写用途').max(120) })
const Grant = z.object({ kind: z.literal('grant'), rights: z.array(Right).min(1, '请选择要授予的类别').max(200) })
const Register = z.object({
  kind: z.literal('register'),
  name: z.string().trim().min(2, '请填写节点名称').max(80),
  nodeKind: z.enum(['relay', 'node']),
  keys: PeerKeyTexts,
  via: z.string().max(120).nullable(),
})

/** A change that another person has to confirm. */
export const NodeChange = z.discriminatedUnion('kind', [Register, Keys, Grant])
export type NodeChange = z.infer<typeof NodeChange>

export const ChangeRow = z.object({
  changeNo: Count,
  unit: z.string(),
  name: z.string(),
  what: NodeChange,
  reason: z.string(),
  askedBy: z.string(),
  askedAt: InstantText,
  /** the caller asked for it, so another person decides */
  mine: z.boolean(),
  state: z.enum(['waiting', 'done', 'refused']),
  decidedBy: z.string().nullable(),
  decidedAt: InstantText.nullable(),
  refusal: z.string().nullable(),
})
export type ChangeRow = z.infer<typeof ChangeRow>

/** Every node, what waits for a person, what came from nobody known, and changes to confirm. */
export const readBoard = defineRoute({
  name: 'exchange.read-board',
  method: 'GET',
  path: '/api/lines',
  permission: 'exchange.read',
  output: z.object({
    /** when it was so, by the server's clock */
    at: InstantText,
    rows: z.array(NodeRow),
    tasks: z.array(NodeTask),
    /** the newest hundred that belong to no known node */
    strays: z.array(ParkedMessage),
    /** earlier calls that are only counted: too many to keep */
    strayCalls: z.object({ count: z.int().nonnegative(), since: DateText.nullable() }),
    changes: z.array(ChangeRow),
  }),
})

/** What lies with the caller. */
export const listNodeTasks = defineRoute({
  name: 'exchange.list-tasks',
  method: 'GET',
  path: '/api/line-tasks',
  permission: 'exchange.read',
  output: z.object({ rows: z.array(NodeTask) }),
})

/** A key of a node: the public half of its signing pair is enough to tell it. */
export const NodeKey = z.object({
  signing: z.string(),
  box: z.string(),
  from: InstantText.nullable(),
  until: InstantText.nullable(),
  state: z.enum(['holds', 'coming', 'ended']),
})

/** One node with everything about it. Lists show the newest. */
export const NodePage = z.object({
  /** when it was so, by the server's clock */
  at: InstantText,
  row: NodeRow,
  keys: z.array(NodeKey),
  /** the centre's own public keys on this link, for the other side */
  centreKeys: PeerKeyTexts,
  rights: z.array(z.object({ item: z.string(), label: z.string(), purpose: z.string() })),
  /** what may be granted, and the purposes that are in use anywhere */
  items: z.array(z.object({ item: z.string(), label: z.string() })),
  purposes: z.array(z.string()),
  parked: z.array(ParkedMessage),
  /** requests nobody will answer */
  stuck: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      createdAt: InstantText,
      expiresAt: InstantText.nullable(),
      why: z.enum(['expired', 'revoked']),
    }),
  ),
  receipts: z.array(z.object({ lane: z.enum(['batch', 'single']), first: Count, last: Count, at: InstantText, bytes: Count })),
  /** out: said by the centre; differences null: it could not be read */
  statements: z.array(
    z.object({ direction: z.enum(['in', 'out']), at: InstantText, differences: z.array(z.string()).nullable() }),
  ),
  outages: z.array(z.object({ from: InstantText, until: InstantText.nullable() })),
  terms: z.array(NodeTerms.extend({ setBy: z.string(), setAt: InstantText })),
  tasks: z.array(NodeTask),
  changes: z.array(ChangeRow),
})
export type NodePage = z.infer<typeof NodePage>

export const openNode = defineRoute({
  name: 'exchange.open-node',
  method: 'GET',
  path: '/api/lines/:unit',
  permission: 'exchange.read',
  params: ofUnit,
  output: NodePage,
})

/** What is agreed with a node from a day on. */
export const setTerms = defineRoute({
  name: 'exchange.set-terms',
  method: 'POST',
  path: '/api/lines/:unit/terms',
  permission: 'exchange.agree',
  params: ofUnit,
  body: z.object({
    fromOn: DateText,
    carrier: z.enum(['line', 'bundle']),
    requestsPerDay: z.int('请填写整数').min(1, '至少 1 次').max(10_000_000).nullable(),
    answerHours: z.int('请填写整数').min(1, '至少 1 小时').max(2160, '不超过 90 天'),
    silentMinutes: z.int('请填写整数').min(1, '至少 1 分钟').max(129_600, '不超过 90 天'),
    outageMinutes: z.int('请填写整数').min(1, '至少 1 分钟').max(129_600, '不超过 90 天'),
    escalateDays: z.int('请填写整数').min(1, '至少 1 天').max(90, '不超过 90 天'),
    keyDays: z.int('请填写整数').min(1, '至少 1 天').max(3650, '不超过 10 年'),
    /** account of the person asked first; null: everybody of the centre */
    responsible: z.string().trim().min(1).max(60).nullable(),
    source: z.string().trim().min(4, '请写明约定的出处，如协议名称和文号').max(200, '出处不超过 200 字'),
    mark: TermMark,
  }),
  output: z.object({ unit: z.string() }),
})

/** Asks for a node to be registered, for new keys, or for rights: done when another person confirms. */
export const proposeChange = defineRoute({
  name: 'exchange.propose-change',
  method: 'POST',
  path: '/api/lines/:unit/changes',
  permission: 'exchange.change',
  params: ofUnit,
  body: z.object({ change: NodeChange, reason: Reason }),
  output: z.object({ changeNo: Count }),
})

/** Another person confirms a change, or anybody refuses it with a reason. */
export const decideChange = defineRoute({
  name: 'exchange.decide-change',
  method: 'POST',
  path: '/api/line-changes/:changeNo',
  permission: 'exchange.confirm',
  params: z.object({ changeNo: z.coerce.number().int() }),
  body: z.object({ refusal: Reason.nullable() }),
  output: z.object({ unit: z.string() }),
})

/** Takes rights away at once. */
export const withdrawRights = defineRoute({
  name: 'exchange.withdraw-rights',
  method: 'POST',
  path: '/api/lines/:unit/withdrawals',
  permission: 'exchange.change',
  params: ofUnit,
  body: z.object({ rights: Grant.shape.rights, reason: Reason }),
  output: z.object({ unit: z.string() }),
})

/** Shuts a node out at once. */
export const revoke = defineRoute({
  name: 'exchange.revoke-node',
  method: 'POST',
  path: '/api/lines/:unit/revocation',
  permission: 'exchange.change',
  params: ofUnit,
  body: z.object({ reason: Reason }),
  output: z.object({ unit: z.string() }),
})

/** Takes a parked thing again (no reason), or gives it up with one. */
export const settleParked = defineRoute({
  name: 'exchange.settle-parked',
  method: 'POST',
  path: '/api/line-parked/:parkedNo',
  permission: 'exchange.settle',
  params: z.object({ parkedNo: z.coerce.number().int() }),
  body: z.object({ giveUp: Reason.nullable() }),
  output: z.object({ parkedNo: Count }),
})

/** Gives a request up that nobody will answer. */
export const endRequest = defineRoute({
  name: 'exchange.end-request',
  method: 'POST',
  path: '/api/lines/:unit/requests/:id',
  permission: 'exchange.settle',
  params: ofUnit.extend({ id: z.uuid('编号有误') }),
  body: z.object({ reason: Reason }),
  output: z.object({ unit: z.string() }),
})

/** The routes of the exchange; the server mounts each, the browser client is typed from them. */
export const lineRoutes = {
  readBoard,
  listNodeTasks,
  openNode,
  readOwnUnit,
  setTerms,
  proposeChange,
  decideChange,
  withdrawRights,
  revoke,
  settleParked,
  endRequest,
  makeBundle,
  takeBundle,
}
