/** Revisions of a pack: written by policy officers, put into force by somebody who did not write in them. */
import { randomUUID } from 'node:crypto'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import {
  changeFaults,
  type PackChange,
  packAt,
  packInForce,
  packSnapshot,
  packValues,
  REVISION_ORIGIN,
  revisedPack,
  revisionFault,
  savePackSnapshot,
} from '#policy'
import {
  changeValue,
  createRevision,
  deleteRevision,
  dropValue,
  listRevisions,
  openRevision,
  publishRevision,
  type RevisionChange,
  type RevisionLine,
  type RevisionView,
  returnRevision,
  submitRevision,
  withdrawRevision,
} from '../contract/revision.ts'
import {
  deleteRow,
  findRevision,
  insertRevision,
  listRevisionRows,
  publishRow,
  type RevisionRow,
  returnRow,
  saveChanges,
  submitRow,
  withdrawRow,
} from '../store/revisions.ts'
import { getPack, packLabel, policyNote, textOn } from './packs.ts'
import { isMaker } from './words.ts'

const STATES = { draft: '草稿', submitted: '待发布', published: '已发布', withdrawn: '已撤回' } as const

function lineOf(row: RevisionRow): RevisionLine {
  return {
    revisionId: row.revision_id,
    packId: row.pack_id,
    packLabel: packLabel(row.pack_id),
    title: row.title,
    fromOn: row.from_on,
    state: row.state,
    changes: row.changes.length,
    madeBy: row.made_by_name,
    madeAt: row.made_at,
    publishedBy: row.published_by_name,
    publishedAt: row.published_at,
  }
}

async function viewOf({ tx, actor }: ActionContext, row: RevisionRow): Promise<RevisionView> {
  const pack = await packInForce(tx, row.pack_id)
  // Beside a published revision stands what the shipped pack says.
  const before = row.state === 'published' ? getPack(row.pack_id) : pack
  const revised = packValues(revisedPack(before, row.changes, REVISION_ORIGIN))
  const { changes: _, ...line } = lineOf(row)
  const open = row.state === 'draft' || row.state === 'submitted'
  return {
    ...line,
    version: row.version,
    changes: row.changes.map((change): RevisionChange => {
      const { section, name, from, clause, mark, reviewed_until: reviewedUntil, value: json } = change
      const parameter = revised.find((each) => each.section === section && each.name === name)
      const text = parameter?.values.find((value) => value.from === from)?.text ?? json
      const [label, unit] = [parameter?.label ?? name, parameter?.unit ?? '']
      return {
        section,
        name,
        label,
        unit,
        from,
        text,
        json,
        beforeText: textOn(before, section, name, from),
        clause,
        mark,
        reviewedUntil,
      }
    }),
    fault: open ? revisionFault(pack, row.changes) : null,
    mine: isMaker(row, actor.userId),
    submittedAt: row.submitted_at,
    packHash: row.pack_hash,
    withdrawnBy: row.withdrawn_by_name,
    withdrawnAt: row.withdrawn_at,
    reason: row.reason,
  }
}

async function getRevision({ tx }: ActionContext, revisionId: string, lock = false): Promise<RevisionRow> {
  const row = await findRevision(tx, revisionId, lock)
  if (row === undefined) throw new Problem('casework.no-revision', '没有这份修订，可能已被删除', { status: 404 })
  return row
}

/** The revision held for a change: in one of these states, as the caller saw it. Problem 409. */
async function holdRevision(
  context: ActionContext,
  { revisionId, version }: { revisionId: string; version: number },
  states: readonly RevisionRow['state'][],
): Promise<RevisionRow> {
  const row = await getRevision(context, revisionId, true)
  if (!states.includes(row.state)) {
    throw new Problem('casework.revision-state', `这份修订现为“${STATES[row.state]}”，不能这样办理，请刷新后查看`, {
      status: 409,
    })
  }
  if (row.version !== version) throw new Problem('casework.stale', '这份修订刚被他人改过，请刷新后再办理', { status: 409 })
  return row
}

const doer = ({ actor, clock }: ActionContext) => ({ by: actor.userId, byName: actor.name, at: nowIso(clock) })

const again = async (context: ActionContext, revisionId: string): Promise<RevisionView> =>
  viewOf(context, await getRevision(context, revisionId))

/** Hash of the pack in force on a revision's first day: what it is laid over. */
async function baseHash({ tx, today }: ActionContext, packId: string, fromOn: string | null): Promise<string> {
  const pack = await packInForce(tx, packId)
  const on = fromOn ?? (today < pack.effective_from ? pack.effective_from : today)
  return packAt(pack, on).hash
}

async function keepChanges(context: ActionContext, row: RevisionRow, changes: readonly PackChange[]): Promise<void> {
  const [fromOn = null] = changes.map(({ from }) => from).sort()
  const hash = await baseHash(context, row.pack_id, fromOn)
  const { by, at } = doer(context)
  await saveChanges(context.tx, row.revision_id, { changes, fromOn, baseHash: hash, by, at })
}

const isAt = (change: PackChange, at: { section: string; name: string; from: string }): boolean =>
  change.section === at.section && change.name === at.name && change.from === at.from

export const listRevisionsAction: Action = routeAction(listRevisions, {
  run: async ({ tx }, { pack }) => ({ rows: (await listRevisionRows(tx, pack ?? null)).map(lineOf) }),
  journal: () => null,
})

