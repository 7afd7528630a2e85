import { type FormEvent, useState } from 'react'
import type { NodeRow } from '#exchange/contract'
import { todos } from '#identity/todos'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'
import { KeyFields, type KeyTexts, keyFaults } from './key-fields.tsx'
import { reasonFault, useProposal } from './use-proposal.ts'

type Draft = KeyTexts & { nodeId: string; name: string; nodeKind: 'relay' | 'node'; via: string; reason: string }
type Faults = Partial<Record<keyof Draft, string>>

const empty: Draft = { nodeId: '', name: '', nodeKind: 'node', via: '', reason: '', suite: 'GM1', signing: '', box: '' }

function faultsOf(draft: Draft): Faults {
  const reason = reasonFault(draft.reason)
  return {
    ...(/^[0-9a-z][0-9a-z._-]{2,59}$/.test(draft.nodeId) ? {} : { nodeId: '编号由小写字母、数字、点和横线组成，如 629900.city' }),
    ...(draft.name.trim().length < 2 ? { name: '请填写节点名称' } : {}),
    ...keyFaults(draft),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** A relay or a node of another district or level, with the public keys its operator handed over. */
export function RegisterForm({ rows, onClose }: { rows: readonly NodeRow[]; onClose: () => void }) {
  const [draft, setDraft] = useState(empty)
  const [wrong, setWrong] = useState<Faults>({})
  const proposal = useProposal(onClose)
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }))
  const relays = rows.filter((row) => row.kind === 'relay' && row.via === null && row.link !== 'revoked')
  function submit(event: FormEvent) {
    event.preventDefault()
    const faults = faultsOf(draft)
    setWrong(faults)
    if (Object.keys(faults).length > 0) return
    const { nodeId, name, nodeKind, via, reason, suite, signing, box } = draft
    const keys = { suite, signing, box }
    const change = { kind: 'register' as const, name: name.trim(), nodeKind, via: via === '' ? null : via, keys }
    proposal.mutate({ unit: nodeId, change, reason: reason.trim() })
  }
  const text = (name: 'nodeId' | 'name' | 'reason', label: string) => (
    <TextField
      label={label}
      value={draft[name]}
      autoComplete="off"
      error={wrong[name]}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  )
  return (
    <Dialog title="登记节点" onClose={onClose}>
      <p className="muted">
        登记其他区县、市、省的节点或中转节点。
        <Hint todo={todos.confirmChange()} lead="提交之后：" />
        登记后什么都不能查询，须再逐项授予；本中心的公钥在节点页上，请交给对方。
      </p>
      <form className="stack-small" onSubmit={submit} noValidate>
        {text('nodeId', '节点编号')}
        {text('name', '名称')}
        <SelectField
          label="类型"
          value={draft.nodeKind}
          onPick={(kind) => set({ nodeKind: kind === 'relay' ? 'relay' : 'node' })}
          choices={[
            { value: 'node', label: '答复查询的节点' },
            { value: 'relay', label: '中转节点' },
          ]}
        />
        <SelectField
          label="如何到达"
          all="直接连接"
          value={draft.via}
          onPick={(via) => set({ via })}
          choices={relays.map((row) => ({ value: row.unit, label: `经 ${row.name}` }))}
        />
        <KeyFields keys={draft} wrong={wrong} onSuite={(suite) => set({ suite })} onSet={set} />
        {text('reason', '理由')}
        {proposal.isError && <ErrorPanel error={proposal.error} />}
        <FormButtons label="提交，由另一人确认" busy={proposal.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
