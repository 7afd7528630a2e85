import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { UserAccount } from '#identity/contract'
import { type Output, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { ProofNotice } from '../journal/proof-notice.tsx'
import { useTownships } from './place-choice.tsx'
import { UserActions } from './user-actions.tsx'
import { UserForm } from './user-form.tsx'

const stateWords = {
  active: { label: '在用', tone: 'green' },
  awaiting: { label: '待确认', tone: 'amber' },
  disabled: { label: '停用', tone: 'grey' },
  locked: { label: '锁定', tone: 'red' },
} as const

type Given = { account: string; password: string }
type RowProps = { user: UserAccount; onEdit: (user: UserAccount) => void; onPassword: (given: Given) => void }

function Row({ user, onEdit, onPassword }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {user.name}
        <div className="muted small">
          {user.account}
          {user.posts.length > 0 && `，${user.posts.join('、')}`}
        </div>
      </th>
      <td>
        <WordTag word={stateWords[user.state]} />
      </td>
      <td>
        {user.roleLabel}
        {user.change !== null && (
          <div className="small">
            申请改为 <span className="strong">{user.change.roleLabel}</span>，{user.change.divisionName}：{user.change.reason}
            <div className="muted">
              {user.change.requestedByName} {instant(user.change.requestedAt)}
            </div>
          </div>
        )}
        {user.reset !== null && (
          <div className="small">
            申请<span className="strong">重置口令</span>，待安全管理员与本人核实后确认：{user.reset.reason}
            <div className="muted">
              {user.reset.requestedByName} {instant(user.reset.requestedAt)}
            </div>
          </div>
        )}
      </td>
      <td>{user.divisionName}</td>
      <td>
        <UserActions user={user} onEdit={() => onEdit(user)} onPassword={onPassword} />
      </td>
    </tr>
  )
}

function Users({ data, ...handlers }: { data: Output<'identity.list-users'> } & Omit<RowProps, 'user'>) {
  if (data.rows.length === 0) return <Empty title="没有符合条件的账号">换一个条件，或新建账号。</Empty>
  return (
    <Scroller label="账号，可左右滚动">
      <table className="data accounts">
        <caption className="hidden">账号</caption>
        <thead>
          <tr>
            {['姓名与账号', '状态', '岗位', '辖区', '操作'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((user) => (
            <Row key={user.userId} user={user} {...handlers} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type Search = { role?: string | undefined; division?: string | undefined; state?: string | undefined; q?: string | undefined }

function Filters({
  search,
  set,
  roles,
}: {
  search: Search
  set: (change: Search) => void
  roles: readonly { value: string; label: string }[]
}) {
  const townships = useTownships()
  const states = Object.entries(stateWords).map(([value, { label }]) => ({ value, label }))
  return (
    <search className="card filters" aria-label="筛选账号">
      <TextField label="姓名或账号" value={search.q ?? ''} onChange={(e) => set({ q: e.target.value })} autoComplete="off" />
      <SelectField label="岗位" all="全部" value={search.role ?? ''} onPick={(role) => set({ role })} choices={roles} />
      <SelectField
        label="乡镇街道"
        all="全部"
        value={search.division ?? ''}
        onPick={(division) => set({ division })}
        choices={townships}
      />
      <SelectField label="状态" all="全部" value={search.state ?? ''} onPick={(state) => set({ state })} choices={states} />
    </search>
  )
}

function GivenPassword({ given }: { given: Given | null }) {
  return (
    <div role="status">
      {given !== null && (
        <p className="notice green">
          账号 <span className="mono">{given.account}</span> 的口令：<span className="mono strong">{given.password}</span>
          。只显示这一次，离开本页后不能再查看；请当面交给本人，本人须在 24 小时内改成自己的口令。另一人在本页确认后才能使用。
        </p>
      )}
    </div>
  )
}

type State = keyof typeof stateWords

/** Accounts of the area: kept by the system administrator, confirmed by the security administrator. */
export function UsersPage() {
  const search = useSearch({ from: '/office/users' })
  const navigate = useNavigate()
  const can = useCan()
  const [editing, setEditing] = useState<UserAccount | 'new' | null>(null)
  const [given, setGiven] = useState<Given | null>(null)
  const { cursor, ...filter } = search
  const state = filter.state !== undefined && filter.state in stateWords ? (filter.state as State) : undefined
  const query = useQuery({
    ...reading('identity.list-users', { query: { ...filter, state, cursor, limit: 50 } }),
    placeholderData: (old) => old,
  })
  const set = (change: Search) => void navigate({ to: '/users', search: { ...filter, ...change }, replace: true })
  const roles = query.data?.roles ?? []
  return (
    <Page
      title="账号与岗位"
      actions={
        can('identity.account') && (
          <button type="button" className="button primary" onClick={() => setEditing('new')}>
            新建账号
          </button>
        )
      }
    >
      {can('journal.proofs') && <ProofNotice />}
      <Filters search={filter} set={set} roles={roles} />
      <GivenPassword given={given} />
      <section className="card stack-small" aria-labelledby="users-title">
        <h2 id="users-title">账号</h2>
        <Show query={query}>
          {(data) => (
            <>
              <p className="muted small">
                共 {count(data.total)} 个；
                {data.waiting === 0 ? '没有待确认的岗位和口令' : `${count(data.waiting)} 项岗位或口令待安全管理员确认`}
              </p>
              <Users data={data} onEdit={setEditing} onPassword={setGiven} />
              {data.next !== null && (
                <button
                  type="button"
                  className="button"
                  onClick={() => void navigate({ to: '/users', search: { ...filter, cursor: data.next ?? undefined } })}
                >
                  下一页
                </button>
              )}
            </>
          )}
        </Show>
      </section>
      {editing !== null && (
        <UserForm
          user={editing === 'new' ? null : editing}
          roles={roles}
          onClose={() => setEditing(null)}
          onMade={(made) => setGiven(made)}
        />
      )}
    </Page>
  )
}
