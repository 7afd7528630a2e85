import type { FormLoaders } from './loaders.ts'

const levels = ['village', 'township', 'district']

const answer = () => import('./notice-answer.tsx').then((m) => m.AnswerForm)

/** Forms of the notice steps: the same at every level. */
export const noticeForms: FormLoaders = Object.fromEntries(
  levels.flatMap((level) => [
    [`notice_${level}.publish`, () => import('./notice-publish.tsx').then((m) => m.PublishForm)],
    [`notice_${level}.prove`, () => import('./notice-prove.tsx').then((m) => m.ProveForm)],
    [`notice_${level}.object`, () => import('./notice-object.tsx').then((m) => m.ObjectForm)],
    [`notice_${level}.answer`, answer],
    [`notice_${level}.uphold`, answer],
  ]),
)
