/** Papers of survey and deliberation: home visit, interview, inquiry, deliberation, the sheet of four findings. */
import type { PaperApplicant, PaperContact, PaperFace, PaperPerson, Signing } from './paper.ts'

/** Home visit form (入户调查表). */
export type HomeVisitDocument = {
  paper: PaperFace
  head: PaperPerson
  programmeName: string
  visitedOn: string
  visitedAt: string | null
  /** Already on the rolls, in words: since when and how much. */
  onRolls: string | null
  /** Near relative of an official, in words. */
  officialRelative: string | null
  cause: string | null
  members:
    | readonly {
        name: string
        idNumber: string
        relation: string
        health: string | null
        job: string | null
        yearlyFen: number | null
      }[]
    | null
  dwelling: { kind: string | null; floorArea: number | null; finish: string | null; appliances: string | null }
  land: string | null
  livestock: string | null
  transport: string | null
  yearlyFen: number | null
  perCapitaFen: number | null
  supporters:
    | readonly { name: string; relation: string; work: string | null; ability: string | null; supportFen: number | null }[]
    | null
  /** What the household itself says, also where it differs. */
  statement: string | null
  conclusion: string | null
  conclusionReason: string | null
  /** At least two. */
  investigators: readonly (Signing & { post: string; certificateNo: string | null })[] | null
  witness: Signing
  household: Signing & { fingerprintImage: Uint8Array | null; signedBy: string | null }
  /** Reason why nobody of the household signed. */
  unsigned: string | null
  photos: readonly { caption: string; takenOn: string | null; photoImage: Uint8Array | null }[] | null
}

/** Neighbour interview (邻里访问记录). */
export type NeighbourInterviewDocument = {
  paper: PaperFace
  applicant: { name: string; address: string }
  interviewedOn: string
  place: string
  interviewee: { name: string; relation: string; address: string | null; phone: string | null; years: number | null }
  questions: readonly { question: string; answer: string | null }[] | null
  statement: string | null
  intervieweeSigning: Signing
  investigators: readonly Signing[] | null
}

/** Written inquiry and its answer (信函索证). */
export type WrittenInquiryDocument = {
  paper: PaperFace
  applicant: { name: string; address: string }
  receiver: string
  persons: readonly { name: string; idNumber: string }[] | null
  items: readonly string[] | null
  clause: string | null
  replyByOn: string | null
  contact: PaperContact
  issuedOn: string
  answer: string | null
  answeredBy: Signing
}

export type DeliberationPerson = { name: string; role: string; signatureImage: Uint8Array | null }

/** Record of a deliberation or hearing and its conclusion (民主评议、听证会). */
export type DeliberationDocument = {
  paper: PaperFace
  body: 'deliberation' | 'hearing'
  place: string
  heldOn: string
  heldAt: string | null
  chair: Signing
  recorder: Signing
  dueVotes: number | null
  presentVotes: number | null
  /** Seed and method of the draw of the participants. */
  drawSeed: string | null
  drawMethod: string | null
  present: readonly DeliberationPerson[] | null
  absent: readonly { name: string; role: string; reason: string | null }[] | null
  recused: readonly { name: string; role: string; reason: string }[] | null
  households:
    | readonly {
        name: string
        members: number | null
        investigator: string | null
        statement: string | null
        questions: string | null
        yesVotes: number | null
        noVotes: number | null
        abstainVotes: number | null
        invalidVotes: number | null
        result: 'true' | 'untrue' | 'reinvestigate' | null
        note: string | null
      }[]
    | null
  objections: string | null
  tellers: string | null
  photos: readonly { caption: string; takenOn: string | null; photoImage: Uint8Array | null }[] | null
}

/** A fact of the sheet: null value = no answer, never "none". */
export type AssessedFact = {
  fact: string
  value: string | null
  saidBy: string
  source: string
  asOfOn: string | null
  contradiction: string | null
  clause: string | null
  /** Income that was set by rule because facts were missing. */
  imputed: boolean
}

/** Sheet of the "3+1" assessment: register, income, assets, deliberation. */
export type ThreePlusOneDocument = {
  paper: PaperFace
  applicant: PaperApplicant
  programmeName: string
  members: number
  register: { finding: string | null; facts: readonly AssessedFact[] | null }
  income: {
    finding: string | null
    facts: readonly AssessedFact[] | null
    totalFen: number | null
    perCapitaFen: number | null
    standardFen: number | null
  }
  assets: { finding: string | null; facts: readonly AssessedFact[] | null }
  deliberation: { finding: string | null; facts: readonly AssessedFact[] | null }
  conclusion: string | null
  handlers: readonly Signing[] | null
  assessedOn: string | null
}
