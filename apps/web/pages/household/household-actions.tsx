import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { HouseholdView } from '#verification/contract'
import { call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

type Ground = { value: string; label: string }
type Action = {
  key: 'suspend' | 'terminate' | 'resume' | 'rerun'
  label: string
  permission: string
  hint: string
  grounds: readonly Ground[]
}

const actions: readonly Action[] = [
  {
    key: 'rerun',
    label: '重新核对本户',
    permission: 'verification.rerun',
    hint: '各来源重新询问；新结论另成一版。',
    grounds: [],
  },
  {
    key: 'suspend',
    label: '中止',
    permission: 'verification.suspend',
    hint: '停表，查询停止；之后可以恢复。将出具核对中止报告。',
    grounds: [
      { value: 'authorisation', label: '授权撤回或有争议' },
      { value: 'identity_conflict', label: '身份信息冲突' },
      { value: 'source_outage', label: '来源中断' },
    ],
  },
  {
    key: 'terminate',
    label: '终止',
    permission: 'verification.suspend',
    hint: '本次核对到此为止，不能恢复。',
    grounds: [
      { value: 'applicant_withdrew', label: '申请人撤回申请' },
      { value: 'applicant_died', label: '申请人死亡' },
      { value: 'unit_withdrew', label: '委托单位撤回委托' },
      { value: 'refused', label: '拒绝配合核对' },
    ],
  },
  { key: 'resume', label: '恢复核对', permission: 'verification.suspend', hint: '从中止时的步骤继续。', grounds: [] },
]

/** Which of the four make sense in the household's state. */
export function actionsFor(state: HouseholdView['state']): Action['key'][] {
  if (state === 'terminated') return []
  return state === 'suspended' ? ['resume', 'terminate'] : ['rerun', 'suspend', 'terminate']
}

type SuspensionGround = 'authorisation' | 'identity_conflict' | 'source_outage'
type TerminationGround = 'applicant_withdrew' | 'applicant_died' | 'unit_withdrew' | 'refused'

function perform(key: Action['key'], view: HouseholdView, ground: string, reason: string) {
  const params = { householdNo: view.householdNo }
  const body = { reason, campaignId: view.campaignId }
  if (key === 'suspend')
    return call('verification.suspend-household', { params, body: { ...body, ground: ground as SuspensionGround } })
  if (key === 'terminate')
    return call('verification.terminate-household', { params, body: { ...body, ground: ground as TerminationGround } })
  return call(key === 'resume' ? 'verification.resume-household' : 'verification.rerun-household', { params, body })
}

function ActionDialog({ action, view, onClose }: { action: Action; view: HouseholdView; onClose: () => void }) {
  const queries = useQueryClient()
  const [ground, setGround] = useState(action.grounds[0]?.value ?? '')
  const [wrong, setWrong] = useState<string>()
  const run = useMutation({
    mutationFn: (reason: string) => perform(action.key, view, ground, reason),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['verification.open-household'] })
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    setWrong(reason.length < 4 ? '请写明理由，至少 4 个字' : undefined)
    if (reason.length >= 4) run.mutate(reason)
  }

  return (
    <Dialog title={action.label} onClose={onClose}>
      <p>{action.hint}</p>
      {run.isError && <ErrorPanel error={run.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        {action.grounds.length > 0 && (
          <SelectField label="情形" required value={ground} onPick={setGround} choices={action.grounds} />
        )}
        <Field label="理由" error={wrong}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <div className="row">
          <button type="submit" className="button primary" disabled={run.isPending}>
            {run.isPending ? '正在办理…' : action.label}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Re-run, suspend, terminate, resume: each with a reason, as far as the role allows. */
export function HouseholdActions({ view }: { view: HouseholdView }) {
  const can = useCan()
  const [key, setKey] = useState<Action['key'] | null>(null)
  const sensible = actionsFor(view.state)
  const offered = actions.filter((a) => sensible.includes(a.key) && can(a.permission))
  const chosen = actions.find((a) => a.key === key)
  return (
    <div className="row no-print">
      {offered.map((a) => (
        <button key={a.key} type="button" className="button" onClick={() => setKey(a.key)}>
          {a.label}
        </button>
      ))}
      {chosen !== undefined && <ActionDialog action={chosen} view={view} onClose={() => setKey(null)} />}
    </div>
  )
}
