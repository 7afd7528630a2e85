import { useState } from 'react'
import type { TimelineEntry } from '#verification/contract'
import { actor, instant } from '../../format.ts'
import { reachable } from '../../ui/scroller.tsx'

const first = 12

/** What happened to this household and who looked at it, newest first; the long tail opens on demand. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? entries : entries.slice(0, first)
  return (
    <aside id="timeline" className="card trace" aria-labelledby="timeline-title" {...reachable}>
      <h2 id="timeline-title">留痕</h2>
      {entries.length === 0 ? (
        <p className="muted">还没有记录。</p>
      ) : (
        <ol>
          {shown.map((entry) => (
            <li key={`${entry.at}${entry.kind}${entry.text}`} className={`trace-${entry.kind}`}>
              <time dateTime={entry.at} className="muted small">
                {instant(entry.at)}
              </time>
              <p>{entry.text}</p>
              <p className="muted small">{actor(entry.by)}</p>
            </li>
          ))}
        </ol>
      )}
      {entries.length > first && !all && (
        <button type="button" className="button no-print" onClick={() => setAll(true)}>
          其余 {entries.length - first} 条
        </button>
      )}
    </aside>
  )
}
