import { useQuery } from '@tanstack/react-query'
import { reading } from '../../../client.ts'
import { yuan } from '../../../format.ts'
import { useCan } from '../../../session.ts'
import { Field } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 作出决定：金额来自已确认的测评表。 */
export function DecideForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { note: '', accountReason: '' })
  const { caseNo } = view.head
  const can = useCan()
  const figures = useQuery(reading('casework.read-sheet', { params: { caseNo }, query: { as: 'kept' } })).data?.figures
  const householdNo = view.head.householdNo ?? ''
  const account = useQuery({
    ...reading('registry.read-account', { params: { householdNo } }),
    enabled: householdNo !== '' && can('account.read'),
  })
  const doubts = account.data?.doubts ?? []
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(form)}>
      {figures !== null && figures !== undefined && (
        <p>
          每月 <strong>{yuan(figures.total)}</strong> 元（基本 {yuan(figures.base)}，分类施保 {yuan(figures.topUp)}），
          {figures.counted} 人；决定和证书编号、起发月份、有效期由系统按政策包写入。
        </p>
      )}
      {doubts.length > 0 && (
        <>
          <p className="notice amber">发放账户须核对：{doubts.join('；')}。</p>
          <Field label="账户核对结果（必填）" wide error={problems.accountReason}>
            {(ids) => (
              <textarea
                {...ids}
                value={form.accountReason}
                maxLength={1000}
                onChange={(event) => set({ ...form, accountReason: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
      <Field label="备注（选填）" wide error={problems.note}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.note}
            maxLength={1000}
            onChange={(event) => set({ ...form, note: event.target.value })}
          />
        )}
      </Field>
    </FormFrame>
  )
}
