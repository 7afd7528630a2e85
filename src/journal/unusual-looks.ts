/** What an auditor asks about first: unusual looks, and what one person looked at. */
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { actorName } from '#platform/actor-name'
import { instantMs, isoInstant } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Sql, Tx } from '#platform/db'
import { listActorLooks, listUnusualLooks } from './contract.ts'
import type { LooksDoor } from './looks.ts'
import { type ActorLookRow, countActorRows, countLooks, listActorRows, listUnusualRows, type StaffKin } from './store/unusual.ts'
import { daysOff, FIRST_HOUR, LAST_HOUR, LOOKED_BACK_DAYS, LOOKING, MANY_PERSONS, reasonOf } from './unusual.ts'

const basis = '个人信息保护法第五十四条（处理活动合规审计）'
const DAY_MS = 86_400_000
/** as many persons of one look as are named */
const NAMED = 5

/** What these looks need to know of the registry. */
export interface UnusualDoor extends Pick<LooksDoor, 'sentence' | 'roleLabel' | 'actorNames'> {
  /** Persons who are staff of the office or kin of them that was filed. */
  staffKin(sql: Sql): Promise<readonly StaffKin[]>
  /** Number and masked name of persons by their keyed index, as hexadecimal text. */
  subjectNames(tx: Tx, indexes: readonly Buffer[]): Promise<ReadonlyMap<string, { subjectNo: string; name: string }>>
}

function since({ clock }: ActionContext): string {
  return isoInstant(clock.nowMs() - LOOKED_BACK_DAYS * DAY_MS)
}

function unusualAction(door: UnusualDoor): Action {
  return routeAction(listUnusualLooks, {
    transaction: 'read',
    async run(context, { limit }) {
      const { tx, today } = context
      const terms = { since: since(context), looking: LOOKING, many: MANY_PERSONS, firstHour: FIRST_HOUR, lastHour: LAST_HOUR }
      const kin = await door.staffKin(tx)
      const rows = await listUnusualRows(tx, { ...terms, daysOff: daysOff(today), kin, limit })
      const counted = await countLooks(tx, terms.since, LOOKING, `${today}T00:00:00+08:00`)
      const names = await door.actorNames(tx, [...new Set(rows.map(({ actor }) => actor))])
      return {
        rows: rows.map(({ total: _, role, actor, ...row }) => ({
          ...row,
          userId: actor,
          by: actorName(names, actor),
          roleLabel: door.roleLabel(role),
          reason: reasonOf(row.kind, row.persons),
        })),
        total: rows[0]?.total ?? 0,
        days: LOOKED_BACK_DAYS,
        ...counted,
      }
    },
    journal: () => null,
  })
}

async function lookViews(door: UnusualDoor, tx: Tx, rows: readonly ActorLookRow[]) {
  const names = await door.subjectNames(
    tx,
    rows.flatMap(({ subjects }) => subjects),
  )
  return rows.map((row) => ({
    entryNo: row.entry_id,
    at: row.at,
    text: door.sentence(row.action),
    purpose: row.purpose,
    subjects: row.subjects.flatMap((index) => names.get(index.toString('hex')) ?? []),
    persons: row.persons,
  }))
}

function actorLooksAction(door: UnusualDoor): Action {
  return routeAction(listActorLooks, {
    async run({ tx, keys }, { actor, from, until, cursor, limit }) {
      const at = readCursor(keys, listActorLooks.name, cursor)
      // to the end of the last millisecond that was shown
      const span = { from, until: isoInstant(instantMs(until) + 1) }
      const page = { looking: LOOKING, before: at && Number(at[0]), limit: limit + 1, shown: NAMED }
      const found = await listActorRows(tx, actor, span, page)
      const rows = found.slice(0, limit)
      const last = found.length > limit ? rows.at(-1) : undefined
      return {
        rows: await lookViews(door, tx, rows),
        total: await countActorRows(tx, actor, span, LOOKING),
        next: last === undefined ? null : writeCursor(keys, listActorLooks.name, [String(last.entry_id)]),
        by: actorName(await door.actorNames(tx, [actor]), actor),
        roleLabel: door.roleLabel(found[0]?.role ?? ''),
      }
    },
    journal: ({ actor, from, until }) => ({
      chain: `user:${actor}`,
      basis,
      purpose: '查询某人看过哪些人的信息',
      detail: { actor, from, until },
    }),
  })
}

/** The actions behind an auditor's first screen. */
export function unusualActions(door: UnusualDoor): Action[] {
  return [unusualAction(door), actorLooksAction(door)]
}
