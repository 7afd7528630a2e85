import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DecisionView } from '#casework/contract'
import { CallProblem, call } from '../../client.ts'
import { useCan } from '../../session.ts'
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

const empty = { way: 'direct' as (typeof ways)[number]['value'], servedOn: '', receivedBy: '', relation: '本人', witness: '' }

function ServeForm({ caseNo, decisionNo, onDone }: { caseNo: string; decisionNo: string; onDone: () => void }) {
  const queries = useQueryClient()
  const [form, set] = useState(empty)
  const change = (part: Partial<typeof empty>) => set({ ...form, ...part })
  const serving = useMutation({
    mutationFn: () => call('casework.notify-decision', { params: { caseNo }, body: { ...form, decisionNo } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['casework.open-case'] })
      onDone()
    },
  })
  const fields = serving.error instanceof CallProblem ? serving.error.fields : []
  const problem = (name: string) => fields.find(({ path }) => path === name)?.message
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        serving.mutate()
      }}
    >
      <SelectField label="送达方式" value={form.way} onPick={(way) => change({ way: way as typeof form.way })} choices={ways} />
      <TextField
        label="送达日期"
        type="date"
        required
        value={form.servedOn}
        error={problem('servedOn')}
        onChange={(event) => change({ servedOn: event.target.value })}
      />
      <TextField
        label="签收人"
        required
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
          required
          maxLength={60}
          value={form.witness}
          onChange={(event) => change({ witness: event.target.value })}
        />
      )}
      {serving.isError && <ErrorPanel error={serving.error} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={serving.isPending}>
          登记送达
        </button>
        <button type="button" className="button" onClick={onDone}>
          取消
        </button>
      </div>
    </form>
  )
}

/** 登记送达：从此不能再撤回。 */
export function ServeDecision({ caseNo, decision }: { caseNo: string; decision: DecisionView }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (decision.notifiedAt !== null || decision.undoneAt !== null || !can('casework.notify')) return null
  return (
    <p className="no-print">
      <button type="button" className="button" onClick={() => setOpen(true)}>
        登记送达
      </button>
      {open && (
        <Dialog title={`登记决定 ${decision.decisionNo} 的送达`} onClose={() => setOpen(false)}>
          <ServeForm caseNo={caseNo} decisionNo={decision.decisionNo} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </p>
  )
}
