import type { FormLoaders } from './loaders.ts'

export const intakeForms: FormLoaders = {
  'intake.sign': () => import('./intake-sign.tsx').then((m) => m.SignForm),
  'intake.ask-missing': () => import('./intake-missing.tsx').then((m) => m.AskMissingForm),
  'intake.supply': () => import('./intake-supply.tsx').then((m) => m.SupplyForm),
  'intake.accept': () => import('./intake-accept.tsx').then((m) => m.AcceptForm),
  'intake.decline': () => import('./intake-decline.tsx').then((m) => m.DeclineForm),
  'verification.commission': () => import('./intake-commission.tsx').then((m) => m.CommissionForm),
  'verification.tell': () => import('./intake-tell.tsx').then((m) => m.TellForm),
  'verification.object': () => import('./intake-object.tsx').then((m) => m.ObjectForm),
}
