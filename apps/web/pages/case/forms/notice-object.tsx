import { emptyStatement } from '../../objection/statement.ts'
import { StatementFields } from '../../objection/statement-fields.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 登记异议: who objects is sealed, the timeline only says that somebody did. */
export function ObjectForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, emptyStatement)
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form, { reason: '收到公示异议，登记核实' })}>
      <StatementFields statement={form} onChange={set} problems={problems} />
    </FormFrame>
  )
}
