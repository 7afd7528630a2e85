import { type FormEvent, useState } from 'react'
import type { NodeRow } from '#exchange/contract'
import { todos } from '#identity/todos'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'
import { KeyFields, keyFaults } from './key-fields.tsx'
import { reasonFault, useProposal } from './use-proposal.ts'

/** New public keys of a node; those before still sign while the overlap lasts. */
export function KeyForm({ row, onClose }: { row: NodeRow; onClose: () => void }) {
  const [keys, setKeys] = useState({ suite: row.suite, signing: '', box: '' })
  const [hours, setHours] = useState('72')
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<{ signing?: string; box?: string; hours?: string; reason?: string }>({})
  const proposal = useProposal(onClose)
  function submit(event: FormEvent) {
    event.preventDefault()
    const why = reasonFault(reason)
    const found = {
      ...keyFaults(keys),
      ...(/^\d{1,4}$/.test(hours) && Number(hours) <= 2160 ? {} : { hours: '请填写 0 至 2160 的整数（最长 90 天）' }),
      ...(why === undefined ? {} : { reason: why }),
    }
    setWrong(found)
    if (Object.keys(found).length > 0) return
    const change = { kind: 'keys' as const, keys, overlapHours: Number(hours) }
    proposal.mutate({ unit: row.unit, change, reason: reason.trim() })
  }
  return (
    <Dialog title={`更换${row.name}的公钥`} onClose={onClose}>
      <p className="muted">
        <Hint todo={todos.confirmChange()} lead="提交之后：" />
        确认后新报文即用新公钥加密，重叠时间内对方仍可用旧钥签名。请另行核对公钥确系对方所给。
      </p>
      <form className="stack-small" onSubmit={submit} noValidate>
        <KeyFields keys={keys} wrong={wrong} onSet={(change) => setKeys((old) => ({ ...old, ...change }))} />
        <TextField
          label="重叠时间（小时）"
          inputMode="numeric"
          value={hours}
          error={wrong.hours}
          onChange={(event) => setHours(event.target.value.trim())}
        />
        <TextField
          label="理由"
          value={reason}
          autoComplete="off"
          error={wrong.reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {proposal.isError && <ErrorPanel error={proposal.error} />}
        <FormButtons label="提交，由另一人确认" busy={proposal.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
