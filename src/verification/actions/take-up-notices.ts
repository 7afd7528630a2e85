/** What the verification does about changes that member units noticed: they are kept with the household, as hints. */
import { type ExchangeDeps, loadNotices } from '#exchange'
import { appendAll, type Entry } from '#journal'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { type EventPayloads, emit } from '#platform/events'
import { recordTypeOf, unitLabel } from '#sources/contract'
import { watching } from '../rules/household/schemes.ts'
import { bitOf } from '../rules/household/watched-persons.ts'
import { insertHints, listNoticedPersons, type NewHint } from '../store/watched.ts'

declare module '#platform/events' {
  interface EventPayloads {
    /** Hints about households were kept: somebody has to look. */
    'verification.change-noticed': { readonly hintNos: readonly number[] }
  }
}

/**
 * Keeps the changes of a message with the households they are about; each stands in the log that its person may see. A person who
 * is no longer in the registry, or in another household by now, has none. Constant statements.
 */
export async function takeUpNotices(
  tx: Tx,
  message: EventPayloads['exchange.noticed'],
  deps: ExchangeDeps & { readonly keys: Keys },
): Promise<void> {
  const notices = await loadNotices(tx, message, deps)
  const persons = await listNoticedPersons(
    tx,
    notices.map((notice) => notice.subject_no),
  )
  const byNo = new Map(persons.map((person) => [person.person_no, person]))
  const hints: NewHint[] = []
  const entries: Entry[] = []
  for (const notice of notices) {
    const { notice_no: hintNo, subject_no: subjectNo, household_no: householdNo, record, what, row } = notice
    const person = byNo.get(subjectNo)
    if (person === undefined || person.household_no !== householdNo) continue
    const { unit } = recordTypeOf(record)
    const place = { hintNo, householdNo, subjectNo, divisionCode: person.division_code, unit, record, what }
    const sealed = row === null ? null : deps.keys.seal(JSON.stringify(row))
    const grounds = { bit: bitOf(record), guardianAge: notice.guardian_age }
    hints.push({ ...place, seenOn: notice.seen_on, receivedAt: notice.received_at, ...grounds, sealed })
    entries.push({
      chain: `household:${householdNo}`,
      actor: 'system:subscriptions',
      action: 'verification.take-change',
      divisionCode: person.division_code,
      subjects: [person.id_number_index],
      basis: watching.clause,
      purpose: watching.purpose,
      detail: { unitName: unitLabel(unit), record, what, authorisation: notice.papers[0] ?? null },
    })
  }
  if (hints.length === 0) return
  await insertHints(tx, hints)
  await appendAll(tx, entries)
  await emit(tx, 'verification.change-noticed', { hintNos: hints.map((hint) => hint.hintNo) })
}
