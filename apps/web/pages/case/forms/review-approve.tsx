import { useQuery } from '@tanstack/react-query'
import { reading } from '../../../client.ts'
import { yuan } from '../../../format.ts'
import { Field } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 审批同意：测评结论不符合的，写明理由。 */
export function ApproveForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { text: '同意审核意见', explanation: '' })
  const { caseNo } = view.head
  const sheet = useQuery(reading('casework.read-sheet', { params: { caseNo }, query: { as: 'kept' } })).data
  const figures = sheet?.figures
  const explain = sheet !== undefined && sheet.conclusion !== 'eligible'
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      {figures?.eligible === true && (
        <p>
          每月 <strong>{yuan(figures.total)}</strong> 元（基本 {yuan(figures.base)}，分类施保 {yuan(figures.topUp)}），
          {figures.counted} 人
        </p>
      )}
      <Field label="审批意见" required={false} wide error={problems.text}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.text}
            maxLength={2000}
            onChange={(event) => set({ ...form, text: event.target.value })}
          />
        )}
      </Field>
      {(explain || form.explanation !== '') && (
        <Field label="测评结论为不符合，仍同意的理由" wide error={problems.explanation}>
          {(ids) => (
            <textarea
              {...ids}
              value={form.explanation}
              maxLength={2000}
              onChange={(event) => set({ ...form, explanation: event.target.value })}
            />
          )}
        </Field>
      )}
    </FormFrame>
  )
}
