import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { GoLiveProposal, GoLiveView } from '#benefits/contract'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { DateEntry } from '../../ui/date-field.tsx'
import { Field } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

function useRenewed() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['casework.read-go-live'] })
}

/** 提出启用月份。 */
function Propose({ first }: { first: string }) {
  const [month, setMonth] = useState(first)
  const renewed = useRenewed()
  const propose = useMutation({
    mutationFn: () => call('casework.propose-go-live', { body: { month } }),
    onSuccess: renewed,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    propose.mutate()
  }
  return (
    <form className="stack-small" onSubmit={submit} noValidate>
      <div className="row">
        <Field label="启用月份" required>
          {(ids) => <DateEntry {...ids} month value={month} onChange={(event) => setMonth(event.target.value)} />}
        </Field>
        <button type="submit" className="button" disabled={propose.isPending || month === ''}>
          提出启用月份
        </button>
      </div>
      {propose.isError && <ErrorPanel error={propose.error} />}
    </form>
  )
}

/** 确认或驳回另一人提出的启用月份。 */
function Decide({ proposal }: { proposal: GoLiveProposal }) {
  const [how, setHow] = useState<'confirm' | 'refuse' | null>(null)
  const renewed = useRenewed()
  const decide = useMutation({
    mutationFn: (reason: string) =>
      call('casework.decide-go-live', {
        params: { proposalId: proposal.proposalId },
        body: { confirm: how === 'confirm', reason },
      }),
    onSuccess: renewed,
  })
  const word = how === 'confirm' ? '确认' : '驳回'
  return (
    <div className="row no-print">
      <button type="button" className="button primary" onClick={() => setHow('confirm')}>
        确认启用月份
      </button>
      <button type="button" className="button" onClick={() => setHow('refuse')}>
        驳回启用月份
      </button>
      {how !== null && (
        <ReasonDialog
          title={`${word}启用月份 ${chineseDate(proposal.month)}`}
          text="名册从启用月份起编制，以前的月份由原系统发放。有一份名册确认之后，启用月份不能再改。"
          button={word}
          busy={decide.isPending}
          error={decide.error}
          onSubmit={(reason) => decide.mutate(reason)}
          onClose={() => setHow(null)}
        />
      )}
    </div>
  )
}

function Waiting({ proposal }: { proposal: GoLiveProposal }) {
  const can = useCan()
  return (
    <div className="notice amber stack-small">
      <p>
        {proposal.proposedByName} {instant(proposal.proposedAt)} 提出启用月份 <strong>{chineseDate(proposal.month)}</strong>
        ，等待另一人确认。
      </p>
      {can('payment.decide') && !proposal.mine ? (
        <Decide proposal={proposal} />
      ) : (
        <p>
          <Hint todo={todos.confirmGoLive()} lead="接下来：" />
        </p>
      )}
    </div>
  )
}

/** The month from which rolls are made here: who proposed and confirmed it, and what is to be done about it. */
export function GoLive({ view, month }: { view: GoLiveView; month: string }) {
  const can = useCan()
  const { current, waiting, refused, fixed } = view
  const mayPropose = can('payment.propose') && waiting === null && !fixed
  return (
    <section className="card stack-small" aria-label="启用月份">
      {current !== null && (
        <p>
          启用月份 <strong>{chineseDate(current.month)}</strong>
          <span className="muted small">
            （{current.proposedByName}提出，{current.decidedByName} {instant(current.decidedAt)} 确认
            {fixed && '，已有确认的名册，不再改'}）：以前的月份由原系统发放。
          </span>
        </p>
      )}
      {current === null && waiting === null && (
        <p className="notice amber">
          还没有启用月份，不能编制名册。 <Hint todo={todos.proposeGoLive()} lead="接下来：" />
        </p>
      )}
      {refused !== null && waiting === null && (
        <p>
          提出的启用月份 {chineseDate(refused.month)} 被{refused.decidedByName}驳回：{refused.answer}
        </p>
      )}
      {waiting !== null && <Waiting proposal={waiting} />}
      {mayPropose &&
        (current === null ? (
          <Propose first={month} />
        ) : (
          <details>
            <summary>改启用月份</summary>
            <Propose first={month} />
          </details>
        ))}
    </section>
  )
}
