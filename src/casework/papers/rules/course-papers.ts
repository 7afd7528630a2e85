/** What the papers of verification, visit and review say, from what the case holds: plain data for the templates. */
import type {
  CardAgreementDocument,
  DeliberationDocument,
  HomeVisitDocument,
  NeighbourInterviewDocument,
  Signing,
  VerificationOrderDocument,
  WrittenInquiryDocument,
} from '#documents'
import { round } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { DraftRow } from '../../intake/contract/draft.ts'
import { blank, emptyOr, fenOf, type PaperGround, personOf, programmes, shown, textOf } from '../../intake/rules/papers.ts'
import type { Interview, Visit } from '../../visit/contract/moves.ts'

export const relationOf = (row: DraftRow): string => {
  const code = textOf(row, 'relation')
  return code === '' ? '' : labelOf('relation', code)
}
const supporterRelationOf = (row: DraftRow): string => {
  const code = textOf(row, 'relation')
  return code === '' ? '' : labelOf('supporter_relation', code)
}
export const orNull = (text: string): string | null => (text === '' ? null : text)
const placeOf = (ground: PaperGround): { name: string; address: string } => {
  const { name, address } = personOf(ground)
  return { name, address }
}

/** What a commission of the verification says beside the family. */
export interface OrderGround {
  /** numbers of the authorisations, and the day of the newest; none yet before acceptance */
  readonly authorisations: readonly { no: string; signedOn: string | null }[]
  readonly sources: readonly { unit: string; records: readonly string[] }[]
  readonly asOf: string | null
  readonly dueOn: string | null
  readonly commissionedBy: string | null
  readonly report: {
    no: string
    conclusion: 'meets' | 'fails' | 'doubtful'
    signedOn: string
    validTo: string
    hits: string
  } | null
}

/** Commission of the verification, with the return slip once there is a report. */
export function orderPaper(ground: PaperGround, order: OrderGround): VerificationOrderDocument {
  const { draft, face, district, on } = ground
  const { authorisations, report } = order
  const [first] = authorisations
  const signedOn =
    authorisations
      .flatMap((each) => each.signedOn ?? [])
      .sort()
      .at(-1) ?? ''
  const people = (rows: readonly DraftRow[], relation: (row: DraftRow) => string, role: string) =>
    rows.map((row) => ({ name: textOf(row, 'name'), idNumber: shown(textOf(row, 'id_number')), relation: relation(row), role }))
  return {
    paper: face,
    commissioningUnit: face.unit,
    verifyingUnit: `${district}居民家庭经济状况核对中心`,
    applicant: personOf(ground),
    programmeName: programmes[ground.programme],
    purpose: `办理${ground.applicantName}家庭${programmes[ground.programme]}申请`,
    authorisationNo:
      first === undefined ? '' : `${first.no}${authorisations.length > 1 ? ` 等 ${authorisations.length} 份` : ''}`,
    authorisedOn: signedOn,
    persons: [
      ...people(draft.members, relationOf, '共同生活成员'),
      ...people(draft.supporters, supporterRelationOf, '法定义务人'),
    ],
    sources: order.sources.map(({ unit, records }) => ({ unit, record: records.join('、'), asked: '已授权的核对对象' })),
    asOfOn: order.asOf ?? '',
    dueOn: order.dueOn,
    contact: { name: ground.contactName, telephone: ground.telephone, address: null },
    operator: { ...blank, name: order.commissionedBy },
    approver: blank,
    issuedOn: order.asOf ?? on,
    result: {
      reportNo: report?.no ?? null,
      hits: report?.hits ?? null,
      conclusion: report?.conclusion ?? null,
      operator: null,
      reportedOn: report?.signedOn ?? null,
      validToOn: report?.validTo ?? null,
    },
  }
}

type Signature = Visit['investigators'][number]

function signatureOf(signature: Signature | null | undefined, on: string | null): Signing {
  if (signature === null || signature === undefined) return blank
  return { name: signature.name, signatureImage: null, signedOn: signature.kind === 'refused' ? null : on }
}

/** What the visit form is filled with: the visit itself once it was made, and whoever is to make it. */
export interface VisitGround {
  readonly visit: Visit | null
  readonly investigators: readonly { name: string; post: string }[]
  readonly onRolls: string | null
  readonly related: boolean
  readonly photos: readonly { slot: string; bytes: Uint8Array | null }[]
}

