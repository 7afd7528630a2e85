/**
 * 低保 in the style of 民发〔2012〕220号: the county approves, every case is deliberated, notices at village, township and district. The text
 * is repealed and lives on in local papers; what it says of limits and fractions is in the packs, with marks.
 */

import type { Procedure, Step } from '../model.ts'
import * as steps from './dibao-steps.ts'

export type VerificationOrder = 'before' | 'beside' | 'after'

const noticeSteps = {
  village: (after: string) => steps.notice('village', after),
  township: (after: string) => steps.notice('township', after),
  district: (after: string) => steps.notice('district', after),
} as const

interface Variant {
  readonly id: string
  readonly label: string
  /** where the verification stands to visit and deliberation */
  readonly verification: VerificationOrder
  readonly notices: readonly ('village' | 'township' | 'district')[]
}

function fieldSteps(order: VerificationOrder): Step[] {
  switch (order) {
    case 'before':
      return [steps.verification(['intake']), steps.visit(['verification']), steps.deliberation(['visit'], false)]
    case 'beside':
      return [steps.verification(['intake']), steps.visit(['intake']), steps.deliberation(['visit'], false)]
    case 'after':
      return [steps.visit(['intake']), steps.deliberation(['visit'], false), steps.verification(['deliberation'])]
  }
}

/** The 2012 style in one of its local orders. */
export function dibao2012({ id, label, verification, notices }: Variant): Procedure {
  const list: Step[] = [steps.intake(), ...fieldSteps(verification)]
  let last = 'deliberation'
  const put = (step: Step): void => {
    list.push(step)
    last = step.id
  }
  if (notices.includes('village')) put(noticeSteps.village('deliberation'))
  put(steps.sheet(['verification', 'visit', last].filter((name, at, all) => all.indexOf(name) === at)))
  for (const step of steps.townshipReview(last)) put(step)
  if (notices.includes('township')) put(noticeSteps.township(last))
  const held = list.filter((step) => step.id.startsWith('notice_')).map((step) => step.id)
  put(steps.approval(last, held))
  if (notices.includes('district')) put(noticeSteps.district(last))
  put(steps.decision(last, [...held, ...(notices.includes('district') ? ['notice_district'] : [])]))
  put(steps.payment())
  return { id, label, style: '2012', steps: list }
}

export const DIBAO_2012: readonly Procedure[] = [
  dibao2012({
    id: 'dibao-2012',
    label: '低保（2012 年办法，先核对后入户，三级公示）',
    verification: 'before',
    notices: ['village', 'township', 'district'],
  }),
  dibao2012({
    id: 'dibao-2012-beside',
    label: '低保（2012 年办法，核对与入户同时进行，三级公示）',
    verification: 'beside',
    notices: ['village', 'township', 'district'],
  }),
  dibao2012({
    id: 'dibao-2012-after',
    label: '低保（2012 年办法，评议之后核对，三级公示）',
    verification: 'after',
    notices: ['village', 'township', 'district'],
  }),
  dibao2012({
    id: 'dibao-2012-two-notices',
    label: '低保（2012 年办法，乡镇和区两级公示）',
    verification: 'before',
    notices: ['township', 'district'],
  }),
]
