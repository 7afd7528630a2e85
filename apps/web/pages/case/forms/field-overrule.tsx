import { DateField } from '../../../ui/date-field.tsx'
import { Field, TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 重新调查后仍未通过：与区级会商的意见。 */
export function OverruleForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { with: '', on: '', opinion: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <div className="form-grid">
        <TextField
          label="会商的区级人员"
          value={form.with}
          error={problems.with}
          maxLength={60}
          onChange={(event) => set({ ...form, with: event.target.value })}
        />
        <DateField
          label="会商日期"
          value={form.on}
          error={problems.on}
          onChange={(event) => set({ ...form, on: event.target.value })}
        />
      </div>
      <Field label="会商意见和证据" wide error={problems.opinion}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.opinion}
            maxLength={2000}
            onChange={(event) => set({ ...form, opinion: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
