import { DateField } from '../../../ui/date-field.tsx'
import { TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 补正材料已收。 */
export function SupplyForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { receivedOn: '', note: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <div className="form-grid">
        <DateField
          label="收到日期"
          value={form.receivedOn}
          error={problems.receivedOn}
          onChange={(event) => set({ ...form, receivedOn: event.target.value })}
        />
        <TextField
          label="收到的材料（可不填）"
          value={form.note}
          maxLength={400}
          onChange={(event) => set({ ...form, note: event.target.value })}
        />
      </div>
    </FormFrame>
  )
}
