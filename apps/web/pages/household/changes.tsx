import type { HouseholdView } from '#verification/contract'
import { instant } from '../../format.ts'

/** What member units noticed of the household: hints, none of them a decision. */
export function Changes({ view }: { view: HouseholdView }) {
  if (view.changes.length === 0) return null
  return (
    <section className="card stack" aria-labelledby="changes">
      <h2 id="changes">变动提示</h2>
      <p className="muted small">成员单位推送的提示，不是决定。请核实后由您决定如何处理，系统不会自行停发或调整待遇。</p>
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
