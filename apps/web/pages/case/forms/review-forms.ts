import type { FormLoaders } from './loaders.ts'

const opinion = () => import('./review-opinion.tsx').then((m) => m.OpinionForm)

export const reviewForms: FormLoaders = {
  'sheet.assess': () => import('./review-sheet.tsx').then((m) => m.SheetForm),
  'opinion.agree': opinion,
  'leader.agree': opinion,
  'head.agree': opinion,
  'approval.sample-visit': () => import('./review-sample.tsx').then((m) => m.SampleForm),
  'approval.approve': () => import('./review-approve.tsx').then((m) => m.ApproveForm),
  'approval.refuse': () => import('./review-refuse.tsx').then((m) => m.RefuseForm),
  'decision.decide': () => import('./review-decide.tsx').then((m) => m.DecideForm),
}
