import { Link } from '@tanstack/react-router'
import { TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 受理：登记检查的提示核对后受理。 */
export function AcceptForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { warningsSeen: false, note: '' })
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      <p>
        <Link to="/intake/$caseNo" params={{ caseNo: view.head.caseNo }} search={{ part: 'review' }}>
          打开申请录入页，逐项检查
        </Link>
      </p>
      {problems.warningsSeen !== undefined && <p className="notice amber">{problems.warningsSeen}</p>}
      <label className="choice">
        <input
          type="checkbox"
          checked={form.warningsSeen}
          onChange={(event) => set({ ...form, warningsSeen: event.target.checked })}
        />
        <span>登记检查的提示（如与其他家庭重复）已核对</span>
      </label>
      <TextField
        label="备注（可不填）"
        value={form.note}
        maxLength={400}
        onChange={(event) => set({ ...form, note: event.target.value })}
      />
    </FormFrame>
  )
}
