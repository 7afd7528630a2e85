/** Which proofs an application calls for by the checklist of its pack, and how far each is. */
import { labelOf } from '#kernel/terms'
import type { ProofRule } from '#policy'
import { DRAFT_COLUMNS, type Draft, type DraftRow } from '../contract/draft.ts'
import type { KeptProof, ProofLine } from '../contract/proof.ts'

/** A proof that counts, with what it is about. */
export interface ProofOf extends KeptProof {
  readonly code: string
  readonly subject: string
}

const HOUSEHOLD = 'household'

function rowsOf(draft: Draft, { part, column, says }: ProofRule): readonly DraftRow[] {
  const rows = part === HOUSEHOLD ? [draft.household] : draft[part]
  return column === null ? rows : rows.filter(({ values }) => says.includes(values[column] ?? ''))
}

/** The row a proof is about: the person of the line, or the household. */
function subjectOf({ part }: ProofRule, row: DraftRow): string {
  if (part === HOUSEHOLD || part === 'members') return row.id
  return row.values.person_no || HOUSEHOLD
}

/** What was declared, in words: 健康状况：重大疾病. */
function declared({ part, column }: ProofRule, row: DraftRow): string {
  const known = DRAFT_COLUMNS[part].find(({ name }) => name === column)
  if (known === undefined) return ''
  const code = row.values[known.name] ?? ''
  const word = known.codes === undefined ? (known.choices?.[code] ?? code) : labelOf(known.codes, code)
  return `${known.label}：${word}`
}

function stateOf(demand: ProofRule['demand'], kept: readonly KeptProof[]): ProofLine['state'] {
  if (kept.some(({ sha256 }) => sha256 !== null)) return 'attached'
  if (kept.length > 0) return 'excused'
  return demand === 'required' ? 'missing' : 'open'
}

function nameOf(draft: Draft, subject: string): string {
  if (subject === HOUSEHOLD) return '全户'
  return draft.members.find(({ id }) => id === subject)?.values.name || '未填姓名的成员'
}

/** The checklist: a line for each proof and person it is about, required ones first. */
export function proofLines(draft: Draft, rules: readonly ProofRule[], kept: readonly ProofOf[]): ProofLine[] {
  const lines = rules.flatMap((rule) => {
    const bySubject = Map.groupBy(rowsOf(draft, rule), (row) => subjectOf(rule, row))
    return [...bySubject].map(([subject, rows]): ProofLine => {
      const own = kept.filter((each) => each.code === rule.code && each.subject === subject)
      return {
        code: rule.code,
        label: rule.label,
        subject,
        subjectName: nameOf(draft, subject),
        proves: [...new Set(rows.map((row) => declared(rule, row)))].join('；'),
        demand: rule.demand,
        clause: rule.clause,
        state: stateOf(rule.demand, own),
        kept: own.map(({ code: _code, subject: _subject, ...each }) => each),
      }
    })
  })
  const [first, last] = [lines.filter(({ demand }) => demand === 'required'), lines.filter(({ demand }) => demand !== 'required')]
  return [...first, ...last]
}

/** Proofs that have to be handed in and are not, in words. */
export function missingProofs(lines: readonly ProofLine[]): string[] {
  return lines.filter(({ state }) => state === 'missing').map(({ label, subjectName }) => `${subjectName}的${label}`)
}
