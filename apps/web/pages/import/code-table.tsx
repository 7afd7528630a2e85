import type { Inspected } from './inspected.ts'

type CodeTableProps = {
  target: Inspected['target'][number]
  seen: readonly string[]
  codes: Record<string, string>
  onChange: (codes: Record<string, string>) => void
}

/** The code a value already is, by code or by its Chinese label. */
export function knownCode(value: string, choices: readonly { code: string; label: string }[]): string {
  return choices.find((c) => c.code === value || c.label === value)?.code ?? ''
}

/** Their values of one coded column against our codes; what is already ours needs nothing. */
export function CodeTable({ target, seen, codes, onChange }: CodeTableProps) {
  const choices = target.choices ?? []
  return (
    <details open={seen.some((value) => (codes[value] ?? knownCode(value, choices)) === '')}>
      <summary>
        {target.label}的代码（{seen.length} 种写法）
      </summary>
      <table className="data">
        <thead>
          <tr>
            <th scope="col">名册的写法</th>
            <th scope="col">本系统的代码</th>
          </tr>
        </thead>
        <tbody>
          {seen.map((value) => {
            const id = `code-${target.column}-${value}`
            return (
              <tr key={value}>
                <th scope="row">
                  <label htmlFor={id}>{value}</label>
                </th>
                <td>
                  <select
                    id={id}
                    className="input"
                    value={codes[value] ?? knownCode(value, choices)}
                    onChange={(event) => onChange({ ...codes, [value]: event.target.value })}
                  >
                    <option value="">（不对应，按原样检查）</option>
                    {choices.map((c) => (
                      <option key={c.code} value={c.code}>
                        {c.label}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </details>
  )
}
