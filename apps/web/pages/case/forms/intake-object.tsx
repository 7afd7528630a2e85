import { DateField } from '../../../ui/date-field.tsx'
import { TextField } from '../../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../../ui/files-field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 对核对结果有异议：停表并重新委托核对；理由另填。 */
export function ObjectForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { raisedBy: view.head.applicantName, raisedOn: '', evidence: [] as KeptFile[] })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <p className="muted small">登记后停表，系统重新委托核对；新的核对报告送达后自动恢复。</p>
      <div className="form-grid">
        <TextField
          label="提出异议的人"
          value={form.raisedBy}
          maxLength={60}
          error={problems.raisedBy}
          onChange={(event) => set({ ...form, raisedBy: event.target.value })}
        />
        <DateField
          label="提出日期"
          value={form.raisedOn}
          error={problems.raisedOn}
          onChange={(event) => set({ ...form, raisedOn: event.target.value })}
        />
      </div>
      <FilesField label="证据材料（可不传）" files={form.evidence} onChange={(evidence) => set({ ...form, evidence })} max={20} />
    </FormFrame>
  )
}
