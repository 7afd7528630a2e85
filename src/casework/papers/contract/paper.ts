/** Papers outside a case: blank forms, and one form for all running cases of a village. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DivisionCode } from '#kernel/schema'

/** Every form of casework as it is printed blank. */
export const BlankForm = z.enum(
  [
    'application',
    'proxy',
    'acceptance-notice',
    'rejection-notice',
    'missing-items-notice',
    'household-economics',
    'verification-order',
    'home-visit',
    'neighbour-interview',
    'written-inquiry',
    'deliberation',
    'three-plus-one',
    'notice',
    'review-form',
    'confirmation',
    'refusal',
    'related-party',
    'long-term-notice',
    'dynamic-record',
    'adjustment',
    'payment-roll',
    'card-agreement',
    'archive-cover',
  ],
  '没有这种表格，请从列表中选择',
)
export type BlankForm = z.infer<typeof BlankForm>

/** A blank form: every field, an empty box each. */
export const printBlank = defineRoute({
  name: 'casework.print-blank',
  method: 'GET',
  path: '/api/forms/:form',
  permission: 'casework.print',
  params: z.object({ form: BlankForm }),
  query: z.object({ large: z.enum(['yes']).optional() }),
  download: true,
  output: z.instanceof(Uint8Array),
})

/** Forms that are taken along to many families at once. */
export const VillageForm = z.enum(
  [
    'application',
    'household-economics',
    'verification-order',
    'home-visit',
    'neighbour-interview',
    'deliberation',
    'review-form',
  ],
  '这种材料不能按村成批打印',
)
export type VillageForm = z.infer<typeof VillageForm>

/** One form for every running case of a village, filled, in one file; each is filed with its case. */
export const printVillagePapers = defineRoute({
  name: 'casework.print-village-papers',
  method: 'GET',
  path: '/api/villages/:village/papers/:form',
  permission: 'casework.print',
  params: z.object({ village: DivisionCode, form: VillageForm }),
  download: true,
  output: z.instanceof(Uint8Array),
})

export const paperRoutes = { printBlank, printVillagePapers }
