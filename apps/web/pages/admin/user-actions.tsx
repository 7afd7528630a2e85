import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { UserAccount } from '#identity/contract'
import { call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { ErrorPanel } from '../../ui/states.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

type Asked = 'disable' | 'enable' | 'password' | 'refuse' | 'refuse-reset' | null

const texts = {
  disable: { title: '停用', text: '停用后立即退出登录，不能再进入系统；资料和留痕保留。', button: '停用' },
  enable: { title: '启用', text: '启用后按原岗位和辖区使用。', button: '启用' },
  password: {
    title: '重置口令',
    text: '新口令只显示这一次，请当面交给本人；本人须在 24 小时内改成自己的口令。新口令等另一人在本页确认后才生效。',
    button: '重置',
  },
  refuse: { title: '不予确认', text: '账号保持原来的岗位和辖区。', button: '不予确认' },
  'refuse-reset': { title: '不予重置口令', text: '原来的口令继续有效，新口令作废。', button: '不予重置' },
} as const

type ActionsProps = {
  user: UserAccount
  onEdit: () => void
  onPassword: (given: { account: string; password: string }) => void
}

function useAnswers(user: UserAccount, onDone: () => void, onPassword: ActionsProps['onPassword']) {
  const queries = useQueryClient()
  const params = { userId: user.userId }
  return useMutation({
    gcTime: 0,
    mutationFn: async ({
      what,
      reason,
    }: {
      what: Exclude<Asked, null> | 'confirm' | 'confirm-reset' | 'unlock'
      reason: string
    }) => {
      const changeId = user.change?.changeId ?? ''
      if (what === 'disable' || what === 'enable') {
        await call('identity.switch-user', { params, body: { disabled: what === 'disable', reason } })
      } else if (what === 'password') {
        onPassword({ account: user.account, ...(await call('identity.reset-password', { params, body: { reason } })) })
      } else if (what === 'confirm-reset' || what === 'refuse-reset') {
        const resetId = user.reset?.resetId ?? ''
        await call('identity.decide-reset', { params: { resetId }, body: { confirm: what === 'confirm-reset', reason } })
      } else if (what === 'unlock') await call('identity.unlock-user', { params })
      else await call('identity.decide-role-change', { params: { changeId }, body: { confirm: what === 'confirm', reason } })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['identity.list-users'] })
      onDone()
    },
  })
}

/** What the caller may do with an account; nobody does anything with his own. */
export function UserActions({ user, onEdit, onPassword }: ActionsProps) {
  const can = useCan()
  const [asked, setAsked] = useState<Asked>(null)
  const answer = useAnswers(user, () => setAsked(null), onPassword)
  const who = <span className="hidden">{user.name}</span>
  const mayKeep = can('identity.account') && !user.own
  const mayGrant = can('identity.grant') && !user.own
  return (
    <div className="row">
      {can('identity.account') && (
        <button type="button" className="button" onClick={onEdit}>
          修改{who}
        </button>
      )}
      {mayKeep && user.state !== 'awaiting' && (
        <button type="button" className="button" onClick={() => setAsked(user.state === 'disabled' ? 'enable' : 'disable')}>
          {user.state === 'disabled' ? '启用' : '停用'}
          {who}
        </button>
      )}
      {user.resettable && (
        <button type="button" className="button" onClick={() => setAsked('password')}>
          重置口令{who}
        </button>
      )}
      {mayGrant && user.state === 'locked' && (
        <button type="button" className="button" onClick={() => answer.mutate({ what: 'unlock', reason: '' })}>
          解锁{who}
        </button>
      )}
      {mayGrant && user.change !== null && (
        <>
          <button type="button" className="button primary" onClick={() => answer.mutate({ what: 'confirm', reason: '' })}>
            确认岗位{who}
          </button>
          <button type="button" className="button" onClick={() => setAsked('refuse')}>
            不予确认{who}
          </button>
        </>
      )}
      {user.reset?.decidable === true && (
        <>
          <button type="button" className="button primary" onClick={() => answer.mutate({ what: 'confirm-reset', reason: '' })}>
            确认重置口令{who}
          </button>
          <button type="button" className="button" onClick={() => setAsked('refuse-reset')}>
            不予重置{who}
          </button>
        </>
      )}
      {asked === null && answer.isError && <ErrorPanel error={answer.error} />}
      {asked !== null && (
        <ReasonDialog
          {...texts[asked]}
          title={`${texts[asked].title}：${user.name}`}
          busy={answer.isPending}
          error={answer.error}
          onSubmit={(reason) => answer.mutate({ what: asked, reason })}
          onClose={() => {
            setAsked(null)
            answer.reset()
          }}
        />
      )}
    </div>
  )
}
