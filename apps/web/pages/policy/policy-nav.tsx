import { Link } from '@tanstack/react-router'
import { Tag } from '../../ui/tag.tsx'
import { markWords } from './words.ts'

/** The desk's pages. */
export function PolicyNav() {
  return (
    <nav className="row no-print" aria-label="政策">
      <Link to="/policy" className="button" activeOptions={{ exact: true, includeSearch: false }}>
        政策包
      </Link>
      <Link to="/policy/revisions" className="button" activeOptions={{ includeSearch: false }}>
        修订与发布
      </Link>
      <Link to="/policy/difference" className="button" activeOptions={{ includeSearch: false }}>
        比较
      </Link>
      <Link to="/policy/replay" className="button" activeOptions={{ includeSearch: false }}>
        测算
      </Link>
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
