/** The policy officer's desk: packs and their values over time, revisions made by one person and published by another. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, InstantText, PackId, Reason } from '#kernel/schema'

export const PackSection = z.enum(['verify', 'assess', 'casework'])
export type PackSection = z.infer<typeof PackSection>

export const Mark = z.enum(['sourced', 'known', 'uncertain', 'proposal'])
export type Mark = z.infer<typeof Mark>

const RevisionId = z.uuid('修订编号无效，请从列表中打开')

export const PackLine = z.object({
  packId: PackId,
  label: z.string(),
  place: z.string(),
  effectiveFrom: DateText,
  inherits: PackId.nullable(),
  /** the pack new cases are opened under */
  inUse: z.boolean(),
  /** values whose review date has passed today */
  overdue: Count,
  published: Count,
  drafts: Count,
})
export type PackLine = z.infer<typeof PackLine>

export const listPolicyPacks = defineRoute({
  name: 'casework.list-packs',
  method: 'GET',
  path: '/api/packs',
  permission: 'policy.read',
  output: z.object({ rows: z.array(PackLine), today: DateText }),
})

export const PolicyValue = z.object({
  from: DateText,
  until: DateText.nullable(),
  text: z.string(),
  /** the value as JSON text, numbers as they were written */
  json: z.string(),
  clause: z.string(),
  mark: Mark,
  reviewedUntil: DateText.nullable(),
  /** the review date has passed */
  overdue: z.boolean(),
  /** own: stated by the pack; inherited: by the pack named; revision: by the published revision named */
  kind: z.enum(['own', 'inherited', 'revision']),
  /** id of the pack or revision */
  origin: z.string(),
  originLabel: z.string(),
})
export type PolicyValue = z.infer<typeof PolicyValue>

export const PolicyParameter = z.object({
  section: PackSection,
  name: z.string(),
  label: z.string(),
  unit: z.string(),
  /** in order of their days */
  values: z.array(PolicyValue),
})
export type PolicyParameter = z.infer<typeof PolicyParameter>

/** A pack with its values over time, as it is in force: published revisions laid over it. */
export const readPolicyPack = defineRoute({
  name: 'casework.read-pack',
  method: 'GET',
  path: '/api/packs/:packId',
  permission: 'policy.read',
  params: z.object({ packId: PackId }),
  output: z.object({
    packId: PackId,
    label: z.string(),
    place: z.string(),
    effectiveFrom: DateText,
    inherits: PackId.nullable(),
    notes: z.array(z.string()),
    /** as of today; null before the pack's first day */
    hash: z.string().nullable(),
    today: DateText,
    parameters: z.array(PolicyParameter),
  }),
})

/** A pack on a day, with a revision laid over it when one is named. */
export const PolicySide = z.object({
  packId: PackId,
  on: DateText,
  revisionId: RevisionId.nullable().default(null),
})
export type PolicySide = z.infer<typeof PolicySide>

const SideValue = z.object({ from: DateText, text: z.string(), clause: z.string(), mark: Mark, originLabel: z.string() })

export const PolicyDifference = z.object({
  section: PackSection,
  name: z.string(),
  label: z.string(),
  unit: z.string(),
  kind: z.enum(['value', 'clause', 'missing']),
  before: SideValue.nullable(),
  after: SideValue.nullable(),
})
export type PolicyDifference = z.infer<typeof PolicyDifference>

/** In which parameters one pack on a day differs from another, or from itself on another day. */
export const comparePacks = defineRoute({
  name: 'casework.compare-packs',
  method: 'GET',
  path: '/api/pack-differences',
  permission: 'policy.read',
  query: z.object({
    packA: PackId,
    onA: DateText,
    packB: PackId,
    onB: DateText,
    /** laid over the second side */
    revision: RevisionId.optional(),
  }),
  output: z.object({ beforeLabel: z.string(), afterLabel: z.string(), rows: z.array(PolicyDifference) }),
})

export const RevisionState = z.enum(['draft', 'submitted', 'published', 'withdrawn'])
export type RevisionState = z.infer<typeof RevisionState>

export const RevisionLine = z.object({
  revisionId: RevisionId,
  packId: PackId,
  packLabel: z.string(),
  title: z.string(),
  fromOn: DateText.nullable(),
  state: RevisionState,
  changes: Count,
  madeBy: z.string(),
  madeAt: InstantText,
  publishedBy: z.string().nullable(),
  publishedAt: InstantText.nullable(),
})
export type RevisionLine = z.infer<typeof RevisionLine>

