import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { CaseView } from '#casework/contract'
import { call, reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { useKey } from '../../ui/once.ts'
import { ErrorPanel } from '../../ui/states.tsx'

const desk = 'desk'

/** Who may be given the case: the caller, and the people of the area where the caller may give duties. */
function useChoices(): { value: string; label: string }[] {
  const can = useCan()
  const session = useQuery(reading('identity.read-session', {})).data
  const officers = useQuery({ ...reading('identity.list-officers', {}), enabled: can('duty.assign') }).data?.rows ?? []
  const others = officers.filter((officer) => officer.userId !== session?.userId)
  return [
    { value: desk, label: '不指派，由本岗位任何人办理' },
    ...(session === undefined ? [] : [{ value: session.userId, label: `我（${session.name}）` }]),
    ...others.map(({ userId, name, roleLabel }) => ({ value: userId, label: `${name}，${roleLabel}` })),
  ]
}

function AssignDialog({ view, onClose }: { view: CaseView; onClose: () => void }) {
  const queries = useQueryClient()
  const choices = useChoices()
  const keyFor = useKey()
  const [to, setTo] = useState(desk)
  const { caseNo, version } = view.head
  const assign = useMutation({
    mutationFn: () => {
      const body = { userId: to === desk ? null : to, version }
      return call('casework.assign-case', { params: { caseNo }, body }, { key: keyFor([caseNo, body]) })
    },
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['casework.list-tasks'] })
    },
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    assign.mutate()
  }
  return (
    <Dialog title="指派案件" onClose={onClose}>
      {assign.isError && <ErrorPanel error={assign.error} />}
      <form className="stack" onSubmit={submit}>
        <SelectField label="指派给" value={to} onPick={setTo} choices={choices} />
        <div className="row">
          <button type="submit" className="button primary" disabled={assign.isPending}>
            {assign.isPending ? '正在指派…' : '指派'}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Gives the case to a person, or back to the desk. */
export function AssignButton({ view }: { view: CaseView }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can('casework.assign') || view.head.result !== null) return null
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        指派
      </button>
      {open && <AssignDialog view={view} onClose={() => setOpen(false)} />}
    </>
  )
}
