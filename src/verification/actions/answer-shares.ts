/** How the units answered lately, as counts of items: it names no person. */

import { type Action, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { isRecordName, itemStates, recordTypeOf, type StateLetter } from '#sources/contract'
import { listAnswerShares } from '../contract/campaign.ts'
import type { AnswerState } from '../contract/words.ts'
import { countAnswersSince } from '../store/pages.ts'

const COUNTED_MS = 30 * 24 * 3_600_000

export const listAnswerSharesAction: Action = routeAction(listAnswerShares, {
  transaction: 'read',
  async run({ tx, clock }) {
    const units = new Map<string, Partial<Record<AnswerState, number>>>()
    for (const { record, state, subjects } of await countAnswersSince(tx, isoInstant(clock.nowMs() - COUNTED_MS))) {
      if (!isRecordName(record) || !Object.hasOwn(itemStates, state)) continue
      const { unit } = recordTypeOf(record)
      const word = itemStates[state as StateLetter]
      const states = units.get(unit) ?? {}
      units.set(unit, { ...states, [word]: (states[word] ?? 0) + subjects })
    }
    return { rows: [...units].map(([unit, states]) => ({ unit, states })) }
  },
  journal: () => null,
})
