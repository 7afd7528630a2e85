/** What the papers of the intake say, from what the case holds: plain data for the templates. What is not entered stays an empty box. */

import type {
  ApplicationDocument,
  ApplicationSigner,
  HouseholdEconomicsDocument,
  IntakeNoticeDocument,
  PaperFace,
  PaperPerson,
  ProxyDocument,
  RelatedPartyDocument,
  Signing,
} from '#documents'
import { addMonths } from '#kernel/dates'
import { ageOn, maskIdNumber } from '#kernel/id-number'
import { readYuan, round } from '#kernel/money'
import { type CodeListName, labelOf } from '#kernel/terms'
import type { Draft, DraftRow } from '../contract/draft.ts'
import type { RelatedReason, Signer } from '../contract/intake.ts'
import type { AskMissing, DeclineIntake } from '../contract/moves.ts'
import { relationLabelOf } from './related.ts'

/** What every paper of a case shares. */
export interface PaperGround {
  readonly face: PaperFace
  readonly draft: Draft
  readonly programme: 'urban' | 'rural'
  readonly applicantName: string
  readonly township: string
  readonly district: string
  readonly on: string
  readonly contactName: string
  readonly telephone: string
}

/** A signature that is still to be given. */
export const blank: Signing = { name: null, signatureImage: null, signedOn: null }
export const programmes = { urban: '城市最低生活保障', rural: '农村最低生活保障' } as const

/** A value of a row as it was typed; '' when it was not. */
export const textOf = (row: DraftRow | undefined, column: string): string => row?.values[column] ?? ''
const orNull = (text: string): string | null => (text === '' ? null : text)
/** A citizen number as papers show it. */
export const shown = (number: string): string => (number.includes('****') ? number : maskIdNumber(number))
const labelled = (list: CodeListName, code: string): string | null => (code === '' ? null : labelOf(list, code))

/** Whole fen of an amount (hundredths of an area) as it was typed; null for anything else. */
export function fenOf(text: string): number | null {
  return text === '' ? null : readYuan(text)
}

function headOf(draft: Draft): DraftRow | undefined {
  return draft.members.find((row) => textOf(row, 'relation') === 'head') ?? draft.members[0]
}

const nameIn = (draft: Draft, id: string): string =>
  textOf(
    draft.members.find((row) => row.id === id),
    'name',
  )

/** The applicant as papers name them. */
export function personOf({ draft, applicantName }: PaperGround): PaperPerson {
  const head = headOf(draft)
  return {
    name: textOf(head, 'name') || applicantName,
    idNumber: shown(textOf(head, 'id_number')),
    address: textOf(draft.household, 'address'),
    phone: orNull(textOf(draft.household, 'phone')),
  }
}

function disabilityOf(row: DraftRow): string | null {
  const kind = labelled('disability_class', textOf(row, 'disability_class'))
  return kind === null ? null : `${kind}${labelled('disability_grade', textOf(row, 'disability_grade')) ?? ''}`
}

function memberLine(row: DraftRow, on: string): NonNullable<ApplicationDocument['members']>[number] {
  const born = textOf(row, 'birth_date')
  return {
    name: textOf(row, 'name'),
    idNumber: shown(textOf(row, 'id_number')),
    relation: labelled('relation', textOf(row, 'relation')) ?? '',
    age: born === '' || born > on ? null : ageOn(born, on),
    marital: labelled('marital', textOf(row, 'marital_status')),
    health: labelled('health', textOf(row, 'health')),
    disability: disabilityOf(row),
    education: labelled('student_level', textOf(row, 'student_level')),
    workStatus: labelled('work_status', textOf(row, 'work_status')),
    employer: null,
  }
}

function countOf(text: string): number | null {
  return /^\d{1,3}$/.test(text) ? Number(text) : null
}

/** Income of a supporter's household per head, when both figures were declared. */
function perHead(row: DraftRow): number | null {
  const income = fenOf(textOf(row, 'monthly_income'))
  const persons = countOf(textOf(row, 'household_persons'))
  return income === null || persons === null || persons === 0 ? null : round(income / persons)
}

function signerLines(draft: Draft, signers: readonly Signer[]): ApplicationSigner[] {
  return signers.map(({ row: id, name, kind }) => {
    const member = draft.members.find((row) => row.id === id)
    const row = member ?? draft.supporters.find((each) => each.id === id)
    const relation = textOf(row, 'relation')
    return {
      ...blank,
      name,
      relation:
        member === undefined
          ? `义务人（${labelled('supporter_relation', relation) ?? ''}）`
          : (labelled('relation', relation) ?? ''),
      idNumber: shown(textOf(row, 'id_number')),
      kind,
      fingerprintImage: null,
      signedBy: null,
    }
  })
}

/** Rows of a list; null while nobody has been asked, so that it is not printed as “none”. */
export const emptyOr = <T>(rows: readonly T[], saidNone: boolean): readonly T[] | null =>
  rows.length === 0 && !saidNone ? null : rows

