/**
 * Who of a deliberation is kin of the household it deliberates about. By citizen number, or by name where a number or the place settles it; where only a
 * name agrees, a person is asked, and nobody sits, votes or chairs before that.
 */

/** Somebody who would sit, or chair. */
export interface Sitter {
  /** id of the pool's member, or `chair:` and a name */
  readonly key: string
  readonly name: string
  /** keyed digest of the number; null when it is not known */
  readonly number: string | null
  /** in an office of the village or township, by what the pool says */
  readonly inOffice: boolean
}

/** Somebody of the household, or near to it. */
export interface Kin {
  readonly name: string
  /** what he is to the household, in words */
  readonly relation: string
  readonly number: string | null
  /** an official whose post names this village or township */
  readonly here: boolean
}

/** What a person answered about a sitter of a case: the same person, or another of the name. */
export interface KinAnswer {
  readonly key: string
  readonly relation: string
  readonly isKin: boolean
}

export interface Recusals {
  readonly recused: readonly { readonly key: string; readonly name: string; readonly relation: string }[]
  /** what a person has to answer first */
  readonly unsure: readonly { readonly key: string; readonly name: string; readonly relation: string }[]
}

/** A name without spaces and middle dots, as people write them differently. */
const plain = (name: string): string => name.normalize('NFKC').replace(/[\s·•‧・]/g, '')

function verdictOf(sitter: Sitter, kin: Kin, answers: readonly KinAnswer[]): 'recused' | 'unsure' | 'free' {
  if (sitter.number !== null && kin.number !== null) return sitter.number === kin.number ? 'recused' : 'free'
  if (plain(sitter.name) !== plain(kin.name)) return 'free'
  if (kin.here && sitter.inOffice) return 'recused'
  const answer = answers.find(({ key, relation }) => key === sitter.key && relation === kin.relation)
  if (answer === undefined) return 'unsure'
  return answer.isKin ? 'recused' : 'free'
}

/** Who of the sitters recuses himself in a case, and about whom a person has to be asked. */
export function recusalsOf(sitters: readonly Sitter[], kin: readonly Kin[], answers: readonly KinAnswer[]): Recusals {
  const judged = sitters.flatMap((sitter) =>
    kin.map((each) => ({ sitter, relation: each.relation, verdict: verdictOf(sitter, each, answers) })),
  )
  const named = (verdict: 'recused' | 'unsure') =>
    judged
      .filter((each) => each.verdict === verdict)
      .map(({ sitter: { key, name }, relation }) => ({ key, name, relation }))
      .filter((each, at, all) => all.findIndex(({ key, relation }) => key === each.key && relation === each.relation) === at)
  const recused = named('recused').filter((each, at, all) => all.findIndex(({ key }) => key === each.key) === at)
  const out = new Set(recused.map(({ key }) => key))
  return { recused, unsure: named('unsure').filter(({ key }) => !out.has(key)) }
}

/** The key of who chairs: he need not be of the pool. */
export const chairKey = (name: string): string => `chair:${plain(name)}`

const SUFFIXES = /(?:村民委员会|居民委员会|村委会|居委会|社区|街道|村|乡|镇)$/

/** Whether a post is of this place: 甲子村委会主任 in 甲子村. */
export function isPostOf(post: string, places: readonly string[]): boolean {
  const least = 2
  return places.some((place) => {
    const bare = place.replace(SUFFIXES, '')
    return bare.length >= least && post.includes(bare)
  })
}
