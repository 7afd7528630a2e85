import { DateField } from '../../../ui/date-field.tsx'
import { Field, SelectField, TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const ways = [
  { value: 'in_person', label: '当面' },
  { value: 'telephone', label: '电话' },
  { value: 'letter', label: '书面' },
]

/** 告知核对结果：何时、告知何人、怎样告知、申请人怎么说。 */
export function TellForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { toldOn: '', toldTo: view.head.applicantName, way: 'in_person', answer: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <div className="form-grid">
        <DateField
          label="告知日期"
          value={form.toldOn}
          error={problems.toldOn}
          onChange={(event) => set({ ...form, toldOn: event.target.value })}
        />
        <TextField
          label="告知何人"
          value={form.toldTo}
          maxLength={60}
          error={problems.toldTo}
          onChange={(event) => set({ ...form, toldTo: event.target.value })}
        />
        <SelectField
          label="告知方式"
          value={form.way}
          onPick={(way) => set({ ...form, way })}
          choices={ways}
          error={problems.way}
        />
      </div>
      <Field label="申请人的答复（可不填）" wide>
        {(ids) => (
          <textarea
            {...ids}
            value={form.answer}
            maxLength={2000}
            onChange={(event) => set({ ...form, answer: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
