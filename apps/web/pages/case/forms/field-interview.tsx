import { DateField } from '../../../ui/date-field.tsx'
import { Field, SelectField, TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 邻里访问或信函索证。 */
export function InterviewForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { kind: 'neighbour', on: '', who: '', relation: '', statement: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <div className="form-grid">
        <SelectField
          label="方式"
          value={form.kind}
          choices={[
            { value: 'neighbour', label: '邻里访问' },
            { value: 'letter', label: '信函索证' },
          ]}
          onPick={(kind) => set({ ...form, kind })}
        />
        <DateField
          label="日期"
          value={form.on}
          error={problems.on}
          onChange={(event) => set({ ...form, on: event.target.value })}
        />
        <TextField
          label={form.kind === 'letter' ? '答复单位或个人' : '被访人姓名'}
          value={form.who}
          error={problems.who}
          maxLength={60}
          onChange={(event) => set({ ...form, who: event.target.value })}
        />
        <TextField
          label="与申请家庭的关系"
          value={form.relation}
          maxLength={60}
          onChange={(event) => set({ ...form, relation: event.target.value })}
        />
      </div>
      <Field label="内容" wide error={problems.statement}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.statement}
            maxLength={2000}
            onChange={(event) => set({ ...form, statement: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
