import { count } from '../format.ts'
import type { Tone } from '../wording.ts'

type Segment = { key: string; label: string; tone: Tone; value: number }

/** Parts of a whole as one bar. The message ('已签发 120 户，查询中 8 户') is its accessible name. */
export function Bar({
  segments,
  total,
  unit,
  thin,
}: {
  segments: readonly Segment[]
  total: number
  unit: string
  thin?: boolean
}) {
  const shown = segments.filter((s) => s.value > 0)
  const message = shown.map((s) => `${s.label} ${count(s.value)} ${unit}`).join('，')
  return (
    <div className={thin ? 'bar thin' : 'bar'} role="img" aria-label={message === '' ? `共 0 ${unit}` : message} title={message}>
      {total > 0 &&
        shown.map((s) => <span key={s.key} className={`fill-${s.tone}`} style={{ width: `${(s.value / total) * 100}%` }} />)}
    </div>
  )
}

/** What the colours of a bar mean. */
export function Legend({ items }: { items: readonly { key: string; label: string; tone: Tone }[] }) {
  return (
    <ul className="legend" aria-label="图例">
      {items.map((x) => (
        <li key={x.key}>
          <i className={`fill-${x.tone}`} aria-hidden="true" />
          {x.label}
        </li>
      ))}
    </ul>
  )
}
