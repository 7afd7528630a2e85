import { isDivision, rangeOf } from '#kernel/division'
import type { Actor } from '#platform/action'
import type { Scope } from '#platform/db'

/** The divisions an actor sees, as the range the database compares. Somebody without a division sees nothing. */
export function scopeOf(actor: Pick<Actor, 'userId' | 'divisionCode'>): Scope {
  if (!isDivision(actor.divisionCode)) return { lo: '', hi: '', actor: actor.userId }
  return { ...rangeOf(actor.divisionCode), actor: actor.userId }
}
