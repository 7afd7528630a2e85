import type { FormLoaders } from './loaders.ts'

const terminate = () => import('./field-terminate.tsx').then((m) => m.TerminateForm)

const ending = ['verification', 'visit', 'deliberation', 'sheet', 'opinion', 'leader', 'head', 'approval']

export const fieldForms: FormLoaders = {
  'visit.plan': () => import('./field-visit-plan.tsx').then((m) => m.VisitPlanForm),
  'visit.record': () => import('./field-visit.tsx').then((m) => m.VisitForm),
  'visit.interview': () => import('./field-interview.tsx').then((m) => m.InterviewForm),
  'deliberation.convene': () => import('./field-convene.tsx').then((m) => m.ConveneForm),
  'deliberation.hold': () => import('./field-hold.tsx').then((m) => m.HoldForm),
  'deliberation.overrule': () => import('./field-overrule.tsx').then((m) => m.OverruleForm),
  ...Object.fromEntries(ending.map((step) => [`${step}.terminate`, terminate])),
}
