import type { QueryClient } from '@tanstack/react-query'
import { reading } from '../../client.ts'

type Entered = {
  readonly context: { readonly queries: QueryClient; readonly session: { readonly permissions: readonly string[] } }
  readonly params: { readonly caseNo: string }
  readonly cause: string
}

async function ask({ queries, session }: Entered['context'], caseNo: string): Promise<void> {
  const { householdNo } = (await queries.query(reading('casework.open-case', { params: { caseNo } }))).head
  if (householdNo === null || !session.permissions.includes('registry.read')) return
  await queries.query(reading('registry.open-household', { params: { householdNo } }))
}

/**
 * Asks for a case before its page is drawn, and for its household as soon as its number is known: the page finds both under way and asks for
 * neither again. Nobody waits for it here, and a problem stays with its query, for the page to show.
 */
export function askCase({ context, params, cause }: Entered): void {
  if (cause === 'enter') ask(context, params.caseNo).catch(() => undefined)
}
