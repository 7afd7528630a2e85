/** The parts of an application, in the order they are asked, and how far each is. Pure. */
import type { DraftView, SectionName } from '#casework/contract'
import { SECTION_LABELS } from '#casework/words'

export type DraftPart = SectionName | 'proofs' | 'papers' | 'review'

const order = ['household', 'members', 'incomes', 'assets', 'expenditures', 'supporters', 'relatives'] as const

export interface PartState {
  readonly part: DraftPart
  readonly label: string
  /** what is still open in it */
  readonly open: number
  /** said in place of the figure */
  readonly note: string
}

function sectionState(view: DraftView, part: (typeof order)[number]): PartState {
  const unexplained = part === 'members' ? view.verdicts.filter((each) => !each.settled && each.counted !== null).length : 0
  const open = view.gaps.filter((gap) => gap.section === part).length + unexplained
  return { part, label: SECTION_LABELS[part], open, note: '' }
}

/** Every part with what is open in it; near relatives only when there are any. */
export function partStates(view: DraftView): PartState[] {
  const asked = order.filter(
    (part) => part !== 'relatives' || view.draft.household.values.has_relatives === 'yes' || view.draft.relatives.length > 0,
  )
  const unsigned = view.signers
    .flatMap((signer) => signer.forms)
    .filter((each) => each.signature === null && !each.standing).length
  const unproved = view.proofs.filter(({ state }) => state === 'missing').length
  const sections = asked.map((part) => sectionState(view, part))
  const open = sections.reduce((sum, each) => sum + each.open, 0)
  return [
    ...sections,
    { part: 'proofs', label: '证明材料', open: unproved, note: view.proofs.length === 0 ? '待登记成员' : '' },
    { part: 'papers', label: '材料与授权', open: unsigned, note: view.signers.length === 0 ? '待登记成员' : '' },
    { part: 'review', label: '检查与受理', open: open + unproved, note: '' },
  ]
}
