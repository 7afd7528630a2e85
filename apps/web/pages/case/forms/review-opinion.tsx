import { Field, FieldGroup } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** What a rank that agrees usually writes; whoever does not agree writes why. */
const agreed = '经审核，情况属实，程序完备，同意上报。'

/** The sentence of those who agree is no reason of one who does not, and the other way round it comes back. */
function textFor(agrees: boolean, text: string): string {
  if (agrees) return text.trim() === '' ? agreed : text
  return text === agreed ? '' : text
}

/** One rank of the township: agrees or not, in his own words. */
export function OpinionForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { agrees: true, text: agreed })
  return (
    <FormFrame label={form.agrees ? move.label : '签署不同意意见'} busy={busy} onSubmit={() => submit(form)}>
      <FieldGroup label="意见" wide required>
        <div className="row">
          {([true, false] as const).map((agrees) => (
            <label key={String(agrees)} className="choice">
              <input
                type="radio"
                name="agrees"
                checked={form.agrees === agrees}
                onChange={() => set({ agrees, text: textFor(agrees, form.text) })}
              />
              {agrees ? '同意' : '不同意'}
            </label>
          ))}
        </div>
      </FieldGroup>
      <Field
        label="意见和理由"
        required={false}
        wide
        error={problems.text}
        {...(form.agrees ? {} : { hint: '不同意的，请写明理由，至少 4 个字' })}
      >
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
