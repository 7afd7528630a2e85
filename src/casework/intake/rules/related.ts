/** Whether a case is a related-party case: an official in the circle of the pack is, or declared to be, of the family. */
import { labelOf } from '#kernel/terms'
import { type DraftRow, OFFICIAL_RELATIONS } from '../contract/draft.ts'
import type { RelatedReason } from '../contract/intake.ts'

/** An official as the registry knows the link. */
export interface KnownLink {
  readonly by: 'number' | 'filing'
  readonly name: string
  readonly roleLabel: string
  readonly unit: string | null
  readonly post: string | null
  readonly inOffice: boolean
  /** code of the list of kin; null for the official's own number */
  readonly relation: string | null
  readonly subjectName: string | null
}

/** The other side of a relation: who is somebody's child has them as parent. */
const INVERSE: Readonly<Record<string, string>> = {
  parent: 'child',
  child: 'parent',
  grandparent: 'grandchild',
  grandchild: 'grandparent',
  parent_in_law: 'child_in_law',
  child_in_law: 'parent_in_law',
  uncle_aunt: 'nephew_niece',
  nephew_niece: 'uncle_aunt',
}

const relationLabels: Readonly<Record<string, string>> = OFFICIAL_RELATIONS

/** Label of a relation to an official. */
export function relationLabelOf(code: string): string {
  return relationLabels[code] ?? labelOf('kin', code)
}

/** True for the official himself and for every relation of the circle, from either side. */
export function isInCircle(relation: string, circle: readonly string[]): boolean {
  return relation === 'self' || circle.includes(relation) || circle.includes(INVERSE[relation] ?? '')
}

const postOf = ({ unit, post, roleLabel }: KnownLink): string =>
  [unit, post ?? roleLabel].filter((each) => each !== null).join('')

function linkReason(link: KnownLink, clause: string): RelatedReason {
  const relation = link.relation ?? 'self'
  const member = link.subjectName ?? '该家庭'
  const text =
    link.by === 'number'
      ? `${member}的公民身份号码与备案人员${link.name}（${postOf(link)}）相同`
      : `${link.name}（${postOf(link)}）已将该家庭备案为近亲属（${relationLabelOf(relation)}）`
  return { by: link.by, official: link.name, post: postOf(link), relationLabel: relationLabelOf(relation), member, text, clause }
}

/** A relation that was declared, or entered by a clerk. */
export interface DeclaredLink {
  readonly by: 'declared' | 'entered'
  readonly official: string
  readonly post: string
  readonly relation: string
  readonly member: string
}

/** The declared rows of an application as links. */
export function declaredLinks(rows: readonly DraftRow[], nameOf: ReadonlyMap<string, string>): DeclaredLink[] {
  return rows.map(({ values }) => ({
    by: 'declared',
    official: values.official ?? '',
    post: values.post ?? '',
    relation: values.relation ?? '',
    member: nameOf.get(values.member ?? '') ?? '',
  }))
}

function declaredReason({ by, official, post, relation, member }: DeclaredLink, clause: string): RelatedReason {
  const relationLabel = relationLabelOf(relation)
  const how = by === 'declared' ? '申请人申报' : '登记'
  return {
    by,
    official,
    post,
    relationLabel,
    member,
    text: `${how}：${official}（${post}）是${member}的${relationLabel}`,
    clause,
  }
}

/** Why a case is related-party, one reason per link; none: it is not. */
export function relatedReasons(
  known: readonly KnownLink[],
  declared: readonly DeclaredLink[],
  { circle, clause }: { circle: readonly string[]; clause: string },
): RelatedReason[] {
  return [
    ...known
      .filter((link) => link.inOffice && isInCircle(link.relation ?? 'self', circle))
      .map((link) => linkReason(link, clause)),
    ...declared.filter((link) => isInCircle(link.relation, circle)).map((link) => declaredReason(link, clause)),
  ]
}
