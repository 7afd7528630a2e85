import { DateField } from '../../../ui/date-field.tsx'
import { Field } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 拒不配合的情形，终止办理前登记。 */
export function TerminateForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { on: '', what: '', tried: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit({ occasions: [form] })}>
      <DateField
        label="日期"
        value={form.on}
        error={problems['occasions.0.on']}
        onChange={(event) => set({ ...form, on: event.target.value })}
      />
      <Field label="拒不配合的情形" wide error={problems['occasions.0.what'] ?? problems.occasions}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.what}
            maxLength={1000}
            onChange={(event) => set({ ...form, what: event.target.value })}
          />
        )}
      </Field>
      <Field label="已做的工作" wide>
        {(ids) => (
          <textarea
            {...ids}
            value={form.tried}
            maxLength={1000}
            onChange={(event) => set({ ...form, tried: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
