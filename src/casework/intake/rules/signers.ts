/**
 * Who signs what. Application and undertaking: every counted member who is old enough to sign. Authorisation: every counted member (a
 * guardian for whoever is too young or cannot) and every supporter. A refusal is a record, not a signature.
 */
import { ageOn } from '#kernel/id-number'
import type { PaperView } from '../../cases/contract/case.ts'
import { formLabel } from '../../procedure/rules/case-words.ts'
import type { Draft, DraftRow } from '../contract/draft.ts'
import type { SignedForm, Signer } from '../contract/intake.ts'

type Paper = Pick<PaperView, 'form' | 'subjectNo' | 'signature' | 'signedOn' | 'sha256'>

export interface SignerTerms {
  /** from this age on a person signs for himself */
  readonly guardianAge: number
  readonly on: string
  /** subjects whose authorisation stands in the registry from earlier */
  readonly standing: ReadonlySet<string>
}

const KINDS = { adult: '成年成员', guarded: '由监护人代签', supporter: '义务人' } as const
const FORMS: Readonly<Record<Signer['kind'], readonly SignedForm[]>> = {
  adult: ['application', 'undertaking', 'authorisation'],
  guarded: ['authorisation'],
  supporter: ['authorisation'],
}

function kindOf({ values }: DraftRow, { guardianAge, on }: SignerTerms): Signer['kind'] {
  const born = values.birth_date ?? ''
  return born !== '' && born <= on && ageOn(born, on) < guardianAge ? 'guarded' : 'adult'
}

function formsOf(row: DraftRow, kind: Signer['kind'], papers: readonly Paper[], terms: SignerTerms): Signer['forms'] {
  return FORMS[kind].map((form) => {
    const paper = papers.filter((each) => each.form === form && each.subjectNo === row.id && each.signature !== null).at(-1)
    return {
      form,
      label: formLabel(form),
      signature: paper?.signature ?? null,
      signedOn: paper?.signedOn ?? null,
      hasScan: paper?.sha256 != null,
      standing: form === 'authorisation' && terms.standing.has(row.id),
    }
  })
}

/** Everybody who has to sign, with what is signed; papers in the order they were registered. */
export function signersOf(draft: Draft, papers: readonly Paper[], terms: SignerTerms): Signer[] {
  const signer = (row: DraftRow, kind: Signer['kind']): Signer => ({
    row: row.id,
    name: row.values.name ?? '',
    kind,
    kindLabel: KINDS[kind],
    forms: formsOf(row, kind, papers, terms),
  })
  return [
    ...draft.members.filter((row) => row.values.counted === 'yes').map((row) => signer(row, kindOf(row, terms))),
    ...draft.supporters.map((row) => signer(row, 'supporter')),
  ]
}

/** Whether everybody who has to has signed a form. */
export function isSigned(signers: readonly Signer[], form: SignedForm): boolean {
  const wanted = signers.flatMap((signer) => signer.forms.filter((each) => each.form === form))
  return (
    wanted.length > 0 && wanted.every(({ signature, standing }) => standing || (signature !== null && signature !== 'refused'))
  )
}
