import { type ComponentProps, type ReactNode, useId } from 'react'

type FieldProps = {
  label: string
  error?: string | undefined
  hint?: ReactNode
  wide?: boolean
  /** left out: as `mustFill` has it */
  required?: boolean | undefined
  children: (ids: FieldIds) => ReactNode
}

type FieldIds = {
  id: string
  required: boolean
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
  className: string
}

/** One rule for all forms: what is checked has to be filled in, unless the form or its label says that it may be left out. */
function mustFill(field: { label: string; error?: string | undefined; required?: boolean | undefined }): boolean {
  return field.required ?? ('error' in field && !/可不|选填|留空/.test(field.label))
}

type NotesProps = { id: string } & Pick<FieldProps, 'hint' | 'error'>

/** What helps to answer a question, and what is wrong with the answer. */
function Notes({ id, hint, error }: NotesProps) {
  return (
    <>
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
    </>
  )
}

/** Label, control, hint and error of one input, tied together for screen readers. */
export function Field(props: FieldProps) {
  const { label, error, hint, wide, children } = props
  const id = useId()
  const required = mustFill(props)
  const describedBy = [hint !== undefined ? `${id}-hint` : '', error !== undefined ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={wide ? 'field wide' : 'field'}>
      <label htmlFor={id} className={required && !label.includes('必填') ? 'must' : undefined}>
        {label}
      </label>
      {children({
        id,
        required,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': error === undefined ? undefined : true,
        className: 'input',
      })}
      <Notes id={id} hint={hint} error={error} />
    </div>
  )
}

type GroupProps = Omit<FieldProps, 'children'> & Omit<ComponentProps<'fieldset'>, 'aria-describedby'>

/** Several controls that answer one question: its words, marked as a single input is, and what is wrong with the answer. */
export function FieldGroup(props: GroupProps) {
  const { label, error, hint, wide, required: _, className = 'field', children, ...more } = props
  const id = useId()
  const required = mustFill(props)
  const describedBy = [required && `${id}-must`, hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter((each) => each !== false)
    .join(' ')
  return (
    <fieldset
      {...more}
      className={wide ? `${className} wide` : className}
      aria-describedby={describedBy === '' ? undefined : describedBy}
    >
      <legend className={required && !label.includes('必填') ? 'strong must' : 'strong'}>{label}</legend>
      {required && (
        <span id={`${id}-must`} hidden>
          必填
        </span>
      )}
      {children}
      <Notes id={id} hint={hint} error={error} />
    </fieldset>
  )
}

type TextProps = Omit<FieldProps, 'children'> & Omit<ComponentProps<'input'>, 'id' | 'className'>

/** One-line input with its label. */
export function TextField(props: TextProps) {
  const { label, error, hint, wide, required: _, ...input } = props
  return (
    <Field
      label={label}
      error={error}
      required={mustFill(props)}
      {...(hint === undefined ? {} : { hint })}
      {...(wide === undefined ? {} : { wide })}
    >
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
export function SelectField(props: SelectProps) {
  const { label, error, hint, wide, value, onPick, choices, all } = props
  return (
    <Field
      label={label}
      error={error}
      required={mustFill(props)}
      {...(hint === undefined ? {} : { hint })}
      {...(wide === undefined ? {} : { wide })}
    >
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
