/** Reading packs: which there are, their values over time as they are in force, and how two of them differ. */
import { chineseDate } from '#kernel/chinese-date'
import { isProblem, Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import type { Sql } from '#platform/db'
import {
  builtInPack,
  listPacks,
  type Pack,
  packAt,
  packDifference,
  packInForce,
  packValues,
  REVISION_ORIGIN,
  revisedPack,
  type SideValue,
  type ValueOverTime,
} from '#policy'
import {
  comparePacks,
  listPolicyPacks,
  type PackLine,
  type PolicyDifference,
  type PolicySide,
  type PolicyValue,
  readPolicyPack,
} from '../contract/revision.ts'
import { findRevision, listRevisionRows, type RevisionRow } from '../store/revisions.ts'
import { isOverdue, revisionOf } from './words.ts'

const CHAIN = 'system:policy'
const BASIS = '社会救助暂行办法 第十条'

export const policyNote = (purpose: string, detail: Record<string, unknown>) => ({
  chain: CHAIN,
  basis: BASIS,
  purpose,
  detail,
})

function findPack(packId: string): Pack | undefined {
  try {
    return builtInPack(packId)
  } catch (error) {
    if (isProblem(error, 'policy.unknown_pack')) return undefined
    throw error
  }
}

/** Built-in pack of an id the caller named. Problem 404. */
export function getPack(packId: string): Pack {
  const pack = findPack(packId)
  if (pack === undefined) throw new Problem('casework.no-pack', `没有名为“${packId}”的政策包，请从列表中选择`, { status: 404 })
  return pack
}

/** The pack of a side: in force, with the side's revision laid over it. Problem 404 and 409. */
export async function packOfSide(tx: Sql, side: PolicySide): Promise<{ pack: Pack; revisionTitle: string | null }> {
  getPack(side.packId)
  const pack = await packInForce(tx, side.packId)
  if (side.on < pack.effective_from) {
    throw new Problem(
      'casework.side',
      `政策包“${pack.label}”自 ${chineseDate(pack.effective_from)} 起施行，请选择这一天或以后的日期`,
      {
        status: 422,
      },
    )
  }
  if (side.revisionId === null) return { pack, revisionTitle: null }
  const revision = await findRevision(tx, side.revisionId)
  if (revision === undefined) throw new Problem('casework.no-revision', '没有这份修订，可能已被删除', { status: 404 })
  if (revision.pack_id !== side.packId) {
    throw new Problem('casework.side', `修订“${revision.title}”不属于政策包“${pack.label}”，请重新选择`, { status: 422 })
  }
  return {
    pack: revisedPack(pack, revision.changes, `${REVISION_ORIGIN}${revision.revision_id}`),
    revisionTitle: revision.title,
  }
}

type Labels = (origin: string) => string

function labelsOf(revisions: readonly RevisionRow[]): Labels {
  const titles = new Map(revisions.map((row) => [row.revision_id, row.title]))
  return (origin) => {
    const revision = revisionOf(origin)
    if (revision !== null) return `修订：${titles.get(revision) ?? ''}`
    return packLabel(origin)
  }
}

function valueView(value: ValueOverTime, labels: Labels, today: string): PolicyValue {
  const { from, until, text, json, clause, mark, reviewed_until, origin, inherited } = value
  const revision = revisionOf(origin)
  return {
    from,
    until,
    text,
    json,
    clause,
    mark,
    reviewedUntil: reviewed_until,
    overdue: (until === null || until > today) && isOverdue(reviewed_until, today),
    kind: revision !== null ? 'revision' : inherited ? 'inherited' : 'own',
    origin: revision ?? origin,
    originLabel: labels(origin),
  }
}

function lineOf(pack: Pack, revisions: readonly RevisionRow[], packId: string, today: string): PackLine {
  const own = revisions.filter((row) => row.pack_id === pack.id)
  const values = packValues(pack).flatMap((parameter) => parameter.values)
  const current = values.filter(({ from, until }) => from <= today && (until === null || until > today))
  return {
    packId: pack.id,
    label: pack.label,
    place: pack.place,
    effectiveFrom: pack.effective_from,
    inherits: pack.inherits,
    inUse: pack.id === packId,
    overdue: current.filter(({ reviewed_until }) => isOverdue(reviewed_until, today)).length,
    published: own.filter(({ state }) => state === 'published').length,
    drafts: own.filter(({ state }) => state === 'draft' || state === 'submitted').length,
  }
}

/** `packId`: the pack new cases are opened under. */
export function listPolicyPacksAction({ packId }: { readonly packId: string }): Action {
  return routeAction(listPolicyPacks, {
    async run({ tx, today }) {
      const revisions = await listRevisionRows(tx, null)
      const rows = listPacks().map((pack) => {
        const published = revisions.filter((row) => row.pack_id === pack.id && row.state === 'published').reverse()
        const inForce = published.reduce((on, row) => revisedPack(on, row.changes, row.revision_id), pack)
        return lineOf(inForce, revisions, packId, today)
      })
      return { rows, today }
    },
    journal: () => null,
  })
}

export const readPolicyPackAction: Action = routeAction(readPolicyPack, {
  async run({ tx, today }, { packId }) {
    getPack(packId)
    const pack = await packInForce(tx, packId)
    const labels = labelsOf(await listRevisionRows(tx, packId))
    return {
      packId,
      label: pack.label,
      place: pack.place,
      effectiveFrom: pack.effective_from,
      inherits: pack.inherits,
      notes: [...pack.notes],
      hash: today < pack.effective_from ? null : packAt(pack, today).hash,
      today,
      parameters: packValues(pack).map(({ section, name, label, unit, values }) => ({
        section,
        name,
        label,
        unit,
        values: values.map((value) => valueView(value, labels, today)),
      })),
    }
  },
  journal: () => null,
})

function sideView(value: SideValue | null, labels: Labels): PolicyDifference['before'] {
  if (value === null) return null
  const { from, text, clause, mark, origin } = value
  return { from, text, clause, mark, originLabel: labels(origin) }
}

export const comparePacksAction: Action = routeAction(comparePacks, {
  async run({ tx }, { packA, onA, packB, onB, revision }) {
    const a = await packOfSide(tx, { packId: packA, on: onA, revisionId: null })
    const b = await packOfSide(tx, { packId: packB, on: onB, revisionId: revision ?? null })
    const labels = labelsOf(await listRevisionRows(tx, null))
    const rows = packDifference(a.pack, onA, b.pack, onB).map(({ before, after, ...parameter }) => ({
      ...parameter,
      before: sideView(before, labels),
      after: sideView(after, labels),
    }))
    const over = b.revisionTitle === null ? '' : `，加修订“${b.revisionTitle}”`
    return { beforeLabel: `${a.pack.label}（${onA}）`, afterLabel: `${b.pack.label}（${onB}${over}）`, rows }
  },
  journal: () => null,
})

/** The text of the value a pack gives a parameter on a day; null when it has none. */
export function textOn(pack: Pack, section: 'verify' | 'assess' | 'casework', name: string, on: string): string | null {
  const parameter = packValues(pack).find((each) => each.section === section && each.name === name)
  return parameter?.values.findLast(({ from }) => from <= on)?.text ?? null
}

/** Label of a built-in pack; its id when there is none any more. */
export function packLabel(packId: string): string {
  return findPack(packId)?.label ?? packId
}
