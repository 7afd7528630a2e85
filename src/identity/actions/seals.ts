import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { isWithin, rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { sha256 } from '#platform/crypto'
import { confirmSeal, endSeal, enterSeal, listSeals, type OfficeSeal, readSeal } from '../contract/seals.ts'
import { sealFault } from '../rules/seal-picture.ts'
import { findSealRow, insertSeal, listSealRows, listSealsInUse, type SealRow, saveConfirmation, saveEnd } from '../store/seals.ts'
import type { IdentityDoor } from './sign-in.ts'

/** Seals of offices as pictures. */

const BASIS = '国务院关于国家行政机关和企业事业单位社会团体印章管理的规定（国发〔1999〕25号）'

function note(purpose: string, detail: JournalNote['detail']): JournalNote {
  return { chain: 'system:seal', basis: BASIS, purpose, detail: detail ?? {} }
}

function stateOf(row: SealRow): OfficeSeal['state'] {
  if (row.ended_at !== null) return 'ended'
  return row.confirmed_at === null ? 'entered' : 'used'
}

async function getSeal({ tx }: ActionContext, sealId: string): Promise<SealRow> {
  const row = await findSealRow(tx, sealId)
  if (row === undefined) throw new Problem('identity.no-seal', '没有这枚印章，或不在您的辖区内', { status: 404 })
  return row
}

async function getOpenSeal(context: ActionContext, sealId: string): Promise<SealRow> {
  const row = await getSeal(context, sealId)
  if (row.ended_at !== null) throw new Problem('identity.seal-ended', '这枚印章已经停用，请刷新后再办', { status: 409 })
  return row
}

/** The pictures of the seals that print on papers of some divisions' offices, by division; one statement. */
export async function sealImages(
  { tx, keys }: Pick<ActionContext, 'tx' | 'keys'>,
  divisionCodes: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await listSealsInUse(tx, [...new Set(divisionCodes)])
  return new Map(
    rows.map((row) => {
      const image = keys.open(row.image)
      if (sha256(image).toString('hex') === row.sha256) return [row.division_code, image]
      throw new Problem('identity.seal-altered', '库中的印章图片与登记时不符，不能用印，请安全管理员查明后重新登记', {
        status: 409,
      })
    }),
  )
}

/** The picture of the seal that prints on papers of a division's office; null where none is in use. */
export async function sealImageOf(context: Pick<ActionContext, 'tx' | 'keys'>, divisionCode: string): Promise<Uint8Array | null> {
  return (await sealImages(context, [divisionCode])).get(divisionCode) ?? null
}

export function listSealsAction(door: IdentityDoor): Action {
  return routeAction(listSeals, {
    async run({ tx, actor }, { divisionCode }) {
      const names = await door.divisionNamesOf(tx, [divisionCode])
      const rows = await listSealRows(tx, divisionCode)
      return {
        rows: rows.map((row) => ({
          sealId: row.seal_id,
          divisionCode,
          divisionName: names.get(divisionCode) ?? divisionCode,
          state: stateOf(row),
          basis: row.basis,
          enteredByName: row.entered_by_name,
          enteredAt: row.entered_at,
          mine: row.entered_by === actor.userId,
          confirmedByName: row.confirmed_by_name,
          confirmedAt: row.confirmed_at,
          endedAt: row.ended_at,
          endReason: row.end_reason,
        })),
      }
    },
    journal: () => null,
  })
}

export function enterSealAction(door: IdentityDoor): Action {
  return routeAction(enterSeal, {
    async run({ tx, actor, keys, clock }, { divisionCode, image, basis }) {
      const known = await door.divisionNamesOf(tx, [divisionCode])
      if (rankOf(divisionCode) === 'village' || !known.has(divisionCode) || !isWithin(divisionCode, actor.divisionCode))
        throw new Problem('identity.no-office', '请选择本区或辖区内的乡镇（街道）', { status: 422 })
      const bytes = Buffer.from(image, 'base64')
      const fault = sealFault(bytes)
      if (fault !== null) {
        throw new Problem('identity.seal-picture', fault, {
          status: 422,
          details: { issues: [{ path: ['image'], message: fault }] },
        })
      }
      const at = isoInstant(clock.nowMs())
      for (const row of await listSealRows(tx, divisionCode)) {
        if (stateOf(row) === 'entered') await saveEnd(tx, row.seal_id, '确认前重新录入', at)
      }
      const sealId = randomUUID()
      const digest = sha256(bytes).toString('hex')
      await insertSeal(tx, {
        sealId,
        divisionCode,
        image: keys.seal(bytes),
        sha256: digest,
        basis,
        by: actor.userId,
        byName: actor.name,
        at,
      })
      return { sealId }
    },
    journal: ({ divisionCode, basis }, output) => note('录入印章', { divisionCode, basis, ...(output as object) }),
  })
}

export const confirmSealAction: Action = routeAction(confirmSeal, {
  async run(context, { sealId }) {
    const { tx, actor, clock } = context
    const row = await getOpenSeal(context, sealId)
    if (row.confirmed_at !== null) throw new Problem('identity.seal-used', '这枚印章已经确认启用', { status: 409 })
    if (row.entered_by === actor.userId)
      throw new Problem('identity.seal-own', '这枚印章由您录入，须由另一名管理员确认', { status: 409 })
    const at = isoInstant(clock.nowMs())
    for (const other of await listSealRows(tx, row.division_code)) {
      if (stateOf(other) === 'used') await saveEnd(tx, other.seal_id, '换用新印章', at)
    }
    await saveConfirmation(tx, sealId, actor.userId, actor.name, at)
    return { sealId }
  },
  journal: ({ sealId }) => note('确认启用印章', { sealId }),
})

export const endSealAction: Action = routeAction(endSeal, {
  async run(context, { sealId, reason }) {
    await getOpenSeal(context, sealId)
    await saveEnd(context.tx, sealId, reason, isoInstant(context.clock.nowMs()))
    return { sealId }
  },
  journal: ({ sealId, reason }) => note('停用印章', { sealId, reason }),
})

export const readSealAction: Action = routeAction(readSeal, {
  async run(context, { sealId }): Promise<Download> {
    const row = await getSeal(context, sealId)
    const body = Readable.from([context.keys.open(row.image)])
    return { fileName: `印章-${row.division_code}.png`, mediaType: 'image/png', body }
  },
  journal: ({ sealId }) => note('查看印章图片', { sealId }),
})
