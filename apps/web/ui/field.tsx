import { type ComponentProps, type ReactNode, useId } from 'react'

type FieldProps = {
  label: string
  error?: string | undefined
  hint?: ReactNode
  wide?: boolean
  children: (ids: FieldIds) => ReactNode
}

type FieldIds = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined; className: string }

/** Label, control, hint and error of one input, tied together for screen readers. */
export function Field({ label, error, hint, wide, children }: FieldProps) {
  const id = useId()
  const describedBy = [hint !== undefined ? `${id}-hint` : '', error !== undefined ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={wide ? 'field wide' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': error === undefined ? undefined : true,
        className: 'input',
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="muted small">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="error-text small">
          {error}
        </p>
      )}
    </div>
  )
}

type TextProps = Omit<FieldProps, 'children'> & Omit<ComponentProps<'input'>, 'id' | 'className'>

/** One-line input with its label. */
export function TextField({ label, error, hint, wide, ...input }: TextProps) {
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })} {...(wide === undefined ? {} : { wide })}>
      {(ids) => <input {...ids} {...input} />}
    </Field>
  )
}

type SelectProps = Omit<FieldProps, 'children'> & {
  value: string
  onPick: (value: string) => void
  choices: readonly { value: string; label: string }[]
  /** First choice, meaning "not limited". */
  all?: string
}

/** Native choice list with its label. */
export function SelectField({ label, error, hint, wide, value, onPick, choices, all }: SelectProps) {
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })} {...(wide === undefined ? {} : { wide })}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => onPick(event.target.value)}>
          {all !== undefined && <option value="">{all}</option>}
          {choices.map((c) => (
            <option key={c.value} value={c.value}>
              {c.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
