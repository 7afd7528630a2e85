import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { DatedDivision } from '#registry/contract'
import { call } from '../../client.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from './form-buttons.tsx'
import { useVillages } from './place-choice.tsx'

export type DivisionChange = 'rename' | 'merge' | 'split'

const titles = { rename: '更名', merge: '并入另一个村（社区）', split: '拆分出新的村（社区）' } as const
const texts = {
  rename: '原名称及其起止日期保留，以前的文书仍显示原名。',
  merge: '自生效日起，本村的家庭、包村安排和待办数据转入所选的村（社区）；原名称仍可查到。',
  split: '列出的户划入新的村（社区），其余不变。',
} as const

type Draft = { name: string; on: string; reason: string; into: string; newCode: string; households: string }
const empty: Draft = { name: '', on: '', reason: '', into: '', newCode: '', households: '' }

function faultsOf(draft: Draft, change: DivisionChange): Partial<Record<keyof Draft, string>> {
  return {
    ...(change !== 'merge' && draft.name.trim().length < 2 ? { name: '请填写名称' } : {}),
    ...(change === 'merge' && draft.into === '' ? { into: '请选择并入的村（社区）' } : {}),
    ...(change === 'split' && !/^\d{12}$/.test(draft.newCode) ? { newCode: '请填写 12 位区划代码' } : {}),
    ...(change === 'split' && draft.households.trim() === '' ? { households: '请列出划入新村的户号，每行一个' } : {}),
    ...(draft.on === '' ? { on: '请选择生效日期' } : {}),
    ...(draft.reason.trim().length < 4 ? { reason: '请写明依据，至少 4 个字' } : {}),
  }
}

async function send(division: DatedDivision, change: DivisionChange, draft: Draft): Promise<string> {
  const params = { code: division.code }
  const { on, reason, name } = draft
  if (change === 'rename') {
    await call('registry.rename-division', { params, body: { name, on, reason } })
    return `“${division.name}”已更名为“${name}”。`
  }
  if (change === 'merge') {
    const done = await call('registry.merge-division', { params, body: { into: draft.into, on, reason } })
    return `已并入：${done.households} 户、${done.officials} 名备案人员、${done.duties} 项包村安排转入。`
  }
  const householdNos = draft.households.split(/\s+/).filter((x) => x !== '')
  const kind = division.kind === 'community' ? 'community' : 'village'
  const body = { newCode: draft.newCode, name, kind, on, reason, householdNos } as const
  const done = await call('registry.split-division', { params, body })
  return `已拆分：${done.households} 户划入“${name}”。`
}

type FormProps = { division: DatedDivision; change: DivisionChange; onClose: () => void; onDone: (message: string) => void }

function Own({
  division,
  change,
  draft,
  set,
  wrong,
}: Omit<FormProps, 'onClose' | 'onDone'> & {
  draft: Draft
  set: (x: Partial<Draft>) => void
  wrong: Partial<Record<keyof Draft, string>>
}) {
  const others = useVillages(change === 'merge' ? (division.parentCode ?? '') : '').filter((x) => x.value !== division.code)
  if (change === 'merge') {
    return (
      <SelectField
        label="并入"
        all="请选择"
        value={draft.into}
        onPick={(into) => set({ into })}
        choices={others}
        error={wrong.into}
      />
    )
  }
  return (
    <>
      <TextField
        label="新名称"
        required
        value={draft.name}
        onChange={(e) => set({ name: e.target.value })}
        autoComplete="off"
        error={wrong.name}
      />
      {change === 'split' && (
        <>
          <TextField
            label="新的区划代码"
            inputMode="numeric"
            value={draft.newCode}
            onChange={(e) => set({ newCode: e.target.value.trim() })}
            error={wrong.newCode}
          />
          <Field label="划入的户号" required={false} hint="每行一个" error={wrong.households}>
            {(ids) => (
              <textarea {...ids} rows={5} value={draft.households} onChange={(e) => set({ households: e.target.value })} />
            )}
          </Field>
        </>
      )}
    </>
  )
}

/** One dated change of a division. */
export function DivisionForm({ division, change, onClose, onDone }: FormProps) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(empty)
  const [wrong, setWrong] = useState<ReturnType<typeof faultsOf>>({})
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }))
  const save = useMutation({
    mutationFn: () => send(division, change, draft),
    onSuccess: async (message) => {
      await queries.invalidateQueries()
      onDone(message)
      onClose()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const faults = faultsOf(draft, change)
    setWrong(faults)
    if (Object.keys(faults).length === 0) save.mutate()
  }
  return (
    <Dialog title={`${division.name}：${titles[change]}`} onClose={onClose}>
      <p className="muted">{texts[change]}</p>
      <form className="stack-small" onSubmit={submit} noValidate>
        <Own division={division} change={change} draft={draft} set={set} wrong={wrong} />
        <DateField label="生效日期" required value={draft.on} onChange={(e) => set({ on: e.target.value })} error={wrong.on} />
        <TextField
          label="依据"
          required
          hint="批复文号或理由"
          value={draft.reason}
          onChange={(e) => set({ reason: e.target.value })}
          autoComplete="off"
          error={wrong.reason}
        />
        {save.isError && <ErrorPanel error={save.error} />}
        <FormButtons label="办理" busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
