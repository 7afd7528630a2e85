import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CaseView } from '#casework/contract'
import { call, reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useKey } from '../../ui/once.ts'
import { ErrorPanel, Loading } from '../../ui/states.tsx'

type Choice = { userId: string | null; label: string }

/** Who may be given the case: the caller, and the people of the area where the caller may give duties; undefined until all are known. */
function useChoices(): Choice[] | undefined {
  const can = useCan()
  const session = useQuery(reading('identity.read-session', {})).data
  const officers = useQuery({ ...reading('identity.list-officers', {}), enabled: can('duty.assign') })
  if (officers.isLoading) return undefined
  const others = (officers.data?.rows ?? []).filter((officer) => officer.userId !== session?.userId)
  return [
    ...(session === undefined ? [] : [{ userId: session.userId, label: `我（${session.name}）` }]),
    ...others.map(({ userId, name, roleLabel }) => ({ userId, label: `${name}，${roleLabel}` })),
    { userId: null, label: '不指派，由本岗位任何人办理' },
  ]
}

type AssignDialogProps = { view: CaseView; onClose: () => void; onDone: (told: string) => void }

/** Everybody who may be given the case; one press assigns, and another time somebody else may be chosen. */
export function AssignDialog({ view, onClose, onDone }: AssignDialogProps) {
  const queries = useQueryClient()
  const choices = useChoices()
  const keyFor = useKey()
  const { caseNo, version } = view.head
  const assign = useMutation({
    mutationFn: ({ userId }: Choice) => {
      const body = { userId, version }
      return call('casework.assign-case', { params: { caseNo }, body }, { key: keyFor([caseNo, body]) })
    },
    onSuccess: async (_answer, { userId, label }) => {
      onDone(userId === null ? '已退回本岗位，由任何人办理' : `已指派给${label}`)
      await queries.invalidateQueries({ queryKey: ['casework.list-tasks'] })
    },
  })
  return (
    <Dialog title="指派案件" onClose={onClose}>
      {assign.isError && <ErrorPanel error={assign.error} />}
      <p className="muted small">点选办理人即指派，可以随时改派。</p>
      {choices === undefined && <Loading lines={3} />}
      <ul className="stack-small">
        {choices?.map((choice) => (
          <li key={choice.label}>
            <button type="button" className="button" disabled={assign.isPending} onClick={() => assign.mutate(choice)}>
              {choice.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </Dialog>
  )
}
