import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Difference, Double, DoubleVerdict } from '#benefits/contract'
import { verdictLabels } from '#benefits/words'
import { call, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField } from '../../ui/field.tsx'
import { Show } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

/** What was proposed and decided about one double, in words. */
export function DoubleSaid({ double }: { double: Double }) {
  const { waiting, decided } = double
  return (
    <>
      {double.text}。
      {decided !== null && (
        <>
          {decided.decidedByName} {instant(decided.decidedAt)} 确认{decided.verdictLabel}（{decided.proposedByName}：
          {decided.reason}）。
        </>
      )}
      {waiting !== null && (
        <strong>
          {waiting.proposedByName} {instant(waiting.proposedAt)} 提出{waiting.verdictLabel}（{waiting.reason}），等待另一人确认。
        </strong>
      )}
    </>
  )
}

/** The doubles that keep a household from being paid, each with the other household. */
export function Doubles({ row }: { row: Difference }) {
  if (row.doubles.length === 0) return null
  return (
    <ul className="dots small">
      {row.doubles.map((double) => (
        <li key={double.text}>
          <DoubleSaid double={double} />
        </li>
      ))}
    </ul>
  )
}

/** Whether the caller can propose or decide what becomes of a household that stands twice. */
export function useMaySettle(): (row: Difference) => boolean {
  const can = useCan()
  return ({ doubles }) =>
    doubles.some(({ waiting }) => (waiting === null ? can('payment.propose') : can('payment.decide') && !waiting.mine))
}

/** What may be said of each kind of double. */
const fitting: Readonly<Record<Double['kind'], readonly DoubleVerdict[]>> = {
  account: ['shared', 'right', 'duplicate'],
  person: ['right', 'mistaken', 'duplicate'],
}

function choicesFor(rows: readonly Difference[]) {
  const fit = new Set(rows.flatMap(({ doubles }) => doubles.flatMap(({ kind }) => fitting[kind])))
  return [...fit].map((value) => ({ value, label: verdictLabels[value] }))
}

const orders = {
  propose: { button: '提出处理重复', text: '另一人确认后，所选家庭照常编入名册，或暂不发放；决定只对这两户和这个号码有效。' },
  confirm: { button: '确认重复的处理', text: '所选家庭按提出的处理办理。' },
  refuse: { button: '驳回重复的处理', text: '所选家庭仍作为差异，不编入名册。' },
} as const
type Order = keyof typeof orders

/** Everything that shows doubles is asked for again. */
function useRenewed() {
  const queries = useQueryClient()
  return async () => {
    for (const name of [
      'read-payment-month',
      'list-payment-differences',
      'compare-payment-months',
      'read-go-live',
      'list-doubles',
    ])
      await queries.invalidateQueries({ queryKey: [`casework.${name}`] })
  }
}

type Sent = { order: Order; verdict: DoubleVerdict | null; reason: string }

function useSettling(month: string, rows: readonly Difference[], onDone: (text: string) => void) {
  const renewed = useRenewed()
  const send = async ({ order, verdict, reason }: Sent) => {
    if (order === 'propose' && verdict !== null) {
      const householdNos = rows.map(({ householdNo }) => householdNo)
      const reply = await call('casework.propose-doubles', { params: { month }, body: { householdNos, verdict, reason } })
      return { done: `已提出 ${reply.proposed} 户，等待另一人确认`, refused: reply.refused }
    }
    const ids = rows.flatMap(({ doubles }) => doubles.flatMap(({ waiting }) => waiting?.proposalId ?? []))
    const body = { proposalIds: [...new Set(ids)], confirm: order === 'confirm', reason }
    const reply = await call('casework.decide-doubles', { body })
    return { done: `已处理 ${reply.decided} 项`, refused: reply.refused }
  }
  return useMutation({
    mutationFn: send,
    onSuccess: async ({ done, refused }) => {
      await renewed()
      onDone([done, ...refused.map(({ householdNo, message }) => `${householdNo}：${message}`)].join('；'))
    },
  })
}

type OrderProps = {
  order: Order
  month: string
  rows: readonly Difference[]
  onDone: (text: string) => void
  onClose: () => void
}

