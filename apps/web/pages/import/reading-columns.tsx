import { type FormEvent, useState } from 'react'
import type { LedgerReading, ReadAnswers, ReadSheet } from '#registry/contract'
import { TextField } from '../../ui/field.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { letterOf } from './import-words.ts'
import { takenFor } from './reading-grid.tsx'

type Fields = LedgerReading['fields']
type SendProps = { sheet: ReadSheet; busy: boolean; onSend: (answers: ReadAnswers) => void }

function FieldChoice({ name, value, fields, label }: { name: string; value: string; fields: Fields; label: string }) {
  const groups = Map.groupBy(fields, ({ group }) => group)
  return (
    <select className="input" name={name} defaultValue={value} aria-label={label}>
      <option value="">不使用</option>
      {[...groups].map(([group, each]) => (
        <optgroup key={group} label={group}>
          {each.map(({ field, label: text }) => (
            <option key={field} value={field}>
              {text}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}

/** Another place of the header: the sheet is read again from there. */
export function HeaderForm({ sheet, busy, onSend }: SendProps) {
  const [wrong, setWrong] = useState<string>()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const from = Number(form.get('from'))
    const to = Number(form.get('to'))
    const isRight = Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= from && to - from < 10
    setWrong(isRight ? undefined : '请填表头的首行和末行，末行不小于首行，最多 10 行')
    if (isRight) onSend({ [`header:${sheet.name}`]: { from: String(from), to: String(to) } })
  }
  const at = (row: number) => (row === 0 ? '' : String(row))
  return (
    <form className="filters" onSubmit={submit} noValidate aria-label={`工作表“${sheet.name}”的表头位置`}>
      <TextField label="表头首行" name="from" inputMode="numeric" defaultValue={at(sheet.headerFrom)} error={wrong} />
      <TextField label="表头末行" name="to" inputMode="numeric" defaultValue={at(sheet.headerTo)} />
      <button type="submit" className="button" disabled={busy}>
        按这个表头重新读
      </button>
    </form>
  )
}

/** Columns with samples and what each is taken for; whoever may answer takes one for something else. */
export function ColumnsForm({ sheet, fields, busy, onSend }: SendProps & { fields: Fields }) {
  const columns = sheet.columns.filter(({ path }) => path.length > 0)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const changed = columns.flatMap((column) => {
      const value = String(form.get(`c${column.at}`) ?? '')
      return value === (column.field ?? '') ? [] : [[String(column.at), value] as const]
    })
    if (changed.length > 0) onSend({ [`columns:${sheet.name}`]: Object.fromEntries(changed) })
  }
  return (
    <form className="stack-small" onSubmit={submit} noValidate aria-label={`工作表“${sheet.name}”的各列`}>
      <ColumnsTable sheet={sheet} fields={fields} isEdited />
      <div className="row">
        <button type="submit" className="button" disabled={busy}>
          按改动重新读
        </button>
      </div>
    </form>
  )
}

/** The same to look at. */
export function ColumnsTable({ sheet, fields, isEdited = false }: { sheet: ReadSheet; fields: Fields; isEdited?: boolean }) {
  return (
    <Scroller label={`工作表“${sheet.name}”的各列，可左右滚动`}>
      <table className="data columns">
        <caption className="hidden">工作表“{sheet.name}”各列读作什么</caption>
        <thead>
          <tr>
            <th scope="col">列</th>
            <th scope="col">表头</th>
            <th scope="col">内容举例</th>
            <th scope="col">读作</th>
          </tr>
        </thead>
        <tbody>
          {sheet.columns
            .filter(({ path }) => path.length > 0)
            .map((column) => (
              <tr key={column.at}>
                <td>{letterOf(column.at)}</td>
                <th scope="row">
                  {column.path.join(' › ')}
                  {column.hidden && <span className="muted small">（隐藏列）</span>}
                </th>
                <td className="samples small">{column.sample.slice(0, 3).join('、')}</td>
                <td>
                  {isEdited ? (
                    <FieldChoice
                      name={`c${column.at}`}
                      value={column.field ?? ''}
                      fields={fields}
                      label={`${column.path.join(' ')}读作`}
                    />
                  ) : (
                    takenFor(column, fields)
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </Scroller>
  )
}
