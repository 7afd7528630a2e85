/** Papers of the running benefit: changes, adjustment letters, payment roll, card keeping. */
import type { PaperApplicant, PaperContact, PaperFace, PaperPerson, Remedies, ServiceReturn, Signing } from './paper.ts'

/** Record of a household's changes (动态管理记录). */
export type DynamicRecordDocument = {
  paper: PaperFace
  applicant: PaperPerson
  programmeName: string
  class: string | null
  changes:
    | readonly {
        changedOn: string
        cause: string
        oldPeople: number | null
        newPeople: number | null
        oldFen: number | null
        newFen: number | null
        fromMonth: string | null
        handler: string | null
      }[]
    | null
  checks: readonly { checkedOn: string; way: string; finding: string; nextMonth: string | null; checker: string | null }[] | null
}

/** Letter about an increase, cut, stop, suspension or resumption (增发、减发、停发、暂停、恢复发放告知书). */
export type AdjustmentDocument = {
  paper: PaperFace
  kind: 'increase' | 'cut' | 'stop' | 'suspend' | 'resume'
  receiver: string
  applicant: PaperApplicant
  programmeName: string
  oldPeople: number | null
  newPeople: number | null
  oldFen: number | null
  newFen: number | null
  cause: string
  clause: string
  fromMonth: string
  /** Taper after leaving, in words; null when there is none. */
  taperText: string | null
  remedies: Remedies
  contact: PaperContact
  issuedOn: string
  service: ServiceReturn | null
}

export type PaymentRow = {
  name: string
  people: number
  baseFen: number
  topUpFen: number
  /** Masked account or card number. */
  card: string
  note: string | null
}

/** Payment roll (发放花名册). */
export type PaymentRollDocument = {
  paper: PaperFace
  place: string
  programmeName: string
  payMonth: string | null
  bank: string | null
  rows: readonly PaymentRow[] | null
  maker: Signing
  checker: Signing
  approver: Signing
  madeOn: string | null
}

/** Agreement on keeping a card for somebody (代管协议). */
export type CardAgreementDocument = {
  paper: PaperFace
  holder: PaperPerson
  keeper: PaperPerson & { relation: string }
  card: string
  bank: string
  purpose: string
  /** What the keeper has to do and must not do, beyond the printed text. */
  terms: readonly string[] | null
  fromOn: string | null
  toOn: string | null
  holderSigning: Signing & { fingerprintImage: Uint8Array | null }
  keeperSigning: Signing
  villageWitness: Signing
  townshipWitness: Signing
}