function visitMembers(ground: PaperGround, visit: Visit | null): HomeVisitDocument['members'] {
  return ground.draft.members.map((row) => {
    const name = textOf(row, 'name')
    const seen = visit?.members.find((each) => each.name === name)
    const health = textOf(row, 'health')
    return {
      name,
      idNumber: shown(textOf(row, 'id_number')),
      relation: relationOf(row),
      health: orNull(seen?.health ?? '') ?? (health === '' ? null : labelOf('health', health)),
      job: orNull(seen?.work ?? ''),
      yearlyFen: null,
    }
  })
}

function visitSigners(visit: Visit | null, planned: VisitGround['investigators']): HomeVisitDocument['investigators'] {
  const on = visit?.visitedOn ?? null
  const signed = visit?.investigators ?? []
  if (signed.length === 0) return planned.map(({ name, post }) => ({ ...blank, name, post, certificateNo: null }))
  return signed.map((each) => ({
    ...signatureOf(each, on),
    post: planned.find(({ name }) => name === each.name)?.post ?? '',
    certificateNo: null,
  }))
}

function visitSupporters({ draft }: PaperGround): HomeVisitDocument['supporters'] {
  const rows = emptyOr(draft.supporters, textOf(draft.household, 'no_supporters') === 'yes')
  if (rows === null) return null
  return rows.map((row) => ({
    name: textOf(row, 'name'),
    relation: supporterRelationOf(row),
    work: null,
    ability: null,
    supportFen: fenOf(textOf(row, 'support_paid')),
  }))
}

/** Home visit form. */
export function visitPaper(
  ground: PaperGround,
  { visit, investigators, onRolls, related, photos }: VisitGround,
): HomeVisitDocument {
  const { draft, face } = ground
  const household = visit?.household ?? null
  const on = visit?.visitedOn ?? null
  const seen = visit === null ? null : orNull(visit.seen.join('、'))
  return {
    paper: face,
    head: personOf(ground),
    programmeName: programmes[ground.programme],
    visitedOn: on ?? '',
    visitedAt: null,
    onRolls,
    officialRelative: related ? '是，已备案' : null,
    cause: orNull(visit?.hardship ?? '') ?? orNull(textOf(draft.household, 'reason')),
    members: visitMembers(ground, visit),
    dwelling: {
      kind: orNull(visit?.dwelling.kind ?? ''),
      floorArea: visit?.dwelling.area === null || visit === null ? null : round(visit.dwelling.area * 100),
      finish: orNull(visit?.dwelling.condition ?? ''),
      appliances: seen,
    },
    land: null,
    livestock: null,
    transport: null,
    yearlyFen: null,
    perCapitaFen: null,
    supporters: visitSupporters(ground),
    statement: orNull(visit?.statement ?? ''),
    conclusion: orNull(visit?.conclusion ?? ''),
    conclusionReason: null,
    investigators: visitSigners(visit, investigators),
    witness: signatureOf(visit?.witness, on),
    household: {
      ...signatureOf(household, on),
      fingerprintImage: null,
      signedBy: household?.kind === 'guardian' ? household.note : null,
    },
    unsigned: household?.kind === 'refused' ? household.note : null,
    photos: photos.map(({ slot, bytes }) => ({ caption: slot, takenOn: on, photoImage: bytes })),
  }
}

/** Neighbour interview; without one a sheet to take along. */
export function interviewPaper(ground: PaperGround, interview: Interview | null): NeighbourInterviewDocument {
  return {
    paper: ground.face,
    applicant: placeOf(ground),
    interviewedOn: interview?.on ?? '',
    place: '',
    interviewee: { name: interview?.who ?? '', relation: interview?.relation ?? '', address: null, phone: null, years: null },
    questions: null,
    statement: interview?.statement ?? null,
    intervieweeSigning: signatureOf(interview?.signature, interview?.on ?? null),
    investigators: null,
  }
}

