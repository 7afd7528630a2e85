import type { QueryClient } from '@tanstack/react-query'
import { reading } from '../../client.ts'

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

const momentMs = 5_000

/** Whether a problem is old enough for a part that is drawn now to ask again: each refusal is counted, too. */
export const mayAskAgain = ({ state }: { state: { errorUpdatedAt: number } }): boolean =>
  Date.now() - state.errorUpdatedAt > momentMs
