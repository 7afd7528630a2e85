/** Papers of the intake: application, proxy, notices, household economics, verification order. */
import type { PaperApplicant, PaperContact, PaperFace, PaperPerson, Remedies, Signing } from './paper.ts'

export type ApplicationMember = {
  name: string
  idNumber: string
  relation: string
  age: number | null
  marital: string | null
  health: string | null
  /** Type and grade in words, e.g. 肢体二级. */
  disability: string | null
  education: string | null
  workStatus: string | null
  employer: string | null
}

export type ApplicationSupporter = {
  name: string
  relation: string
  idNumber: string
  householdSize: number | null
  perCapitaFen: number | null
  supportFen: number | null
  phone: string | null
}

/** A member or supporter who signs application, authorisation and undertaking. */
export type ApplicationSigner = Signing & {
  relation: string
  idNumber: string
  kind: 'adult' | 'supporter' | 'guarded'
  fingerprintImage: Uint8Array | null
  /** Guardian or whoever signed on behalf; null when the person signs. */
  signedBy: string | null
}

/** Application, authorisation and integrity undertaking (申请书、授权书、诚信承诺书) in one set. */
export type ApplicationDocument = {
  paper: PaperFace
  programme: 'urban' | 'rural'
  applicant: PaperPerson & { registerKind: string | null; bankAccount: string | null }
  members: readonly ApplicationMember[] | null
  reason: string | null
  incomes: readonly { kind: string; member: string; yearlyFen: number | null; note: string | null }[] | null
  assets: readonly { kind: string; owner: string; detail: string | null; valueFen: number | null }[] | null
  supporters: readonly ApplicationSupporter[] | null
  applicantSigning: Signing
  /** Whether anybody of the household is a near relative of a handler or village official; null = not declared yet. */
  hasNearRelative: boolean | null
  nearRelatives: readonly { name: string; relation: string; official: string; post: string }[] | null
  authorisedUnit: string
  verifyingUnit: string
  /** Categories that may be asked for, in words. */
  authorisedItems: readonly string[] | null
  validityText: string | null
  signers: readonly ApplicationSigner[] | null
  filledOn: string | null
}

/** Proxy (委托书). */
export type ProxyDocument = {
  paper: PaperFace
  principal: PaperPerson
  agent: PaperPerson & { relation: string }
  reason: string
  powers: readonly string[] | null
  fromOn: string | null
  toOn: string | null
  maySubdelegate: boolean | null
  principalSigning: Signing
  agentSigning: Signing
  witness: Signing
}

/** Notice of acceptance, of not being accepted, or of what is missing (受理、不予受理、补正). */
export type IntakeNoticeDocument = {
  paper: PaperFace
  receiver: string
  applicant: PaperApplicant
  programmeName: string
  appliedOn: string
  acceptanceNo: string | null
  /** Facts and reason in plain words; for a refusal. */
  reason: string | null
  clause: string | null
  /** All gaps in one list, once. */
  items: readonly { what: string; problem: string; mend: string }[] | null
  dueOn: string | null
  /** Time limit of the handling in words, from the policy pack. */
  limitText: string | null
  contact: PaperContact
  remedies: Remedies | null
  issuedOn: string
}

/** Household economics form (家庭经济状况信息表). */
export type HouseholdEconomicsDocument = {
  paper: PaperFace
  applicant: PaperPerson
  programmeName: string
  incomes: readonly { kind: string; member: string; monthlyFen: number | null; basis: string | null }[] | null
  dwellings: readonly { kind: string; owner: string; floorArea: number | null; address: string }[] | null
  vehicles: readonly { kind: string; owner: string; plate: string | null; valueFen: number | null }[] | null
  finances: readonly { kind: string; owner: string; institution: string | null; amountFen: number | null }[] | null
  businesses: readonly { name: string; owner: string; kind: string; shareFen: number | null }[] | null
  waterFen: number | null
  powerFen: number | null
  gasFen: number | null
  telephoneFen: number | null
  propertyFeeFen: number | null
  supporters:
    | readonly {
        name: string
        relation: string
        age: number | null
        householdSize: number | null
        totalFen: number | null
        perCapitaFen: number | null
      }[]
    | null
  monthlyTotalFen: number | null
  perCapitaFen: number | null
  declarant: Signing
  recorder: Signing
}

/** Verification order (核对委托书) with the return slip of its result. */
export type VerificationOrderDocument = {
  paper: PaperFace
  commissioningUnit: string
  verifyingUnit: string
  applicant: PaperApplicant
  programmeName: string
  purpose: string
  authorisationNo: string
  authorisedOn: string
  persons: readonly { name: string; idNumber: string; relation: string; role: string }[] | null
  sources: readonly { unit: string; record: string; asked: string }[] | null
  asOfOn: string
  dueOn: string | null
  contact: PaperContact
  operator: Signing
  approver: Signing
  issuedOn: string
  result: {
    reportNo: string | null
    hits: string | null
    conclusion: 'meets' | 'fails' | 'doubtful' | null
    operator: string | null
    reportedOn: string | null
    validToOn: string | null
  }
}