/** Written inquiry, with its answer once it was entered. */
export function inquiryPaper(ground: PaperGround, letter: Interview | null, clause: string | null): WrittenInquiryDocument {
  return {
    paper: ground.face,
    applicant: placeOf(ground),
    receiver: letter?.who ?? '',
    persons: ground.draft.members.map((row) => ({ name: textOf(row, 'name'), idNumber: shown(textOf(row, 'id_number')) })),
    items: null,
    clause,
    replyByOn: null,
    contact: { name: ground.contactName, telephone: ground.telephone, address: null },
    issuedOn: letter?.on ?? ground.on,
    answer: letter?.statement ?? null,
    answeredBy: signatureOf(letter?.signature, letter?.on ?? null),
  }
}

/** A session as the record of a deliberation needs it. */
export interface SessionGround {
  readonly place: string
  readonly heldOn: string | null
  readonly chair: string
  readonly seed: string
  readonly drawn: readonly { memberId: string; name: string; role: string }[]
  readonly present: readonly string[]
  readonly recused: readonly { memberId: string; name: string; relation: string }[]
  readonly votes: { yes: number; no: number; abstain: number; invalid: number } | null
  readonly outcome: 'passed' | 'failed' | 'no_quorum' | null
  readonly statement: string
  readonly questions: string
  readonly conclusion: string
}

/** Who was called, came, stayed away or stepped back. */
function attendance({ drawn, present, recused, heldOn }: SessionGround) {
  const out = new Set(recused.map((each) => each.memberId))
  const there = new Set(present)
  const due = drawn.filter((each) => !out.has(each.memberId))
  const isHeld = heldOn !== null
  const came = due.filter((each) => !isHeld || there.has(each.memberId))
  return {
    dueVotes: due.length,
    presentVotes: isHeld ? there.size : null,
    present: came.map(memberLine),
    absent: isHeld
      ? due.filter((each) => !there.has(each.memberId)).map((each) => ({ ...memberLine(each), reason: null }))
      : null,
    recused: recused.map(({ name, relation }) => ({ name, role: '', reason: relation })),
  }
}

const results = { passed: 'true', failed: 'untrue', no_quorum: null } as const

/** What was said and voted about the family; empty boxes before. */
function aboutFamily(session: SessionGround | null) {
  if (session === null) {
    return {
      investigator: null,
      statement: null,
      questions: null,
      result: null,
      note: null,
      yesVotes: null,
      noVotes: null,
      abstainVotes: null,
      invalidVotes: null,
    }
  }
  const { votes, outcome } = session
  return {
    investigator: null,
    statement: orNull(session.statement),
    questions: orNull(session.questions),
    yesVotes: votes?.yes ?? null,
    noVotes: votes?.no ?? null,
    abstainVotes: votes?.abstain ?? null,
    invalidVotes: votes?.invalid ?? null,
    result: outcome === null ? null : results[outcome],
    note: orNull(session.conclusion),
  }
}

/** Record of a deliberation with its conclusion, for this family. */
export function deliberationPaper(ground: PaperGround, members: number, session: SessionGround | null): DeliberationDocument {
  const nobody = { dueVotes: null, presentVotes: null, present: null, absent: null, recused: null }
  return {
    paper: ground.face,
    body: 'deliberation',
    place: session?.place ?? '',
    heldOn: session?.heldOn ?? '',
    heldAt: null,
    chair: { ...blank, name: session?.chair ?? null },
    recorder: blank,
    drawSeed: session?.seed ?? null,
    drawMethod: session === null ? null : '从评议人员库中按种子抽签',
    ...(session === null ? nobody : attendance(session)),
    households: [{ name: ground.applicantName, members, ...aboutFamily(session) }],
    objections: null,
    tellers: null,
    photos: null,
  }
}

const memberLine = ({ name, role }: { name: string; role: string }) => ({ name, role, signatureImage: null })

/** Agreement on keeping the family's card; who keeps it is written by hand. */
export function cardPaper(ground: PaperGround): CardAgreementDocument {
  const { household } = ground.draft
  const account = textOf(household, 'account_no')
  return {
    paper: ground.face,
    holder: personOf(ground),
    keeper: { name: '', idNumber: '', phone: null, address: '', relation: '' },
    card: account === '' ? '' : `****${account.slice(-4)}`,
    bank: textOf(household, 'bank_name'),
    purpose: '',
    terms: null,
    fromOn: null,
    toOn: null,
    holderSigning: { ...blank, fingerprintImage: null },
    keeperSigning: blank,
    villageWitness: blank,
    townshipWitness: blank,
  }
}
