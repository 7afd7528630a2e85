import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, reading } from '../../client.ts'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const shortest = 10

function faultsOf(current: string, next: string, again: string): { current?: string; next?: string; again?: string } {
  return {
    ...(current === '' ? { current: '请输入现在的口令' } : {}),
    ...(next.length < shortest ? { next: `新口令至少 ${shortest} 个字符` } : {}),
    ...(next !== again ? { again: '两次输入的新口令不一致' } : {}),
  }
}

/** A password of one's own. */
export function PasswordPage() {
  const session = useQuery(reading('identity.read-session', {})).data
  const queries = useQueryClient()
  const [draft, setDraft] = useState({ current: '', next: '', again: '' })
  const [wrong, setWrong] = useState<ReturnType<typeof faultsOf>>({})
  const change = useMutation({
    gcTime: 0,
    mutationFn: () => call('identity.change-password', { body: { current: draft.current, next: draft.next } }),
    onSuccess: async () => {
      setDraft({ current: '', next: '', again: '' })
      await queries.invalidateQueries({ queryKey: ['identity.read-session'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const faults = faultsOf(draft.current, draft.next, draft.again)
    setWrong(faults)
    if (Object.keys(faults).length === 0) change.mutate()
  }
  const field = (name: keyof typeof draft, label: string, autoComplete: string) => (
    <TextField
      label={label}
      required
      type="password"
      autoComplete={autoComplete}
      value={draft[name]}
      onChange={(e) => setDraft((old) => ({ ...old, [name]: e.target.value }))}
      error={wrong[name]}
    />
  )
  return (
    <Page title="修改口令">
      <form className="card stack-small" onSubmit={submit} noValidate>
        {session?.passwordGiven === true && (
          <p className="notice amber">
            您正在使用管理员给的口令：它只在 24 小时内有效，只能用来改成您自己的口令。改好后即可办理业务。
          </p>
        )}
        {field('current', '现在的口令', 'current-password')}
        {field('next', '新口令', 'new-password')}
        {field('again', '再输一次新口令', 'new-password')}
        {change.isError && <ErrorPanel error={change.error} />}
        <div className="row">
          <button type="submit" className="button primary" disabled={change.isPending}>
            修改
          </button>
        </div>
        <p role="status">
          {change.isSuccess && (
            <>
              口令已修改；您在别处的登录已退出。<Link to="/">进入系统</Link>
            </>
          )}
        </p>
      </form>
    </Page>
  )
}
