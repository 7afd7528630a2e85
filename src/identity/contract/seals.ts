/** Seals of offices as pictures: entered by one administrator, confirmed by another, printed on the office's papers until ended. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DivisionCode, InstantText } from '#kernel/schema'

const mostCharacters = 700_000

export const OfficeSeal = z.object({
  sealId: z.string(),
  divisionCode: DivisionCode,
  divisionName: z.string(),
  /** entered: waits for another administrator; used: prints; ended: prints no more */
  state: z.enum(['entered', 'used', 'ended']),
  basis: z.string(),
  enteredByName: z.string(),
  enteredAt: InstantText,
  /** the caller entered it, so another person has to confirm it */
  mine: z.boolean(),
  confirmedByName: z.string().nullable(),
  confirmedAt: InstantText.nullable(),
  endedAt: InstantText.nullable(),
  endReason: z.string().nullable(),
})
export type OfficeSeal = z.infer<typeof OfficeSeal>

/** Seals of a division, newest first. */
export const listSeals = defineRoute({
  name: 'identity.list-seals',
  method: 'GET',
  path: '/api/seals/:divisionCode',
  permission: 'seal.keep',
  params: z.object({ divisionCode: DivisionCode }),
  output: z.object({ rows: z.array(OfficeSeal) }),
})

/** Enters the picture of a seal; one that waits for confirmation is replaced. */
export const enterSeal = defineRoute({
  name: 'identity.enter-seal',
  method: 'POST',
  path: '/api/seals/:divisionCode',
  permission: 'seal.enter',
  params: z.object({ divisionCode: DivisionCode }),
  body: z.object({
    /** PNG, base64 */
    image: z
      .base64('图片没有传完整，请重新选择')
      .min(1, '请选择印章图片')
      .max(mostCharacters, '印章图片不超过 500 KB，请压缩后再传'),
    basis: z.string().trim().min(4, '请填写启用这枚印章的依据，如印模备案文号').max(200, '依据不超过 200 字'),
  }),
  output: z.object({ sealId: z.string() }),
})

/** Another administrator confirms: the seal prints from now, the one before ends. */
export const confirmSeal = defineRoute({
  name: 'identity.confirm-seal',
  method: 'POST',
  path: '/api/seal/:sealId/confirmation',
  permission: 'seal.confirm',
  params: z.object({ sealId: z.uuid('编号有误') }),
  output: z.object({ sealId: z.string() }),
})

/** Ends a seal, or takes back one that was entered. */
export const endSeal = defineRoute({
  name: 'identity.end-seal',
  method: 'POST',
  path: '/api/seal/:sealId/end',
  permission: 'seal.keep',
  params: z.object({ sealId: z.uuid('编号有误') }),
  body: z.object({ reason: z.string().trim().min(2, '请填写停用原因').max(200, '原因不超过 200 字') }),
  output: z.object({ sealId: z.string() }),
})

/** The picture. */
export const readSeal = defineRoute({
  name: 'identity.read-seal',
  method: 'GET',
  path: '/api/seal/:sealId/image',
  permission: 'seal.keep',
  params: z.object({ sealId: z.uuid('编号有误') }),
  output: z.instanceof(Uint8Array),
  download: true,
})
