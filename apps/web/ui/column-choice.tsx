type ColumnChoiceProps = {
  /** columns that can be left out */
  columns: readonly { key: string; label: string }[]
  hidden: readonly string[]
  onChange: (hidden: readonly string[]) => void
}

/** Which columns of a list are shown. */
export function ColumnChoice({ columns, hidden, onChange }: ColumnChoiceProps) {
  return (
    <details className="menu wide-only">
      <summary className="button">列</summary>
      <fieldset className="card menu-body">
        <legend className="hidden">显示哪些列</legend>
        {columns.map(({ key, label }) => (
          <label key={key} className="choice">
            <input
              type="checkbox"
              checked={!hidden.includes(key)}
              onChange={(event) => onChange(event.target.checked ? hidden.filter((x) => x !== key) : [...hidden, key])}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
    </details>
  )
}

type Width = { readonly width: string }
const gap = 12
const edges = 40

/** The columns of a list as CSS takes them, and the least width at which none is cut off. */
export function columnStyle(columns: readonly Width[]): Record<string, string> {
  const least = columns.reduce((sum, { width }) => sum + Number(/\d+(?=px)/.exec(width)?.[0] ?? 0) + gap, edges - gap)
  return { '--columns': columns.map(({ width }) => width).join(' '), '--least': `${least}px` }
}