/** One order, asked for with its reason. It begins anew each time it is opened: what was chosen before is never sent with other households. */
function OrderDialog({ order, month, rows, onDone, onClose }: OrderProps) {
  const [verdict, setVerdict] = useState<DoubleVerdict | null>(null)
  const [unsaid, setUnsaid] = useState(false)
  const settling = useSettling(month, rows, onDone)
  const choices = choicesFor(rows)
  const { button, text } = orders[order]
  return (
    <ReasonDialog
      title={`${button}：${rows.length} 户`}
      text={text}
      button={button}
      busy={settling.isPending}
      error={settling.error}
      onSubmit={(reason) => {
        const open = order === 'propose' && verdict === null
        setUnsaid(open)
        if (!open) settling.mutate({ order, verdict, reason })
      }}
      onClose={onClose}
    >
      {order === 'propose' && (
        <SelectField
          label="怎样处理"
          all="请选择"
          error={unsaid && verdict === null ? '请选择怎样处理' : undefined}
          value={verdict ?? ''}
          onPick={(value) => setVerdict(choices.find((each) => each.value === value)?.value ?? null)}
          choices={choices}
        />
      )}
    </ReasonDialog>
  )
}

type ClearingProps = { month: string; rows: readonly Difference[]; onDone: (text: string) => void }

/** What may be done about the households that are ticked and stand twice: proposed by one person, decided by another. */
export function DoubleClearing({ month, rows, onDone }: ClearingProps) {
  const can = useCan()
  const [order, setOrder] = useState<Order | null>(null)
  const close = () => setOrder(null)
  const offered: readonly Order[] = can('payment.propose') ? ['propose'] : ['confirm', 'refuse']
  return (
    <div className="row no-print">
      {offered.map((each) => (
        <button key={each} type="button" className="button" disabled={rows.length === 0} onClick={() => setOrder(each)}>
          {orders[each].button}
        </button>
      ))}
      <span className="muted small">重复的家庭已选 {rows.length} 户</span>
      {order !== null && (
        <OrderDialog
          order={order}
          month={month}
          rows={rows}
          onDone={(text) => {
            close()
            onDone(text)
          }}
          onClose={close}
        />
      )}
    </div>
  )
}

/** Takes back what was decided of a double; the household is held back again. */
export function UndoDouble({ double }: { double: Double }) {
  const can = useCan()
  const renewed = useRenewed()
  const [open, setOpen] = useState(false)
  const proposalId = double.decided?.proposalId
  const undoing = useMutation({
    mutationFn: (reason: string) => call('casework.undo-doubles', { params: { proposalId: proposalId ?? '' }, body: { reason } }),
    onSuccess: async () => {
      setOpen(false)
      await renewed()
    },
  })
  if (proposalId === undefined || !can('payment.confirm')) return null
  return (
    <>
      <button type="button" className="button small" onClick={() => setOpen(true)}>
        撤销<span className="hidden">{double.householdNo} 的处理</span>
      </button>
      {open && (
        <ReasonDialog
          title={`撤销重复的处理：${double.householdNo}`}
          text="撤销后该户暂不编入名册，由两人重新处理。"
          button="撤销处理"
          busy={undoing.isPending}
          error={undoing.error}
          onSubmit={(reason) => undoing.mutate(reason)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** Households that stand twice and are paid all the same, as two persons decided; each decision can be taken back. */
export function SettledDoubles({ month, township }: { month: string; township: string | undefined }) {
  const [open, setOpen] = useState(false)
  const query = useQuery({ ...reading('casework.list-doubles', { query: { month, township, state: 'decided' } }), enabled: open })
  return (
    <details className="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>已决定照常发放的重复登记</summary>
      {open && (
        <Show query={query}>
          {({ rows, total }) => (
            <>
              {rows.length === 0 && <p className="muted">没有这样的家庭。</p>}
              <ul className="dots">
                {rows.map((double) => (
                  <li key={`${double.householdNo} ${double.text}`}>
                    <Link to="/accounts" search={{ household: double.householdNo }}>
                      {double.householdNo}
                    </Link>
                    ：<DoubleSaid double={double} /> <UndoDouble double={double} />
                  </li>
                ))}
              </ul>
              {total > rows.length && <p className="muted small">只列出前 {count(rows.length)} 项，请按乡镇查看。</p>}
            </>
          )}
        </Show>
      )}
    </details>
  )
}
