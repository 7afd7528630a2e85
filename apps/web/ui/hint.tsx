import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { hintOf } from '#identity/hints'
import type { Todo } from '#kernel/todo'
import { reading } from '../client.ts'
import { parseSearch } from './search.ts'

function AddressLink({ to, label }: { to: string; label: string }) {
  const { pathname, search, hash } = new URL(to, window.location.origin)
  return (
    <Link to={decodeURI(pathname)} search={parseSearch(search)} hash={hash.slice(1)}>
      {label}
    </Link>
  )
}

/** What is to be done: a link for whoever can do it, otherwise whom to ask. */
export function Hint({ todo, lead = '' }: { todo: Todo; lead?: string }) {
  const role = useQuery(reading('identity.read-session', {})).data?.roles[0] ?? ''
  const here = useLocation({ select: ({ pathname }) => pathname })
  const { what, who, link } = hintOf(todo, role)
  const leads = link !== null && link.to !== here
  return (
    <span className="hint">
      {lead !== '' && <strong>{lead}</strong>}
      {what}
      {who !== null && `，由${who}办理`}。{leads && <AddressLink {...link} />}
    </span>
  )
}
