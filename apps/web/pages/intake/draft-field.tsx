import type { DraftColumn, DraftGap, SectionName } from '#casework/contract'
import { ACCOUNT_COLUMNS } from '#casework/words'
import { CODE_LISTS } from '#kernel/terms'
import { DateEntry } from '../../ui/date-field.tsx'
import { Field } from '../../ui/field.tsx'
import type { Saving } from './use-saving.ts'

type FieldProps = {
  saving: Saving
  section: SectionName
  row: string
  column: DraftColumn
  known: boolean
  gap: DraftGap | undefined
}

type Choice = { value: string; label: string }

function choicesOf(column: DraftColumn, saving: Saving): Choice[] {
  if (column.kind === 'yesno') {
    return [
      { value: 'yes', label: '是' },
      { value: 'no', label: '否' },
    ]
  }
  if (column.kind === 'member') {
    return saving.view.draft.members.map((row) => ({
      value: row.id,
      label: saving.valueOf('members', row.id, 'name') || '未填姓名',
    }))
  }
  const list: Readonly<Record<string, string>> = column.codes === undefined ? (column.choices ?? {}) : CODE_LISTS[column.codes]
  return Object.entries(list).map(([value, label]) => ({ value, label }))
}

const listed = new Set(['code', 'choice', 'yesno', 'member'])
const days = new Set(['date', 'month'])
const numeric = new Set(['money', 'count', 'area'])

/** The account of a household that is or was paid changes by two persons, not here. */
function isKeptAccount(saving: Saving, section: SectionName, { name }: DraftColumn): boolean {
  return section === 'household' && ACCOUNT_COLUMNS.has(name) && saving.view.draft.household.values.account_kept === 'yes'
}

/** What is written under a field: where its value comes from, or that it has to be filled. */
function hintOf({ column, known, gap }: FieldProps, value: string): string | undefined {
  if (known) return '登记信息中已有，待确认'
  if (value === '' && gap !== undefined) return '必填'
  return column.hint
}

/** One column of a row, saved as it is typed. */
export function DraftField(props: FieldProps) {
  const { saving, section, row, column, gap } = props
  const value = saving.valueOf(section, row, column.name)
  const kept = isKeptAccount(saving, section, column)
  const locked = !saving.view.editable || kept
  const change = (text: string): void => saving.set(section, row, column.name, text)
  const hint = kept ? '在保家庭的账户不在申请中更改' : hintOf(props, value)
  const error = value !== '' ? gap?.message : undefined
  return (
    <Field
      label={column.label}
      error={error}
      required={value === '' && gap !== undefined}
      wide={column.kind === 'long'}
      {...(hint === undefined ? {} : { hint })}
    >
      {(ids) =>
        column.kind === 'long' ? (
          <textarea {...ids} value={value} maxLength={2000} disabled={locked} onChange={(event) => change(event.target.value)} />
        ) : listed.has(column.kind) ? (
          <select {...ids} value={value} disabled={locked} onChange={(event) => change(event.target.value)}>
            <option value="">请选择</option>
            {choicesOf(column, saving).map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        ) : days.has(column.kind) ? (
          <DateEntry
            {...ids}
            month={column.kind === 'month'}
            value={value}
            disabled={locked}
            onChange={(event) => change(event.target.value)}
          />
        ) : (
          <input
            {...ids}
            type="text"
            inputMode={numeric.has(column.kind) ? 'decimal' : undefined}
            autoComplete="off"
            value={value}
            maxLength={200}
            disabled={locked}
            onChange={(event) => change(event.target.value)}
          />
        )
      }
    </Field>
  )
}
