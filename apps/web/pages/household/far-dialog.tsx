import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { FarNode, HouseholdView } from '#verification/contract'
import { call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, FieldGroup, SelectField } from '../../ui/field.tsx'
import { useKey } from '../../ui/once.ts'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'

type ChoicesProps = {
  legend: string
  name: string
  choices: readonly { value: string; label: string }[]
  error: string | undefined
}

function Choices({ legend, name, choices, error }: ChoicesProps) {
  return (
    <FieldGroup label={legend} error={error}>
      {choices.map(({ value, label }) => (
        <label key={value} className="choice">
          <input type="checkbox" name={name} value={value} defaultChecked={choices.length === 1} />
          <span>{label}</span>
        </label>
      ))}
    </FieldGroup>
  )
}

type Wrong = { members?: string; records?: string; reason?: string }
type Wish = { unit: string; subjectNos: string[]; records: string[]; reason: string }

function wrongOf({ subjectNos, records, reason }: Wish): Wrong {
  return {
    ...(subjectNos.length === 0 ? { members: '请至少选择一名成员' } : {}),
    ...(records.length === 0 ? { records: '请至少选择一类记录' } : {}),
    ...(reason.length < 4 ? { reason: '请写明理由，至少 4 个字' } : {}),
  }
}

const nodeChoice = ({ unit, name, via }: FarNode) => ({
  value: unit,
  label: via === null ? name : `${name}（经${via}）`,
})

type FarDialogProps = { view: HouseholdView; nodes: readonly FarNode[]; onClose: () => void }

/** Whom to ask, about which members, for which record types, and why; one press sends it. */
export function FarDialog({ view, nodes, onClose }: FarDialogProps) {
  const queries = useQueryClient()
  const keyFor = useKey()
  const [unit, setUnit] = useState(nodes[0]?.unit ?? '')
  const [wrong, setWrong] = useState<Wrong>({})
  const node = nodes.find((each) => each.unit === unit)
  const members = view.subjects.filter((subject) => subject.role !== 'supporter')
  const ask = useMutation({
    mutationFn: (wish: Wish) => {
      const body = { ...wish, campaignId: view.campaignId }
      const params = { householdNo: view.householdNo }
      return call('verification.ask-far-node', { params, body }, { key: keyFor([params, body]) })
    },
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['verification.list-far-askings'] })
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const wish = {
      unit,
      subjectNos: form.getAll('member').map(String),
      records: form.getAll('record').map(String),
      reason: String(form.get('reason') ?? '').trim(),
    }
    const missing = wrongOf(wish)
    setWrong(missing)
    if (Object.keys(missing).length === 0) ask.mutate(wish)
  }

  return (
    <Dialog title="向异地协查" onClose={onClose}>
      <p className="small muted">问题连同所选成员的授权书编号签名、加密后发出。成员须有今日有效、包含所选记录的授权书。</p>
      {ask.isError && <ErrorPanel error={ask.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <SelectField label="异地单位" required value={unit} onPick={setUnit} choices={nodes.map(nodeChoice)} />
        <Choices
          legend="成员"
          name="member"
          choices={members.map(({ subjectNo, name, relationLabel }) => ({
            value: subjectNo,
            label: `${name}（${relationLabel}）`,
          }))}
          error={wrong.members}
        />
        <Choices
          key={unit}
          legend="查询哪些记录"
          name="record"
          choices={(node?.records ?? []).map(({ record, recordName }) => ({ value: record, label: recordName }))}
          error={wrong.records}
        />
        <Field label="理由" error={wrong.reason}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <FormButtons label="发出协查" busy={ask.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
