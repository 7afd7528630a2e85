import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { NodePage } from '#exchange/contract'
import { todos } from '#identity/todos'
import { call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldGroup, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { useFresh } from './parked-list.tsx'
import { reasonFault, useProposal } from './use-proposal.ts'

type Right = NodePage['rights'][number]

/** Asks for rights: some categories for one purpose. */
function GrantForm({ page, onClose }: { page: NodePage; onClose: () => void }) {
  const [purpose, setPurpose] = useState('')
  const [items, setItems] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<{ purpose?: string; items?: string; reason?: string }>({})
  const proposal = useProposal(onClose)
  const held = new Set(page.rights.filter((right) => right.purpose === purpose.trim()).map((right) => right.item))
  const open = page.items.filter(({ item }) => !held.has(item))
  const picked = open.filter(({ item }) => items.has(item))
  function submit(event: FormEvent) {
    event.preventDefault()
    const why = reasonFault(reason)
    const found = {
      ...(purpose.trim().length < 2 ? { purpose: '请填写用途' } : {}),
      ...(picked.length === 0 ? { items: '请选择要授予的类别' } : {}),
      ...(why === undefined ? {} : { reason: why }),
    }
    setWrong(found)
    if (Object.keys(found).length > 0) return
    const rights = picked.map(({ item }) => ({ item, purpose: purpose.trim() }))
    proposal.mutate({ unit: page.row.unit, change: { kind: 'grant', rights }, reason: reason.trim() })
  }
  function toggle(item: string) {
    const next = new Set(items)
    if (!next.delete(item)) next.add(item)
    setItems(next)
  }
  return (
    <Dialog title={`授予对${page.row.name}的查询权`} onClose={onClose}>
      <p className="muted">
        <Hint todo={todos.confirmChange()} lead="提交之后：" />
        对方网关也要登记同样的类别和用途，否则仍会拒绝。
      </p>
      <form className="stack-small" onSubmit={submit} noValidate>
        <TextField
          label="用途（与查询所写一字不差）"
          value={purpose}
          list="purposes"
          autoComplete="off"
          error={wrong.purpose}
          onChange={(event) => setPurpose(event.target.value)}
        />
        <datalist id="purposes">
          {page.purposes.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <FieldGroup label="类别" error={wrong.items}>
          {open.map(({ item, label }) => (
            <label key={item} className="choice">
              <input type="checkbox" checked={items.has(item)} onChange={() => toggle(item)} />
              <span>{label}</span>
            </label>
          ))}
          {open.length === 0 && <p className="muted">这一用途的类别都已授予。</p>}
        </FieldGroup>
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

function useWithdrawal(unit: string, onDone: () => void) {
  const fresh = useFresh()
  return useMutation({
    mutationFn: ({ rights, reason }: { rights: readonly Right[]; reason: string }) =>
      call('exchange.withdraw-rights', {
        params: { unit },
        body: { rights: rights.map(({ item, purpose }) => ({ item, purpose })), reason },
      }),
    onSuccess: async () => {
      await fresh()
      onDone()
    },
  })
}

/** What may be asked of a node: by purpose and category; what does not stand here is refused. */
export function NodeRights({ page }: { page: NodePage }) {
  const can = useCan()
  const [isGranting, setGranting] = useState(false)
  const [taking, setTaking] = useState<readonly Right[]>([])
  const withdrawal = useWithdrawal(page.row.unit, () => setTaking([]))
  const mayChange = can('exchange.change') && page.row.link !== 'revoked'
  const purposes = [...new Set(page.rights.map((right) => right.purpose))]
  return (
    <section className="card stack-small" aria-label="查询权">
      <div className="spread">
        <h2>查询权</h2>
        {mayChange && (
          <button type="button" className="button" onClick={() => setGranting(true)}>
            授予
          </button>
        )}
      </div>
      {purposes.length === 0 ? (
        <Empty title="没有授予任何查询权">没有列出的一律不能查询。</Empty>
      ) : (
        <Scroller label="查询权列表">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">用途</th>
                <th scope="col">类别</th>
                <th scope="col">
                  <span className="hidden">操作</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {page.rights.map((right) => (
                <tr key={`${right.purpose} ${right.item}`}>
                  <td>{right.purpose}</td>
                  <th scope="row">{right.label}</th>
                  <td>
                    {mayChange && (
                      <button type="button" className="button" onClick={() => setTaking([right])}>
                        收回
                        <span className="hidden">
                          {right.purpose}的{right.label}
                        </span>
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
      {isGranting && <GrantForm page={page} onClose={() => setGranting(false)} />}
      {taking.length > 0 && (
        <ReasonDialog
          title="收回查询权"
          text={`立即生效：不再为“${taking[0]?.purpose ?? ''}”向${page.row.name}查询“${taking[0]?.label ?? ''}”。再次授予须由两人办理。`}
          button="收回"
          busy={withdrawal.isPending}
          error={withdrawal.error}
          onSubmit={(reason) => withdrawal.mutate({ rights: taking, reason })}
          onClose={() => {
            withdrawal.reset()
            setTaking([])
          }}
        />
      )}
    </section>
  )
}
