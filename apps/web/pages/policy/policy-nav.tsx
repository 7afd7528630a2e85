import { Link } from '@tanstack/react-router'
import { Tag } from '../../ui/tag.tsx'
import { markWords } from './words.ts'

/** The desk's pages. */
export function PolicyNav() {
  const all = { includeSearch: false }
  return (
    <nav className="tabs no-print" aria-label="政策">
      <ul>
        <li>
          <Link to="/policy" activeOptions={{ ...all, exact: true }}>
            政策包
          </Link>
        </li>
        <li>
          <Link to="/policy/revisions" activeOptions={all}>
            修订与发布
          </Link>
        </li>
        <li>
          <Link to="/policy/difference" activeOptions={all}>
            比较
          </Link>
        </li>
        <li>
          <Link to="/policy/replay" activeOptions={all}>
            测算
          </Link>
        </li>
      </ul>
    </nav>
  )
}

/** What the marks of values mean. */
export function MarkLegend() {
  return (
    <ul className="legend" aria-label="可靠程度">
      {Object.values(markWords).map(({ label, tone, meaning }) => (
        <li key={label}>
          <Tag tone={tone}>{label}</Tag> {meaning}
        </li>
      ))}
    </ul>
  )
}