function relativesOf(draft: Draft) {
  const said = textOf(draft.household, 'has_relatives')
  return {
    hasNearRelative: said === '' ? null : said === 'yes',
    nearRelatives: draft.relatives.map((row) => ({
      name: nameIn(draft, textOf(row, 'member')),
      relation: relationLabelOf(textOf(row, 'relation')),
      official: textOf(row, 'official'),
      post: textOf(row, 'post'),
    })),
  }
}

/** Application, authorisation and undertaking in one set. */
export function applicationPaper(ground: PaperGround, signers: readonly Signer[]): ApplicationDocument {
  const { draft, on } = ground
  const says = (column: string): boolean => textOf(draft.household, column) === 'yes'
  const account = textOf(draft.household, 'account_no')
  return {
    paper: ground.face,
    programme: ground.programme,
    applicant: { ...personOf(ground), registerKind: null, bankAccount: account === '' ? null : `****${account.slice(-4)}` },
    members: draft.members.length === 0 ? null : draft.members.map((row) => memberLine(row, on)),
    reason: orNull(textOf(draft.household, 'reason')),
    incomes: emptyOr(
      draft.incomes.map((row) => ({
        kind: labelled('income_item', textOf(row, 'item')) ?? '',
        member: nameIn(draft, textOf(row, 'person_no')),
        yearlyFen: fenOf(textOf(row, 'amount')),
        note: orNull([textOf(row, 'period_from'), textOf(row, 'period_to')].filter((each) => each !== '').join(' 至 ')),
      })),
      says('no_incomes'),
    ),
    assets: emptyOr(
      draft.assets.map((row) => ({
        kind: labelled('asset_kind', textOf(row, 'kind')) ?? '',
        owner: nameIn(draft, textOf(row, 'person_no')),
        detail: orNull(textOf(row, 'identifier')),
        valueFen: fenOf(textOf(row, 'amount')),
      })),
      says('no_assets'),
    ),
    supporters: emptyOr(
      draft.supporters.map((row) => ({
        name: textOf(row, 'name'),
        relation: labelled('supporter_relation', textOf(row, 'relation')) ?? '',
        idNumber: shown(textOf(row, 'id_number')),
        householdSize: countOf(textOf(row, 'household_persons')),
        perCapitaFen: perHead(row),
        supportFen: fenOf(textOf(row, 'support_paid')),
        phone: null,
      })),
      says('no_supporters'),
    ),
    applicantSigning: blank,
    ...relativesOf(draft),
    authorisedUnit: `${ground.district}民政局`,
    verifyingUnit: `${ground.district}居民家庭经济状况核对中心`,
    authorisedItems: ['全部项目'],
    validityText: '授权自签字之日起生效，在申请和享受救助期间持续有效，可以书面撤回。',
    signers: signers.length === 0 ? null : signerLines(draft, signers),
    filledOn: on,
  }
}

function monthsOf(row: DraftRow): number | null {
  const [from, to] = [textOf(row, 'period_from'), textOf(row, 'period_to')]
  if (!/^\d{4}-\d{2}$/.test(from) || !/^\d{4}-\d{2}$/.test(to) || to < from) return null
  let months = 1
  while (months < 1200 && addMonths(`${from}-01`, months).slice(0, 7) <= to) months += 1
  return months
}

/** Income, property and supporters as declared, on the form of the household's economics. */
export function economicsPaper(ground: PaperGround): HouseholdEconomicsDocument {
  const { draft } = ground
  const says = (column: string): boolean => textOf(draft.household, column) === 'yes'
  const assets = (kinds: readonly string[]) =>
    emptyOr(
      draft.assets.filter((row) => kinds.includes(textOf(row, 'kind'))),
      says('no_assets') || draft.assets.length > 0,
    )
  const owner = (row: DraftRow): string => nameIn(draft, textOf(row, 'person_no'))
  const kindOf = (row: DraftRow): string => labelled('asset_kind', textOf(row, 'kind')) ?? ''
  return {
    paper: ground.face,
    applicant: personOf(ground),
    programmeName: programmes[ground.programme],
    incomes:
      emptyOr(draft.incomes, says('no_incomes'))?.map((row) => {
        const [amount, months] = [fenOf(textOf(row, 'amount')), monthsOf(row)]
        const monthlyFen = amount === null || months === null ? null : round(amount / months)
        return { kind: labelled('income_item', textOf(row, 'item')) ?? '', member: owner(row), monthlyFen, basis: '申请人申报' }
      }) ?? null,
    dwellings:
      assets(['dwelling', 'non_residential'])?.map((row) => ({
        kind: kindOf(row),
        owner: owner(row),
        floorArea: fenOf(textOf(row, 'area')),
        address: textOf(row, 'identifier'),
      })) ?? null,
    vehicles:
      assets(['vehicle', 'machinery'])?.map((row) => ({
        kind: kindOf(row),
        owner: owner(row),
        plate: orNull(textOf(row, 'identifier')),
        valueFen: fenOf(textOf(row, 'amount')),
      })) ?? null,
    finances:
      assets(['deposit', 'security', 'insurance'])?.map((row) => ({
        kind: kindOf(row),
        owner: owner(row),
        institution: null,
        amountFen: fenOf(textOf(row, 'amount')),
      })) ?? null,
    businesses:
      assets(['business'])?.map((row) => ({
        name: textOf(row, 'identifier'),
        owner: owner(row),
        kind: kindOf(row),
        shareFen: fenOf(textOf(row, 'amount')),
      })) ?? null,
    waterFen: null,
    powerFen: null,
    gasFen: null,
    telephoneFen: null,
    propertyFeeFen: null,
    supporters:
      emptyOr(draft.supporters, says('no_supporters'))?.map((row) => ({
        name: textOf(row, 'name'),
        relation: labelled('supporter_relation', textOf(row, 'relation')) ?? '',
        age: null,
        householdSize: countOf(textOf(row, 'household_persons')),
        totalFen: fenOf(textOf(row, 'monthly_income')),
        perCapitaFen: perHead(row),
      })) ?? null,
    monthlyTotalFen: null,
    perCapitaFen: null,
    declarant: blank,
    recorder: blank,
  }
}

