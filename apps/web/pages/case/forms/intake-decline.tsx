import { Field, TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 不予受理：事实和依据；理由另填，一并写入告知书。 */
export function DeclineForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { facts: '', clause: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <Field label="认定的事实" wide error={problems.facts}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.facts}
            maxLength={2000}
            onChange={(event) => set({ ...form, facts: event.target.value })}
          />
        )}
      </Field>
      <TextField
        label="依据的条款"
        value={form.clause}
        maxLength={400}
        error={problems.clause}
        onChange={(event) => set({ ...form, clause: event.target.value })}
        wide
      />
    </FormFrame>
  )
}
