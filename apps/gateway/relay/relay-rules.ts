/** Which messages pass a relay, and by which neighbour they go on. Pure. */
import type { Header, MessageType } from '#wire'
import { matches, type Pass, type Route } from './relay-config.ts'

/** What an asker sends; everything else goes the way back of what was asked. */
const asked: ReadonlySet<MessageType> = new Set(['request', 'authorisation', 'cancel', 'subscription'])

function names({ purposes }: Pass, purpose: string): boolean {
  return purposes === '*' || purposes.includes(purpose)
}

/**
 * Whether a message may pass. Requests need a pass for their purpose; withdrawals and cancellations any pass between the
 * two; answers the pass of what they answer; statements that answer nothing, by which the two reconcile their books, any pass
 * either way; receipts and errors, which say nothing of anybody, none.
 */
export function mayPass(passes: readonly Pass[], { type, seq, from, to, purpose, corr }: Header): boolean {
  if (seq === 0) return type === 'accepted' || type === 'error'
  const open = passes.filter((pass) => matches(pass.from, from) && matches(pass.to, to))
  if (type === 'authorisation' || type === 'cancel') return open.length > 0
  if (asked.has(type)) return open.some((pass) => names(pass, purpose))
  const back = passes.filter((pass) => matches(pass.from, to) && matches(pass.to, from))
  const between = [...open, ...back]
  return type === 'statement' && corr === null ? between.length > 0 : between.some((pass) => names(pass, purpose))
}

/** The neighbour on the way to a node: itself, the route that names it, or that of the longest prefix. */
export function nextHop(routes: readonly Route[], neighbours: ReadonlySet<string>, to: string): string | undefined {
  if (neighbours.has(to)) return to
  const fitting = routes.filter((route) => matches(route.to, to))
  const exact = fitting.find((route) => route.to === to)
  return (exact ?? fitting.toSorted((a, b) => b.to.length - a.to.length)[0])?.via
}
