import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useState } from 'react'
import type { MemberKind, PoolMemberView } from '#casework/contract'
import { memberKindLabels } from '#casework/words'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../../client.ts'
import { useCan, useToday } from '../../session.ts'
import { DateField } from '../../ui/date-field.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const kinds = Object.entries(memberKindLabels).map(([value, label]) => ({ value, label }))

function AddMember({ village }: { village: string }) {
  const queries = useQueryClient()
  const [kind, setKind] = useState<string>('representative')
  const add = useMutation({
    mutationFn: (body: { name: string; kind: MemberKind; idNumber: string; fromOn: string }) =>
      call('casework.add-pool-member', { params: { villageCode: village }, body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.read-deliberation'] }),
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const target = event.currentTarget
    const form = new FormData(target)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const body = { name: text('name'), kind: kind as MemberKind, idNumber: text('idNumber'), fromOn: text('fromOn') }
    add.mutate(body, { onSuccess: () => target.reset() })
  }
  return (
    <form className="stack-small" onSubmit={submit} noValidate>
      {add.isError && <ErrorPanel error={add.error} />}
      <div className="form-grid">
        <TextField label="姓名" required name="name" maxLength={60} />
        <SelectField label="身份" value={kind} choices={kinds} onPick={setKind} />
        <TextField label="身份证号（用于自动回避，可不填）" name="idNumber" maxLength={40} autoComplete="off" />
        <DateField label="入库日期" required name="fromOn" />
      </div>
      <div className="row">
        <button type="submit" className="button" disabled={add.isPending}>
          {add.isPending ? '正在登记…' : '登记入库'}
        </button>
      </div>
    </form>
  )
}

/** The pool of a village: who may be drawn. */
export function PoolCard({ village, pool }: { village: string; pool: readonly PoolMemberView[] }) {
  const can = useCan()
  const today = useToday()
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: (memberId: string) =>
      call('casework.end-pool-member', { params: { villageCode: village, memberId }, body: { toOn: today } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.read-deliberation'] }),
  })
  return (
    <section className="card stack" aria-labelledby="pool-title">
      <h2 id="pool-title">评议人员库（{pool.length} 人）</h2>
      {end.isError && <ErrorPanel error={end.error} />}
      {pool.length === 0 ? (
        <p className="muted">
          库里还没有人员：应有本村（社区）的代表、村（居）委会成员、党员和两代表一委员。
          <Hint todo={todos.fillPool()} lead="接下来：" />
        </p>
      ) : (
        <Scroller label="评议人员库，可左右滚动">
          <table className="data accounts">
            <caption className="hidden">评议人员库</caption>
            <thead>
              <tr>
                <th scope="col">姓名</th>
                <th scope="col">身份</th>
                <th scope="col">入库日期</th>
                {can('casework.pool') && <th scope="col">操作</th>}
              </tr>
            </thead>
            <tbody>
              {pool.map((member) => (
                <tr key={member.memberId}>
                  <th scope="row">{member.name}</th>
                  <td>{memberKindLabels[member.kind]}</td>
                  <td className="nowrap">{chineseDate(member.fromOn)}</td>
                  {can('casework.pool') && (
                    <td>
                      <button
                        type="button"
                        className="button plain"
                        aria-label={`${member.name} 离库`}
                        disabled={end.isPending}
                        onClick={() => end.mutate(member.memberId)}
                      >
                        离库
                      </button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
      {can('casework.pool') && (
        <p>
          <Link to="/tables" search={{ kind: 'pool' }}>
            用工作簿整批登记
          </Link>
        </p>
      )}
      {can('casework.pool') && <AddMember village={village} />}
    </section>
  )
}
