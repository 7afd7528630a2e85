/**
 * 低保 in the style of 民发〔2021〕57号: verification beside the visit, one notice in the village, deliberation only where a notice is
 * objected to or the township sees need; the county confirms, or a township to which this is delegated.
 */

import type { Procedure, Step } from '../model.ts'
import * as steps from './dibao-steps.ts'

export function dibao2021(id: string, label: string, decidedBy: 'district' | 'township'): Procedure {
  const [opinion, leader, head] = steps.townshipReview('sheet')
  const list: Step[] = [
    steps.intake(),
    steps.verification(['intake']),
    steps.visit(['intake']),
    steps.deliberation(['visit', 'verification'], true),
    steps.sheet(['visit', 'verification', 'deliberation']),
    opinion,
    leader,
    head,
    steps.notice('village', 'head'),
    steps.approval('notice_village', ['notice_village'], decidedBy),
    steps.decision('approval', ['notice_village'], decidedBy),
    steps.payment(),
  ]
  return { id, label, style: '2021', steps: list }
}

export const DIBAO_2021: readonly Procedure[] = [
  dibao2021('dibao-2021', '低保（2021 年办法，区级审核确认）', 'district'),
  dibao2021('dibao-2021-township', '低保（2021 年办法，审核确认权下放乡镇）', 'township'),
]
