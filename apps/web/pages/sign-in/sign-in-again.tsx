import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { call, reading } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { dropAllDrafts } from '../case/kept-drafts.ts'

/**
 * The session ended while a page was open: the password is asked for over it, and what was typed stays. Somebody else who signs in here begins
 * at the start, with nothing of the page left.
 */
export function SignInAgain({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient()
  const router = useRouter()
  const before = useQuery({ ...reading('identity.read-session', {}), enabled: false }).data
  const [missing, setMissing] = useState<string>()
  const enter = useMutation({
    mutationFn: (password: string) => call('identity.sign-in', { body: { account: before?.account ?? '', password } }),
    onSuccess: async (session) => {
      queries.setQueryData(reading('identity.read-session', {}).queryKey, session)
      onDone()
      // what was refused meanwhile is read again; what was to be written stays for the reader to send
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'identity.read-session' })
    },
  })

  function leave() {
    dropAllDrafts()
    queries.clear()
    onDone()
    void router.navigate({ to: '/sign-in', search: { to: router.state.location.href } })
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password') ?? '')
    setMissing(password === '' ? '请输入口令' : undefined)
    if (password !== '') enter.mutate(password)
  }

  return (
    <Dialog title="登录已过期" onClose={onDone}>
      <p>
        请{before === undefined ? '' : `由 ${before.name}（${before.account}）`}
        重新登录。页面和已填写的内容都还在，登录后再办一次即可。
      </p>
      {enter.isError && <ErrorPanel error={enter.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <TextField label="口令" name="password" type="password" autoComplete="current-password" error={missing} />
        <div className="row">
          <button type="submit" className="button primary" disabled={enter.isPending}>
            {enter.isPending ? '正在登录…' : '登录并留在本页'}
          </button>
          <button type="button" className="button" onClick={leave}>
            换账号登录
          </button>
        </div>
      </form>
    </Dialog>
  )
}
