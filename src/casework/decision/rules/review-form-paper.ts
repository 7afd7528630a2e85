/** The form of review and approval (审核审批表), from what the case holds. */
import type { Opinion, ReviewFormDocument } from '#documents'
import type { Pillar, SheetView } from '../../assessment/contract/sheet.ts'
import { blank, type PaperGround, personOf, programmes, shown, textOf } from '../../intake/rules/papers.ts'
import { orNull, relationOf } from '../../papers/rules/course-papers.ts'

/** Somebody's signed opinion in a case. */
export interface Signed {
  readonly name: string | null
  readonly on: string
  readonly text: string
}

/** What the form of review and approval says beside the family. */
export interface ReviewFormGround {
  readonly village: string
  readonly acceptanceNo: string
  readonly sheet: SheetView | null
  readonly votes: { yes: number; no: number; abstain: number } | null
  readonly notices: readonly string[]
  readonly fromMonth: string | null
  /** of the township once its head has signed, of the district once it has decided */
  readonly seals: { readonly township: Uint8Array | null; readonly district: Uint8Array | null }
  readonly opinions: Readonly<Record<'handler' | 'leader' | 'head' | 'approval' | 'decision', Signed | null>>
}

const findings = { met: '符合', not_met: '不符合', undetermined: '不能认定', not_called: '未启动' } as const

function findingOf(sheet: SheetView | null, pillar: Pillar): string | null {
  const found = sheet?.pillars.find((each) => each.pillar === pillar)
  return found === undefined ? null : findings[found.finding]
}

function opinionOf(signed: Signed | null): Opinion {
  return { ...blank, name: signed?.name ?? null, signedOn: signed?.on ?? null, opinion: signed?.text ?? null }
}

/** Form of review and approval: three ranks of the township, the district, what is paid from when. */
export function reviewFormPaper(ground: PaperGround, review: ReviewFormGround): ReviewFormDocument {
  const { sheet, votes, opinions } = review
  const figures = sheet?.figures ?? null
  return {
    paper: { ...ground.face, sealImage: review.seals.district },
    applicant: personOf(ground),
    programmeName: programmes[ground.programme],
    village: review.village,
    acceptanceNo: review.acceptanceNo,
    members: ground.draft.members.map((row) => ({
      name: textOf(row, 'name'),
      idNumber: shown(textOf(row, 'id_number')),
      relation: relationOf(row),
      covered: textOf(row, 'counted') === 'yes',
      topUp:
        figures?.topUps
          .filter(({ member }) => member === textOf(row, 'name'))
          .map(({ label }) => label)
          .join('、') || null,
    })),
    monthlyIncomeFen: figures?.countableIncome ?? null,
    perCapitaFen: figures?.perCapita ?? null,
    standardFen: figures?.standard ?? null,
    assetsFinding: findingOf(sheet, 'assets'),
    deliberationFinding:
      votes === null ? findingOf(sheet, 'deliberation') : `同意 ${votes.yes} 票，反对 ${votes.no} 票，弃权 ${votes.abstain} 票`,
    noticeFinding: orNull(review.notices.join('；')),
    tier: figures?.tier ?? null,
    people: figures?.counted ?? null,
    baseFen: figures?.base ?? null,
    topUpFen: figures?.topUp ?? null,
    totalFen: figures?.total ?? null,
    fromMonth: review.fromMonth,
    villageOpinion: opinionOf(null),
    handler: opinionOf(opinions.handler),
    leader: opinionOf(opinions.leader),
    townshipHead: opinionOf(opinions.head),
    townshipSealImage: review.seals.township,
    districtHandler: opinionOf(opinions.approval),
    districtHead: opinionOf(opinions.decision),
  }
}
