import type { z } from 'zod'
import { type Action, routeAction } from '#platform/action'
import { actorName } from '#platform/actor-name'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Tx } from '#platform/db'
import { type AskedUnit, type Look, listLooks } from './contract.ts'
import { chainsHold, countLooksOf, type LookRow, listLooksOf } from './store/entries.ts'

/** A person as the registry knows them, for the head of the page. */
export interface LookedAt {
  readonly subjectNo: string
  readonly name: string
  readonly idMasked: string
  readonly divisionCode: string
  /** Every keyed index under which the person may stand in the journal. */
  readonly indexes: readonly Buffer[]
}

export interface LooksDoor {
  /** Throws Problem 404 when the person is not in the caller's scope. */
  getSubject(tx: Tx, subjectNo: string): Promise<LookedAt>
  /** Chinese sentence of an action's name, e.g. '查看家庭核对结果'. */
  sentence(action: string): string
  roleLabel(role: string): string
  actorNames(tx: Tx, actors: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** What units were asked about a subject in batches of campaigns, and far nodes about a household, by `<campaign or household> <number>`. */
  asked(tx: Tx, subjectNo: string, places: readonly QueryPlace[]): Promise<ReadonlyMap<string, AskedAbout>>
}

/** A query about a subject: the units asked, and the signed papers it rests on. */
export interface AskedAbout {
  readonly units: readonly AskedUnit[]
  readonly authorisationNos: readonly string[]
}

/** Where a query stands: a batch of a campaign, or an asking of a far node about a household. */
export interface QueryPlace {
  /** the campaign, or the household */
  readonly campaignId: string
  readonly batchNo: number
}

const queries = new Set(['verification.query', 'verification.ask-far-node'])

/** The batch or asking an entry is the query of; undefined for every other entry. */
function placeOf({ action, chain, detail }: LookRow): QueryPlace | undefined {
  if (!queries.has(action) || typeof detail.batch !== 'number') return undefined
  return { campaignId: chain.replace(/^(campaign|household):/, ''), batchNo: detail.batch }
}

function authorisationsOf(row: LookRow): string[] {
  const value = row.detail.authorisation
  return typeof value === 'string' ? [value] : []
}

function unitOf(row: LookRow): string {
  const value = row.detail.unitName
  return typeof value === 'string' ? value : ''
}

/** The action behind `journal.list-looks`: who looked at a person. Being itself a look, it stands in the journal. */
export function looksAction(door: LooksDoor): Action {
  return routeAction(listLooks, {
    async run({ tx, keys }, input) {
      const subject = await door.getSubject(tx, input.subjectNo)
      const before = readCursor(keys, listLooks.name, input.cursor)
      const [rows, total, chainIntact] = await Promise.all([
        listLooksOf(tx, subject.indexes, before && Number(before[0]), input.limit),
        countLooksOf(tx, subject.indexes),
        chainsHold(tx, subject.indexes),
      ])
      const names = await door.actorNames(tx, [...new Set(rows.map((row) => row.actor))])
      const places = rows.flatMap((row) => placeOf(row) ?? [])
      const asked = await door.asked(tx, input.subjectNo, places)
      const askedIn = (row: LookRow): AskedAbout | undefined => {
        const place = placeOf(row)
        return place === undefined ? undefined : asked.get(`${place.campaignId} ${place.batchNo}`)
      }
      const shown = rows.map((row): z.infer<typeof Look> => {
        const about = askedIn(row)
        const authorisationNos = [...(about?.authorisationNos ?? authorisationsOf(row))]
        return {
          entryNo: row.entry_id,
          at: row.at,
          by: actorName(names, row.actor),
          roleLabel: door.roleLabel(row.role),
          unitName: unitOf(row),
          text: door.sentence(row.action),
          purpose: row.purpose,
          authorisationNo: authorisationNos[0] ?? null,
          authorisationNos,
          asked: [...(about?.units ?? [])],
        }
      })
      const last = rows.length === input.limit ? rows.at(-1) : undefined
      seen.set(input, subject)
      return {
        rows: shown,
        total,
        next: last === undefined ? null : writeCursor(keys, listLooks.name, [String(last.entry_id)]),
        subjectName: subject.name,
        idMasked: subject.idMasked,
        chainIntact,
      }
    },
    journal(input) {
      const subject = seen.get(input)
      return {
        chain: `subject:${input.subjectNo}`,
        ...(subject === undefined ? {} : { divisionCode: subject.divisionCode, subjects: subject.indexes }),
        basis: '个人信息保护法第五十四条（处理活动合规审计）',
        purpose: '查询谁看过此人的信息',
      }
    },
  })
}

/** What `run` found out about the person, for the journal entry of the same call. */
const seen = new WeakMap<object, LookedAt>()
