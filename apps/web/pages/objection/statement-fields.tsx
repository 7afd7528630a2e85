import { Field, FieldGroup, TextField } from '../../ui/field.tsx'
import type { StatementDraft } from './statement.ts'

type Props = {
  statement: StatementDraft
  onChange: (statement: StatementDraft) => void
  problems: Readonly<Record<string, string>>
}

/** Who says what; named or not. */
export function StatementFields({ statement, onChange, problems }: Props) {
  const set = (change: Partial<StatementDraft>) => onChange({ ...statement, ...change })
  return (
    <>
      <FieldGroup label="提出方式" required>
        <label className="choice">
          <input type="radio" checked={statement.named} onChange={() => set({ named: true })} />
          <span>实名（对原经办人员保密）</span>
        </label>
        <label className="choice">
          <input type="radio" checked={!statement.named} onChange={() => set({ named: false, from: '' })} />
          <span>匿名</span>
        </label>
      </FieldGroup>
      <div className="form-grid">
        {statement.named && (
          <TextField
            label="姓名"
            value={statement.from}
            error={problems.from}
            maxLength={60}
            autoComplete="off"
            onChange={(event) => set({ from: event.target.value })}
          />
        )}
        <TextField
          label="联系方式"
          required={false}
          hint="可不填；留下后便于告知结果"
          value={statement.contact}
          error={problems.contact}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => set({ contact: event.target.value })}
        />
      </div>
      <Field label="反映的内容" wide error={problems.text}>
        {(ids) => (
          <textarea {...ids} value={statement.text} maxLength={4000} onChange={(event) => set({ text: event.target.value })} />
        )}
      </Field>
    </>
  )
}
