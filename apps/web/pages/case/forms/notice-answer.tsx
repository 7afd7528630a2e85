import { Field } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 异议的书面答复: the same text answers every open objection of the case. */
export function AnswerForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { answer: '' })
  const open = view.objections.filter((each) => each.kind === 'objection' && each.outcome === null)
  const upheld = move.command === 'uphold'
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form, { reason: form.answer })}>
      <ul className="stack-small">
        {open.map((objection) => (
          <li key={objection.objectionNo}>
            <span className="mono small">{objection.objectionNo}</span> {objection.text}
          </li>
        ))}
      </ul>
      <Field
        label="核实情况和答复"
        wide
        hint={upheld ? '公示对该户撤下，案件退回所选步骤，重办后再次公示。' : '公示继续，停表的天数顺延。'}
        error={problems.answer}
      >
        {(ids) => (
          <textarea {...ids} value={form.answer} maxLength={2000} onChange={(event) => set({ answer: event.target.value })} />
        )}
      </Field>
    </FormFrame>
  )
}
