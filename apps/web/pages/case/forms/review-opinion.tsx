import { Field } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** One rank of the township: agrees or not, in his own words. */
export function OpinionForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { agrees: true, text: '' })
  return (
    <FormFrame label={form.agrees ? move.label : '签署不同意意见'} busy={busy} onSubmit={() => submit(form)}>
      <fieldset className="field wide">
        <legend>意见</legend>
        <div className="row">
          {([true, false] as const).map((agrees) => (
            <label key={String(agrees)} className="choice">
              <input type="radio" name="agrees" checked={form.agrees === agrees} onChange={() => set({ ...form, agrees })} />
              {agrees ? '同意' : '不同意'}
            </label>
          ))}
        </div>
      </fieldset>
      <Field label="意见和理由" wide error={problems.text}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.text}
            maxLength={2000}
            onChange={(event) => set({ ...form, text: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
