import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, reading } from '../../client.ts'
import { TextField } from '../../ui/field.tsx'
import { PageHelp } from '../../ui/page-help.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

type Missing = { account?: string; password?: string }

function missingOf(account: string, password: string): Missing {
  return {
    ...(account === '' ? { account: '请输入账号' } : {}),
    ...(password === '' ? { password: '请输入口令' } : {}),
  }
}

/** Sign-in; afterwards the page that was asked for opens. */
export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const queries = useQueryClient()
  const [missing, setMissing] = useState<Missing>({})
  const enter = useMutation({
    mutationFn: (body: { account: string; password: string }) => call('identity.sign-in', { body }),
    onSuccess: (session) => {
      queries.clear()
      queries.setQueryData(reading('identity.read-session', {}).queryKey, session)
      const target = to?.startsWith('/') && !to.startsWith('//') ? to : '/'
      router.history.push(target)
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const body = { account: String(form.get('account') ?? '').trim(), password: String(form.get('password') ?? '') }
    const wrong = missingOf(body.account, body.password)
    setMissing(wrong)
    if (Object.keys(wrong).length === 0) enter.mutate(body)
  }

  return (
    <main>
      <PageHelp />
      <title>登录 · 应保</title>
      <div className="card sign-in stack">
        <div>
          <h1>应保</h1>
          <p className="muted">居民家庭经济状况核对</p>
        </div>
        {enter.isError && <ErrorPanel error={enter.error} />}
        <form className="stack" onSubmit={submit} noValidate>
          <TextField label="账号" name="account" autoComplete="username" autoCapitalize="none" error={missing.account} />
          <TextField label="口令" name="password" type="password" autoComplete="current-password" error={missing.password} />
          <button type="submit" className="button primary" disabled={enter.isPending}>
            {enter.isPending ? '正在登录…' : '登录'}
          </button>
        </form>
        <p className="muted small">每次登录、查看和操作都会记入日志，当事人可以查询谁看过自己的信息。</p>
      </div>
    </main>
  )
}
