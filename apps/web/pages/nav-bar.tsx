import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { reading } from '../client.ts'
import { homeOf } from '../session.ts'
import { type Group, groupsOf, type Page, pagesOf } from './navigation.ts'

/** As many pages stand in the bar one by one; more are shown by group. */
const mostFlat = 6

function PageLink({ page }: { page: { to: Page['to'] | '/'; label: string } }) {
  return (
    <Link to={page.to} activeOptions={{ includeSearch: false, exact: page.to === '/' }}>
      {page.label}
    </Link>
  )
}

type GroupProps = {
  group: Group
  pages: readonly Page[]
  path: string
  open: boolean
  onOpen: (open: boolean) => void
}

/** A named group: on a wide screen a button that opens its pages, on a narrow one a heading above them. */
function NavGroup({ group, pages, path, open, onOpen }: GroupProps) {
  const id = useId()
  const current = pages.some((page) => path === page.to || path.startsWith(`${page.to}/`))
  return (
    <div className="nav-group" data-open={open}>
      <button
        type="button"
        className="nav-head"
        aria-expanded={open}
        aria-controls={id}
        data-current={current}
        onClick={() => onOpen(!open)}
      >
        {group}
      </button>
      <span className="nav-label" id={`${id}-label`}>
        {group}
      </span>
      <ul className="nav-list" id={id} aria-labelledby={`${id}-label`}>
        {pages.map((page) => (
          <li key={page.to}>
            <PageLink page={page} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The page a role begins on, then those it works with: one by one when they are few, otherwise in named groups. */
export function NavBar({ path }: { path: string }) {
  const session = useQuery(reading('identity.read-session', {})).data
  const role = session?.roles[0] ?? ''
  const [opened, setOpened] = useState<{ group: Group; path: string } | null>(null)
  const bar = useRef<HTMLElement>(null)
  // another page closes what was open
  const open = opened?.path === path ? opened.group : null
  useEffect(() => {
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && bar.current?.contains(event.target) === false) setOpened(null)
    }
    const closing = (event: KeyboardEvent) => {
      const head = bar.current?.querySelector<HTMLElement>('[aria-expanded="true"]')
      if (event.key !== 'Escape' || head === null || head === undefined) return
      setOpened(null)
      head.focus()
    }
    document.addEventListener('pointerdown', elsewhere)
    document.addEventListener('focusin', elsewhere)
    document.addEventListener('keydown', closing)
    return () => {
      document.removeEventListener('pointerdown', elsewhere)
      document.removeEventListener('focusin', elsewhere)
      document.removeEventListener('keydown', closing)
    }
  }, [])
  const flat = pagesOf(role).length <= mostFlat
  const home = homeOf(session?.permissions ?? [])
  const own = pagesOf(role).find(({ to }) => to === home)
  return (
    <nav className={flat ? 'nav nav-flat' : 'nav'} aria-label="主要功能" ref={bar}>
      {session !== undefined && <PageLink page={own ?? { to: '/', label: '首页' }} />}
      {groupsOf(role, home).map(({ group, pages }) =>
        flat ? (
          pages.map((page) => <PageLink key={page.to} page={page} />)
        ) : pages.length === 1 ? (
          <div key={group}>
            <span className="nav-label">{group}</span>
            {pages.map((page) => (
              <PageLink key={page.to} page={page} />
            ))}
          </div>
        ) : (
          <NavGroup
            key={group}
            group={group}
            pages={pages}
            path={path}
            open={open === group}
            onOpen={(now) => setOpened(now ? { group, path } : null)}
          />
        ),
      )}
    </nav>
  )
}
