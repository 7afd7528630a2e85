import type { HouseholdView } from '#verification/contract'
import { HINT_NOTE } from '#verification/words'
import { instant } from '../../format.ts'

/** What member units noticed of the household: hints, none of them a decision. */
export function Changes({ view }: { view: HouseholdView }) {
  if (view.changes.length === 0) return null
  return (
    <section className="card stack" aria-labelledby="changes">
      <h2 id="changes">变动提示</h2>
      <p className="muted small">{HINT_NOTE}</p>
      <ul className="dots">
        {view.changes.map((hint) => (
          <li key={hint.hintNo}>
            <span className="strong">
              {hint.subjectName} {hint.title}
            </span>
            {hint.facts.map(({ label, value }) => `　${label} ${value}`)}
            {!hint.covered && '　授权已撤回或到期，内容不再显示'}
            <span className="muted small">　{instant(hint.receivedAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
