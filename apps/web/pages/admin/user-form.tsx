import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { UserAccount } from '#identity/contract'
import { call, type Output, reading } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from './form-buttons.tsx'
import { PlaceChoice, type PlaceLevel } from './place-choice.tsx'

export type RoleChoice = Output<'identity.list-users'>['roles'][number]

type Draft = {
  account: string
  name: string
  role: string
  township: string
  village: string
  unitCode: string
  posts: string
  reason: string
}

function draftOf(user: UserAccount | null): Draft {
  const code = user?.change?.divisionCode ?? user?.divisionCode ?? ''
  const township = code === '' || code.endsWith('000000') ? '' : `${code.slice(0, 9)}000`
  return {
    account: user?.account ?? '',
    name: user?.name ?? '',
    role: user?.change?.role ?? user?.role ?? '',
    township,
    village: code !== '' && !code.endsWith('000') ? code : '',
    unitCode: user?.change?.unitCode ?? user?.unitCode ?? '',
    posts: user?.posts.join('、') ?? '',
    reason: '',
  }
}

function divisionOf(draft: Draft, level: PlaceLevel, district: string): string {
  if (level === 'district') return district
  return level === 'township' ? draft.township : draft.village
}

function faultsOf(draft: Draft, isNew: boolean, division: string): Partial<Record<keyof Draft | 'division', string>> {
  return {
    ...(isNew && !/^[a-z0-9][a-z0-9._-]{2,39}$/.test(draft.account)
      ? { account: '3 至 40 个小写字母、数字、点、横线，以字母或数字开头' }
      : {}),
    ...(draft.name.trim() === '' ? { name: '请填写姓名' } : {}),
    ...(draft.role === '' ? { role: '请选择岗位' } : {}),
    ...(division === '' ? { division: '请选择辖区' } : {}),
    ...(draft.role === 'unit_officer' && draft.unitCode.trim() === '' ? { unitCode: '请填写协查单位代码' } : {}),
    ...(draft.reason.trim().length < 4 ? { reason: '请写明理由，至少 4 个字' } : {}),
  }
}

type FormProps = {
  user: UserAccount | null
  roles: readonly RoleChoice[]
  onClose: () => void
  onMade: (made: Output<'identity.create-user'>) => void
}

function useSave(user: UserAccount | null, onClose: () => void, onMade: FormProps['onMade']) {
  const queries = useQueryClient()
  return useMutation({
    gcTime: 0,
    mutationFn: async ({ draft, divisionCode }: { draft: Draft; divisionCode: string }) => {
      const posts = draft.posts
        .split(/[、，,;；]/)
        .map((x) => x.trim())
        .filter((x) => x !== '')
      const unitCode = draft.role === 'unit_officer' ? draft.unitCode.trim() : null
      const body = { name: draft.name, role: draft.role, divisionCode, unitCode, posts, reason: draft.reason }
      if (user === null) onMade(await call('identity.create-user', { body: { ...body, account: draft.account } }))
      else await call('identity.change-user', { params: { userId: user.userId }, body })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['identity.list-users'] })
      onClose()
    },
  })
}

/** A new account, or changes of one. Role and area wait for the security administrator. */
export function UserForm({ user, roles, onClose, onMade }: FormProps) {
  const session = useQuery(reading('identity.read-session', {})).data
  const [draft, setDraft] = useState(() => draftOf(user))
  const [wrong, setWrong] = useState<ReturnType<typeof faultsOf>>({})
  const save = useSave(user, onClose, onMade)
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }))
  const level = roles.find((x) => x.value === draft.role)?.level ?? 'district'
  const district = { code: session?.scopeCode ?? '', name: session?.scopeName ?? '' }

  function submit(event: FormEvent) {
    event.preventDefault()
    const divisionCode = divisionOf(draft, level, district.code)
    const faults = faultsOf(draft, user === null, divisionCode)
    setWrong(faults)
    if (Object.keys(faults).length === 0) save.mutate({ draft, divisionCode })
  }

  const text = (name: 'account' | 'name' | 'unitCode' | 'posts' | 'reason', label: string, hint?: string) => (
    <TextField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={draft[name]}
      onChange={(e) => set({ [name]: e.target.value })}
      autoComplete="off"
      required={name !== 'posts'}
      error={wrong[name]}
    />
  )

  return (
    <Dialog title={user === null ? '新建账号' : `修改 ${user.name} 的账号`} onClose={onClose}>
      <p className="muted">岗位和辖区由安全管理员确认后生效；姓名和职务立即生效。</p>
      <form className="stack-small" onSubmit={submit} noValidate>
        {user === null && text('account', '账号')}
        {text('name', '姓名')}
        <SelectField
          label="岗位"
          required
          all="请选择"
          value={draft.role}
          onPick={(role) => set({ role })}
          choices={roles}
          error={wrong.role}
        />
        <PlaceChoice
          level={level}
          district={district}
          township={draft.township}
          village={draft.village}
          onPick={set}
          error={wrong.division}
        />
        {draft.role === 'unit_officer' && text('unitCode', '协查单位代码')}
        {text('posts', '职务', '可不填；多项用顿号分开')}
        {text('reason', '理由')}
        {save.isError && <ErrorPanel error={save.error} />}
        <FormButtons label={user === null ? '新建' : '保存'} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
