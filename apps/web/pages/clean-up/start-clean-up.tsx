import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call, type Output, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'
import { PlaceFields } from '../household/filter-fields.tsx'

type Place = { township?: string | undefined; village?: string | undefined }
type Order = { label: string; divisionCode: string; deadlineOn: string }

type ConfirmProps = { order: Order; busy: boolean; error: unknown; onSend: (households: number) => void; onClose: () => void }

function Counted({ data, busy, onSend }: { data: Output<'casework.preview-clean-up'>; busy: boolean; onSend: () => void }) {
  const [sure, setSure] = useState(false)
  const { households, townships } = data
  if (households === 0) return <p className="notice amber">这个范围内没有在保家庭，无须清理。</p>
  return (
    <form
      noValidate
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      <p>
        将冻结 <strong>{count(townships.length)}</strong> 个乡镇（街道）共 <strong>{count(households)}</strong> 户在保家庭的名单：
      </p>
      <ul className="dots">
        {townships.map((each) => (
          <li key={each.code}>
            {each.name} {count(each.households)} 户
          </li>
        ))}
      </ul>
      <label className="choice">
        <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
        <span>已核对范围和户数，冻结这 {count(households)} 户</span>
      </label>
      <div className="row">
        <button type="submit" className="button primary" disabled={!sure || busy}>
          {busy ? '正在冻结…' : '确认冻结'}
        </button>
      </div>
    </form>
  )
}

/** What would be frozen, in figures, before it is. */
function ConfirmDialog({ order, busy, error, onSend, onClose }: ConfirmProps) {
  const query = useQuery(reading('casework.preview-clean-up', { query: { divisionCode: order.divisionCode } }))
  return (
    <Dialog title={`启动“${order.label}”`} onClose={onClose}>
      {error !== null && <ErrorPanel error={error} />}
      <Show query={query}>{(data) => <Counted data={data} busy={busy} onSend={() => onSend(data.households)} />}</Show>
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </Dialog>
  )
}

/** What the form still lacks, by field. */
function missingIn({ label, deadlineOn }: Order): { label?: string; deadlineOn?: string } {
  return {
    ...(label.length < 4 ? { label: '请填写名称，至少 4 个字' } : {}),
    ...(deadlineOn === '' ? { deadlineOn: '请填写截止日期' } : {}),
  }
}

/** Starts a clean-up of an area: the list of recipients is counted, confirmed and frozen at once. */
export function StartForm() {
  const queries = useQueryClient()
  const places = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1 } }))
  const [place, setPlace] = useState<Place>({})
  const [missing, setMissing] = useState<ReturnType<typeof missingIn>>({})
  const [order, setOrder] = useState<Order | null>(null)
  const start = useMutation({
    mutationFn: (body: Order & { households: number }) => call('casework.start-clean-up', { body }),
    onSuccess: () => {
      setOrder(null)
      return queries.invalidateQueries({ queryKey: ['casework.list-clean-ups'] })
    },
  })
  const district = places.data?.rows[0]?.parentCode ?? ''
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const divisionCode = place.village ?? place.township ?? district
    const asked = { label: text('label'), divisionCode, deadlineOn: text('deadlineOn') }
    const wrong = missingIn(asked)
    setMissing(wrong)
    start.reset()
    if (Object.keys(wrong).length === 0) setOrder(asked)
  }
  return (
    <details className="card">
      <summary>启动全面清理</summary>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted small">启动时冻结范围内全部在保家庭名单。每户重新申请、重新核对；原待遇不自动停发。</p>
        {start.data !== undefined && <p className="notice green">已冻结 {count(start.data.households)} 户。</p>}
        <div className="form-grid">
          <TextField label="名称" name="label" maxLength={60} defaultValue="城乡低保全面清理、重新申请" error={missing.label} />
          <PlaceFields place={place} onPick={setPlace} />
          <DateField label="截止日期" required name="deadlineOn" error={missing.deadlineOn} />
        </div>
        <div className="row">
          <button type="submit" className="button primary" disabled={start.isPending || district === ''}>
            冻结名单并启动
          </button>
        </div>
      </form>
      {order !== null && (
        <ConfirmDialog
          order={order}
          busy={start.isPending}
          error={start.error}
          onSend={(households) => start.mutate({ ...order, households })}
          onClose={() => setOrder(null)}
        />
      )}
    </details>
  )
}
