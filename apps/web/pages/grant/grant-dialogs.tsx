import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { GrantChange, GrantView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { addMonths } from '#kernel/dates'
import { CallProblem, call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'

/** Sends an order about a grant; what pages know of grants is read anew. */
export function useGrantOrder<T>(send: (order: T) => Promise<unknown>, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['casework.read-grant'] })
      await queries.invalidateQueries({ queryKey: ['casework.list-grant-changes'] })
      onDone()
    },
  })
}

/** A year of months. */
const monthsFrom = (first: string): string[] => Array.from({ length: 12 }, (_, k) => addMonths(`${first}-01`, k).slice(0, 7))

type Words = { label: string; value: string; error?: string | undefined; onChange: (value: string) => void }

/** A text of several lines with its label. */
function WordsField({ label, value, error, onChange }: Words) {
  return (
    <Field label={label} wide error={error}>
      {(ids) => <textarea {...ids} value={value} maxLength={2000} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}

type ProposeProps = { view: GrantView; caseNo: string | undefined; onClose: () => void }

/** 提出暂停、停止或恢复：一人提出，另一人决定。 */
export function ProposeDialog({ view, caseNo, onClose }: ProposeProps) {
  const [first] = view.offered
  const [kind, setKind] = useState(first?.kind ?? 'suspend')
  const [ground, setGround] = useState('')
  const [fromMonth, setFromMonth] = useState(view.earliest)
  const [facts, setFacts] = useState('')
  const offered = view.offered.find((each) => each.kind === kind)
  const chosen = offered?.grounds.find(({ code }) => code === ground)
  const propose = useGrantOrder(
    () =>
      call('casework.propose-grant-change', {
        params: { householdNo: view.householdNo },
        body: { kind, ground, fromMonth, facts, ...(caseNo === undefined ? {} : { caseNo }) },
      }),
    onClose,
  )
  const fields = propose.error instanceof CallProblem ? propose.error.fields : []
  const problem = (name: string) => fields.find(({ path }) => path === name)?.message
  return (
    <Dialog title="提出暂停、停止或恢复发放" onClose={onClose}>
      {propose.isError && fields.length === 0 && <ErrorPanel error={propose.error} />}
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          propose.mutate(undefined)
        }}
      >
        <SelectField
          label="拟作变动"
          value={kind}
          onPick={(value) => {
            setKind(value as typeof kind)
            setGround('')
          }}
          choices={view.offered.map((each) => ({ value: each.kind, label: each.label }))}
        />
        <SelectField
          label="事由"
          all="请选择"
          value={ground}
          error={problem('ground')}
          onPick={setGround}
          choices={(offered?.grounds ?? []).map(({ code, label }) => ({ value: code, label }))}
          {...(chosen === undefined ? {} : { hint: `依据：${chosen.clause}` })}
        />
        <SelectField
          label="生效月份"
          value={fromMonth}
          error={problem('fromMonth')}
          hint={`最早从 ${view.earliest} 起；不追溯停发，恢复时不自动补发。`}
          onPick={setFromMonth}
          choices={monthsFrom(view.earliest).map((month) => ({ value: month, label: month }))}
        />
        <WordsField label="认定的事实（写入告知书）" value={facts} error={problem('facts')} onChange={setFacts} />
        <p className="muted small">提出后由{view.deciderLabel}决定，决定之前照常发放。</p>
        <FormButtons label="提出" busy={propose.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

type ReasonProps = {
  title: string
  about: ReactNode
  label: string
  button: string
  send: (reason: string) => Promise<unknown>
  onClose: () => void
}

/** An order that needs nothing but a reason. */
function ReasonDialog({ title, about, label, button, send, onClose }: ReasonProps) {
  const [reason, setReason] = useState('')
  const order = useGrantOrder(send, onClose)
  const fields = order.error instanceof CallProblem ? order.error.fields : []
  return (
    <Dialog title={title} onClose={onClose}>
      {about}
      {order.isError && fields.length === 0 && <ErrorPanel error={order.error} />}
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          order.mutate(reason)
        }}
      >
        <WordsField label={label} value={reason} error={fields[0]?.message} onChange={setReason} />
        <FormButtons label={button} busy={order.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

export type Deciding = 'confirm' | 'refuse' | 'withdraw'

const deciding = {
  confirm: { word: '同意', label: '同意的理由', button: '同意，作出决定' },
  refuse: { word: '驳回', label: '驳回的理由', button: '驳回' },
  withdraw: { word: '撤回', label: '撤回的理由', button: '撤回' },
} as const

/** Deciding about a proposal, or taking one's own back. */
export function DecideDialog({ change, how, onClose }: { change: GrantChange; how: Deciding; onClose: () => void }) {
  const { changeNo, kindLabel, headName } = change
  const { word, label, button } = deciding[how]
  const send = (reason: string) =>
    how === 'withdraw'
      ? call('casework.withdraw-grant-change', { params: { changeNo }, body: { reason } })
      : call('casework.decide-grant-change', { params: { changeNo }, body: { confirm: how === 'confirm', reason } })
  return (
    <ReasonDialog
      title={`${word}：${headName}户${kindLabel}`}
      about={
        <p>
          自 {chineseDate(change.fromMonth)} 起{kindLabel}。{change.groundLabel}（{change.clause}）：{change.facts}
        </p>
      }
      label={label}
      button={button}
      send={send}
      onClose={onClose}
    />
  )
}