/** Proxy of whoever applies for the family; empty boxes where nobody was named. */
export function proxyPaper(ground: PaperGround, agent: { name: string; relation: string; reason: string } | null): ProxyDocument {
  return {
    paper: ground.face,
    principal: personOf(ground),
    agent: { name: agent?.name ?? '', idNumber: '', phone: null, address: '', relation: agent?.relation ?? '' },
    reason: agent?.reason ?? '',
    powers: ['代为提交申请和材料', '代为签收文书'],
    fromOn: ground.on,
    toOn: null,
    maySubdelegate: false,
    principalSigning: blank,
    agentSigning: blank,
    witness: blank,
  }
}

/** What a notice of the intake says beside the applicant. */
export interface NoticeGround {
  readonly acceptanceNo: string | null
  readonly limitText: string | null
  readonly missing: (AskMissing & { dueOn: string | null }) | null
  readonly declined: (DeclineIntake & { reason: string }) | null
  readonly remedies: IntakeNoticeDocument['remedies']
}

/** Notice of acceptance, of what is missing, or of not being accepted. */
export function noticePaper(ground: PaperGround, notice: NoticeGround): IntakeNoticeDocument {
  const { phone: _, ...applicant } = personOf(ground)
  const { missing, declined } = notice
  return {
    paper: ground.face,
    receiver: applicant.name,
    applicant,
    programmeName: programmes[ground.programme],
    appliedOn: textOf(ground.draft.household, 'applied_on') || ground.on,
    acceptanceNo: notice.acceptanceNo,
    reason: declined === null ? null : `${declined.facts}。${declined.reason}`,
    clause: declined?.clause ?? null,
    items: missing?.items ?? null,
    dueOn: missing?.dueOn ?? null,
    limitText: missing === null ? notice.limitText : '补正的时间不计入办理时限。',
    contact: { name: ground.contactName, telephone: ground.telephone, address: null },
    remedies: notice.remedies,
    issuedOn: ground.on,
  }
}

/** What somebody who looked at a related-party case found. */
interface Looked {
  readonly name: string | null
  readonly on: string
  readonly text: string
}

/** What the filing of near relatives says beside the applicant. */
export interface RelatedGround {
  readonly reasons: readonly RelatedReason[]
  readonly people: number | null
  readonly monthlyFen: number | null
  readonly checker: Looked | null
  readonly visit: Looked | null
}

const opinionOf = (looked: Looked | null) => ({
  ...blank,
  name: looked?.name ?? null,
  signedOn: looked?.on ?? null,
  opinion: looked?.text ?? null,
})

/** Filing of the officials the family is near to; several stand on one form. */
export function relatedPaper(ground: PaperGround, related: RelatedGround): RelatedPartyDocument {
  const said = (of: (reason: RelatedReason) => string): string => [...new Set(related.reasons.map(of))].join('、')
  return {
    paper: ground.face,
    official: { name: said(({ official }) => official), post: said(({ post }) => post), unit: null, kind: null },
    applicant: personOf(ground),
    relation: said(({ member, relationLabel }) => `${member}的${relationLabel}`),
    people: related.people,
    monthlyFen: related.monthlyFen,
    fromMonth: null,
    reason: orNull(textOf(ground.draft.household, 'reason')),
    recusals: null,
    declaredOn: orNull(textOf(ground.draft.household, 'applied_on')),
    officialSigning: blank,
    checker: opinionOf(related.checker),
    countyVisit: opinionOf(related.visit),
    districtOpinion: opinionOf(null),
  }
}
