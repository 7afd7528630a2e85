/** Papers of sheet and decision as the print shop takes them: three-plus-one sheet, confirmation, refusal. Pure. */

import type { ConfirmationDocument, PaperApplicant, PaperFace, RefusalDocument, Remedies, ThreePlusOneDocument } from '#documents'
import { chineseDate } from '#kernel/chinese-date'
import type { Pillar, SheetView } from '../../assessment/contract/sheet.ts'

export interface ReviewGround {
  readonly face: PaperFace
  readonly applicant: PaperApplicant
  readonly programmeName: string
  readonly remedies: Remedies
  readonly contact: { readonly name: string; readonly telephone: string; readonly address: string }
  readonly on: string
}

const findings = { met: '符合', not_met: '不符合', undetermined: '不能认定', not_called: '未启动' } as const
const conclusions = { eligible: '四项认定符合', ineligible: '有认定不符合', undetermined: '还有认定不能确定' } as const

function section(sheet: SheetView, name: Pillar) {
  const pillar = sheet.pillars.find((each) => each.pillar === name)
  const facts = (pillar?.facts ?? []).map(({ asOf, ...fact }) => ({ ...fact, asOfOn: asOf }))
  return { finding: pillar === undefined ? null : `${findings[pillar.finding]}。${pillar.why.join('；')}`, facts }
}

/** The sheet of four findings. */
export function sheetPaper({ face, applicant, programmeName, on }: ReviewGround, sheet: SheetView): ThreePlusOneDocument {
  const { figures } = sheet
  return {
    paper: face,
    applicant,
    programmeName,
    members: sheet.members,
    register: section(sheet, 'residence'),
    income: {
      ...section(sheet, 'income'),
      totalFen: figures?.countableIncome ?? null,
      perCapitaFen: figures?.perCapita ?? null,
      standardFen: figures?.standard ?? null,
    },
    assets: section(sheet, 'assets'),
    deliberation: section(sheet, 'deliberation'),
    conclusion: conclusions[sheet.conclusion],
    handlers: sheet.confirmedBy === null ? null : [{ name: sheet.confirmedBy, signatureImage: null, signedOn: null }],
    assessedOn: sheet.confirmedAt === null ? null : on,
  }
}

export interface GrantedOnPaper {
  readonly base: number
  readonly topUp: number
  readonly amount: number
  readonly persons: number
  readonly tier: string | null
  readonly fromMonth: string
  readonly validTo: string | null
  readonly facts: string
  readonly clause: string
}

/** Letter of confirmation. */
export function confirmationPaper(ground: ReviewGround, granted: GrantedOnPaper): ConfirmationDocument {
  const { face, applicant, programmeName, remedies, contact, on } = ground
  const term = granted.validTo === null ? '' : `本决定有效期至 ${chineseDate(granted.validTo)}，到期前复核。`
  return {
    paper: face,
    receiver: applicant.name,
    applicant,
    programmeName,
    facts: granted.facts,
    clause: granted.clause,
    people: granted.persons,
    tier: granted.tier,
    baseFen: granted.base,
    topUpFen: granted.topUp,
    totalFen: granted.amount,
    fromMonth: granted.fromMonth,
    payText: '按月发放到登记的银行账户。',
    dutiesText: `家庭人口、收入、财产有变化的，应当及时报告。${term}`,
    remedies,
    contact,
    issuedOn: on,
    service: null,
  }
}

/** Letter of refusal. */
export function refusalPaper(
  ground: ReviewGround,
  refused: {
    readonly appliedOn: string
    readonly facts: string
    readonly rule: string
    readonly reason: string
    readonly otherHelp: string
  },
): RefusalDocument {
  const { face, applicant, programmeName, remedies, contact, on } = ground
  return {
    paper: face,
    receiver: applicant.name,
    applicant,
    programmeName,
    appliedOn: refused.appliedOn,
    facts: refused.facts,
    clause: refused.rule,
    reason: refused.reason,
    remedies,
    otherHelp: refused.otherHelp === '' ? null : refused.otherHelp,
    contact,
    issuedOn: on,
    service: null,
  }
}
