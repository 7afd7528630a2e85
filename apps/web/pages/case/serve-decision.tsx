import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DecisionView } from '#casework/contract'
import { CallProblem, call } from '../../client.ts'
import { useCan, useToday } from '../../session.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const ways = [
  { value: 'direct', label: '直接送达' },
  { value: 'left', label: '留置送达' },
  { value: 'post', label: '邮寄送达' },
  { value: 'electronic', label: '电子送达' },
  { value: 'proxy', label: '委托送达' },
] as const

const empty = { way: 'direct' as (typeof ways)[number]['value'], receivedBy: '', relation: '本人', witness: '' }
export type Service = typeof empty & { servedOn: string }

/** What is missing, by field. */
function missingIn(form: Service): Partial<Record<keyof Service, string>> {
  return {
    ...(form.servedOn === '' ? { servedOn: '请填写送达日期' } : {}),
    ...(form.receivedBy.trim().length < 2 ? { receivedBy: '请填写签收人；留置送达的填写应签收的人' } : {}),
    ...(form.way === 'left' && form.witness.trim() === '' ? { witness: '留置送达须有见证人，请填写姓名' } : {}),
  }
}

/** The sending of a service, wherever it goes. */
type Serving = Pick<UseMutationResult<unknown, Error, Service>, 'error' | 'isError' | 'isPending' | 'mutate'>

/** What is registered of the service of a letter. */
export function ServeForm({ serving, onClose }: { serving: Serving; onClose: () => void }) {
  const today = useToday()
  const [form, set] = useState<Service>({ ...empty, servedOn: today })
  const [missing, setMissing] = useState<ReturnType<typeof missingIn>>({})
  const change = (part: Partial<Service>) => set({ ...form, ...part })
  const fields = serving.error instanceof CallProblem ? serving.error.fields : []
  const problem = (name: keyof Service) => missing[name] ?? fields.find(({ path }) => path === name)?.message
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const wrong = missingIn(form)
        setMissing(wrong)
        if (Object.keys(wrong).length === 0) serving.mutate(form)
      }}
    >
      <SelectField label="送达方式" value={form.way} onPick={(way) => change({ way: way as typeof form.way })} choices={ways} />
      <DateField
        label="送达日期"
        value={form.servedOn}
        error={problem('servedOn')}
        onChange={(event) => change({ servedOn: event.target.value })}
      />
      <TextField
        label="签收人"
        maxLength={60}
        value={form.receivedBy}
        error={problem('receivedBy')}
        onChange={(event) => change({ receivedBy: event.target.value })}
      />
      <TextField
        label="与申请人关系"
        maxLength={60}
        value={form.relation}
        onChange={(event) => change({ relation: event.target.value })}
      />
      {form.way === 'left' && (
        <TextField
          label="见证人"
          required={false}
          maxLength={60}
          value={form.witness}
          error={problem('witness')}
          onChange={(event) => change({ witness: event.target.value })}
        />
      )}
      {serving.isError && fields.length === 0 && <ErrorPanel error={serving.error} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={serving.isPending}>
          登记送达
        </button>
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </form>
  )
}

function ServeDialog({ caseNo, decisionNo, onClose }: { caseNo: string; decisionNo: string; onClose: () => void }) {
  const queries = useQueryClient()
  const serving = useMutation({
    mutationFn: (form: Service) => call('casework.notify-decision', { params: { caseNo }, body: { ...form, decisionNo } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['casework.open-case'] })
      onClose()
    },
  })
  return (
    <Dialog title={`登记决定 ${decisionNo} 的送达`} onClose={onClose}>
      <ServeForm serving={serving} onClose={onClose} />
    </Dialog>
  )
}

/** 登记送达：从此不能再撤回。 */
export function ServeDecision({ caseNo, decision }: { caseNo: string; decision: DecisionView }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (decision.notifiedAt !== null || decision.undoneAt !== null || !can('casework.notify')) return null
  return (
    <div className="no-print">
      <button type="button" className="button" onClick={() => setOpen(true)}>
        登记送达
      </button>
      {open && <ServeDialog caseNo={caseNo} decisionNo={decision.decisionNo} onClose={() => setOpen(false)} />}
    </div>
  )
}