export const openRevisionAction: Action = routeAction(openRevision, {
  run: (context, { revisionId }) => again(context, revisionId),
  journal: () => null,
})

export const createRevisionAction: Action = routeAction(createRevision, {
  async run(context, { packId, title }) {
    getPack(packId)
    const revisionId = randomUUID()
    await insertRevision(context.tx, {
      revisionId,
      packId,
      title,
      baseHash: await baseHash(context, packId, null),
      ...doer(context),
    })
    return again(context, revisionId)
  },
  journal: ({ packId, title }, output) =>
    policyNote('起草政策包修订', { pack: packId, title, revision: (output as RevisionView).revisionId }),
})

export const changeValueAction: Action = routeAction(changeValue, {
  async run(context, { revisionId, version, section, name, from, json, clause, mark, reviewedUntil }) {
    const row = await holdRevision(context, { revisionId, version }, ['draft'])
    const change: PackChange = { section, name, from, value: json, clause, mark, reviewed_until: reviewedUntil }
    const others = row.changes.filter((each) => !isAt(each, change))
    const faults = changeFaults(await packInForce(context.tx, row.pack_id), others, change)
    const [fault] = faults
    if (fault !== undefined) {
      const issues = faults.map(({ part, message }) => ({
        path:
          part === '' ? ['json'] : part === 'from' ? ['from'] : part === 'reviewed_until' ? ['reviewedUntil'] : ['json', part],
        message,
      }))
      throw new Problem('casework.value', fault.message, { status: 422, details: { issues } })
    }
    await keepChanges(context, row, [...others, change])
    return again(context, revisionId)
  },
  journal: ({ revisionId, section, name, from }) =>
    policyNote('修改政策包修订中的值', { revision: revisionId, parameter: `${section}.${name}`, from }),
})

export const dropValueAction: Action = routeAction(dropValue, {
  async run(context, { revisionId, version, ...at }) {
    const row = await holdRevision(context, { revisionId, version }, ['draft'])
    await keepChanges(
      context,
      row,
      row.changes.filter((each) => !isAt(each, at)),
    )
    return again(context, revisionId)
  },
  journal: ({ revisionId, section, name, from }) =>
    policyNote('删除政策包修订中的值', { revision: revisionId, parameter: `${section}.${name}`, from }),
})

/** Problem 409 when the whole of a revision cannot be put into force. */
async function refuseFaulty({ tx }: ActionContext, row: RevisionRow): Promise<void> {
  const fault = revisionFault(await packInForce(tx, row.pack_id), row.changes)
  if (fault !== null) throw new Problem('casework.revision-fault', fault, { status: 409 })
}

export const submitRevisionAction: Action = routeAction(submitRevision, {
  async run(context, { revisionId, version }) {
    const row = await holdRevision(context, { revisionId, version }, ['draft'])
    await refuseFaulty(context, row)
    await submitRow(context.tx, revisionId, doer(context))
    return again(context, revisionId)
  },
  journal: ({ revisionId }) => policyNote('提交政策包修订', { revision: revisionId }),
})

export const returnRevisionAction: Action = routeAction(returnRevision, {
  async run(context, { revisionId, version, reason }) {
    await holdRevision(context, { revisionId, version }, ['submitted'])
    await returnRow(context.tx, revisionId, reason)
    return again(context, revisionId)
  },
  journal: ({ revisionId, reason }) => policyNote('退回政策包修订', { revision: revisionId, reason }),
})

export const publishRevisionAction: Action = routeAction(publishRevision, {
  async run(context, { revisionId, version }) {
    const row = await holdRevision(context, { revisionId, version }, ['submitted'])
    if (isMaker(row, context.actor.userId)) {
      throw new Problem(
        'casework.own-revision',
        '起草、修改或提交过这份修订的人不能自己发布，请另一位有发布权限的人员核对后发布',
        { status: 403 },
      )
    }
    await refuseFaulty(context, row)
    const { tx } = context
    const pack = revisedPack(await packInForce(tx, row.pack_id), row.changes, `${REVISION_ORIGIN}${revisionId}`)
    const resolved = packAt(pack, row.from_on ?? context.today)
    await savePackSnapshot(tx, resolved.hash, packSnapshot(resolved))
    await publishRow(tx, revisionId, resolved.hash, doer(context))
    return again(context, revisionId)
  },
  journal: ({ revisionId }, output) =>
    policyNote('发布政策包修订', { revision: revisionId, hash: (output as RevisionView).packHash }),
})

export const withdrawRevisionAction: Action = routeAction(withdrawRevision, {
  async run(context, { revisionId, version, reason }) {
    await holdRevision(context, { revisionId, version }, ['submitted', 'published'])
    await withdrawRow(context.tx, revisionId, reason, doer(context))
    return again(context, revisionId)
  },
  journal: ({ revisionId, reason }) => policyNote('撤回政策包修订', { revision: revisionId, reason }),
})

export const deleteRevisionAction: Action = routeAction(deleteRevision, {
  async run(context, { revisionId, version }) {
    await holdRevision(context, { revisionId, version }, ['draft'])
    await deleteRow(context.tx, revisionId)
    return { revisionId }
  },
  journal: ({ revisionId }) => policyNote('删除政策包修订草稿', { revision: revisionId }),
})
