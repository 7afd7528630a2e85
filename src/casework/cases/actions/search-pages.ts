/** Where a caller looks at what was found, and how much of a name he is shown. */
import { isPermitted } from '#identity'
import { maskName } from '#kernel/person-name'

/** Roles that see figures and files, not whom they look for: names are masked. */
const MASKED: ReadonlySet<string> = new Set(['leader', 'inspector'])

/** A person's name as the role is shown it in a list of hits. */
export function nameFor(role: string, name: string): string {
  return MASKED.has(role) ? maskName(name) : name
}

/** The page of a household that a role may open; null when it has none. */
export function householdPage(role: string, householdNo: string): string | null {
  const no = encodeURIComponent(householdNo)
  if (isPermitted(role, 'verification.read')) return `/households/${no}`
  if (isPermitted(role, 'casework.open')) return `/intake?q=${no}`
  return isPermitted(role, 'account.read') ? `/accounts?household=${no}` : null
}