export const listRevisions = defineRoute({
  name: 'casework.list-revisions',
  method: 'GET',
  path: '/api/pack-revisions',
  permission: 'policy.read',
  query: z.object({ pack: PackId.optional() }),
  output: z.object({ rows: z.array(RevisionLine) }),
})

export const RevisionChange = z.object({
  section: PackSection,
  name: z.string(),
  label: z.string(),
  unit: z.string(),
  from: DateText,
  text: z.string(),
  json: z.string(),
  /** the value in force on that day without the revision */
  beforeText: z.string().nullable(),
  clause: z.string(),
  mark: Mark,
  reviewedUntil: DateText,
})
export type RevisionChange = z.infer<typeof RevisionChange>

export const RevisionView = RevisionLine.omit({ changes: true }).extend({
  version: Count,
  changes: z.array(RevisionChange),
  /** why it cannot be submitted or published yet; null when it can */
  fault: z.string().nullable(),
  /** the caller wrote in it, so somebody else publishes it */
  mine: z.boolean(),
  submittedAt: InstantText.nullable(),
  packHash: z.string().nullable(),
  withdrawnBy: z.string().nullable(),
  withdrawnAt: InstantText.nullable(),
  reason: z.string().nullable(),
})
export type RevisionView = z.infer<typeof RevisionView>

const ofRevision = { params: z.object({ revisionId: RevisionId }) }
/** the version the page showed: a revision somebody else changed meanwhile is not overwritten */
const seen = { version: z.int().min(0) }

export const openRevision = defineRoute({
  name: 'casework.open-revision',
  method: 'GET',
  path: '/api/pack-revisions/:revisionId',
  permission: 'policy.read',
  ...ofRevision,
  output: RevisionView,
})

export const createRevision = defineRoute({
  name: 'casework.create-revision',
  method: 'POST',
  path: '/api/pack-revisions',
  permission: 'policy.edit',
  body: z.object({ packId: PackId, title: z.string().trim().min(4, '请写明修订的名称，至少 4 个字').max(120) }),
  output: RevisionView,
})

/** Gives a parameter a value from a day on; refused (422, with the field) when the readers of a pack do not take it. */
export const changeValue = defineRoute({
  name: 'casework.change-value',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/values',
  permission: 'policy.edit',
  ...ofRevision,
  body: z.object({
    ...seen,
    section: PackSection,
    name: z.string().min(1).max(80),
    from: DateText,
    json: z.string().trim().min(1, '请填写值').max(20_000),
    clause: z.string().trim().min(4, '请写明依据的文件和条款').max(200),
    mark: Mark,
    reviewedUntil: DateText,
  }),
  output: RevisionView,
})

/** Takes a changed value out of a draft. */
export const dropValue = defineRoute({
  name: 'casework.drop-value',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/dropped-values',
  permission: 'policy.edit',
  ...ofRevision,
  body: z.object({ ...seen, section: PackSection, name: z.string(), from: DateText }),
  output: RevisionView,
})

export const submitRevision = defineRoute({
  name: 'casework.submit-revision',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/submission',
  permission: 'policy.edit',
  ...ofRevision,
  body: z.object(seen),
  output: RevisionView,
})

/** A submitted revision becomes a draft again. */
export const returnRevision = defineRoute({
  name: 'casework.return-revision',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/return',
  permission: 'policy.publish',
  ...ofRevision,
  body: z.object({ ...seen, reason: Reason }),
  output: RevisionView,
})

/** From its days on, new cases and campaigns take its values; what runs keeps its own. Never by somebody who wrote in it. */
export const publishRevision = defineRoute({
  name: 'casework.publish-revision',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/publication',
  permission: 'policy.publish',
  ...ofRevision,
  body: z.object(seen),
  output: RevisionView,
})

/** Takes a submitted or published revision out of force for new cases and campaigns. */
export const withdrawRevision = defineRoute({
  name: 'casework.withdraw-revision',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/withdrawal',
  permission: 'policy.publish',
  ...ofRevision,
  body: z.object({ ...seen, reason: Reason }),
  output: RevisionView,
})

export const deleteRevision = defineRoute({
  name: 'casework.delete-revision',
  method: 'POST',
  path: '/api/pack-revisions/:revisionId/deletion',
  permission: 'policy.edit',
  ...ofRevision,
  body: z.object(seen),
  output: z.object({ revisionId: RevisionId }),
})

export const policyRoutes = {
  listPolicyPacks,
  readPolicyPack,
  comparePacks,
  listRevisions,
  openRevision,
  createRevision,
  changeValue,
  dropValue,
  submitRevision,
  returnRevision,
  publishRevision,
  withdrawRevision,
  deleteRevision,
}
