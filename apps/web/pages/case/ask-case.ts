import type { QueryClient } from '@tanstack/react-query'
import { addressOf, askEarly, type Output, peekEarly, reading } from '../../client.ts'

type Entered = {
  readonly context: { readonly queries: QueryClient; readonly session: { readonly permissions: readonly string[] } }
  readonly params: { readonly caseNo: string }
}

/** What is known already is the page's to read anew. */
const staleTime = 'static'

/**
 * Asks for a case before its page is drawn, and for its household as soon as its number is known: the page finds both under way and asks for
 * neither again. Nobody waits for it here, and a problem stays with its query, for the page to show.
 */
export function askCase({ context: { queries, session }, params }: Entered): void {
  const ask = async (): Promise<void> => {
    const { householdNo } = (await queries.query({ ...reading('casework.open-case', { params }), staleTime })).head
    if (householdNo === null || !session.permissions.includes('registry.read')) return
    await queries.query({ ...reading('registry.open-household', { params: { householdNo } }), staleTime })
  }
  ask().catch(() => undefined)
}

/**
 * Asks for the household of the case that the document is of, where its head asked for one: while the page's script is not there yet. Whoever
 * may not read it is not refused for it.
 */
export async function askHousehold(path: string): Promise<void> {
  try {
    const [session, view] = await Promise.all(['/api/session', `/api${path}`].map(peekEarly))
    const householdNo = (view as Output<'casework.open-case'> | undefined)?.head?.householdNo
    const mayRead = (session as Output<'identity.read-session'> | undefined)?.permissions?.includes('registry.read')
    if (mayRead && householdNo) askEarly(addressOf('registry.open-household', { params: { householdNo } }))
  } catch {
    // whoever asks for the case itself is told
  }
}

const momentMs = 5_000

/** Whether a problem is old enough for a part that is drawn now to ask again: each refusal is counted, too. */
export const mayAskAgain = ({ state }: { state: { errorUpdatedAt: number } }): boolean =>
  Date.now() - state.errorUpdatedAt > momentMs
