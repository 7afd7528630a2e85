import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { DutyArea } from '#identity/contract'
import { chineseDate } from '#kernel/chinese-date'
import { call, reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldGroup, SelectField, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Arriving, Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { FormButtons } from './form-buttons.tsx'
import { useTownships, useTownshipsComing, useVillages, useVillagesComing } from './place-choice.tsx'

function EndDialog({ duty, onClose }: { duty: DutyArea; onClose: () => void }) {
  const queries = useQueryClient()
  const [on, setOn] = useState('')
  const [wrong, setWrong] = useState<string>()
  const end = useMutation({
    mutationFn: () => call('identity.end-duty', { params: { dutyId: duty.dutyId }, body: { on } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['identity.list-duty'] })
      onClose()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    setWrong(on === '' ? '请选择日期：从这一天起不再负责' : undefined)
    if (on !== '') end.mutate()
  }
  return (
    <Dialog title={`${duty.userName} 不再负责 ${duty.villageName}`} onClose={onClose}>
      <form className="stack-small" onSubmit={submit} noValidate>
        <DateField label="自何日起" required value={on} onChange={(e) => setOn(e.target.value)} error={wrong} />
        {end.isError && <ErrorPanel error={end.error} />}
        <FormButtons label="结束" busy={end.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function Duties({ rows }: { rows: readonly DutyArea[] }) {
  const can = useCan()
  const [ending, setEnding] = useState<DutyArea | null>(null)
  if (rows.length === 0) return <Empty title="还没有安排">选择人员和村（社区）后安排。</Empty>
  return (
    <>
      <Scroller label="包村安排，可左右滚动">
        <table className="data accounts">
          <caption className="hidden">包村安排</caption>
          <thead>
            <tr>
              {['村（社区）', '负责人', '起', '止', '说明', '操作'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((duty) => (
              <tr key={duty.dutyId}>
                <th scope="row">{duty.villageName}</th>
                <td>
                  {duty.userName}{' '}
                  <span className="muted small">{[duty.roleLabel, ...duty.posts].filter((x) => x !== '').join('，')}</span>
                </td>
                <td className="nowrap">{chineseDate(duty.from)}</td>
                <td className="nowrap">{chineseDate(duty.to ?? '—')}</td>
                <td>{duty.note === '' ? '—' : duty.note}</td>
                <td>
                  {can('duty.assign') && duty.to === null ? (
                    <button type="button" className="button" onClick={() => setEnding(duty)}>
                      结束<span className="hidden">{`${duty.userName}对${duty.villageName}的负责`}</span>
                    </button>
                  ) : (
                    '—'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {ending !== null && <EndDialog duty={ending} onClose={() => setEnding(null)} />}
    </>
  )
}

type Choice = { value: string; label: string }

function Villages({
  villages,
  picked,
  onPick,
  error,
}: {
  villages: readonly Choice[]
  picked: readonly string[]
  onPick: (codes: string[]) => void
  error: string | undefined
}) {
  return (
    <FieldGroup label="村（社区）" className="stack-small" error={error}>
      {villages.length === 0 && <p className="muted small">先选择乡镇街道。</p>}
      <div className="row">
        {villages.map((village) => (
          <label key={village.value} className="choice">
            <input
              type="checkbox"
              checked={picked.includes(village.value)}
              onChange={(event) =>
                onPick(event.target.checked ? [...picked, village.value] : picked.filter((code) => code !== village.value))
              }
            />
            {village.label}
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

function AssignForm({ township }: { township: string }) {
  const queries = useQueryClient()
  const villages = useVillages(township)
  const officers = useQuery(reading('identity.list-officers', {})).data?.rows ?? []
  const [userId, setUserId] = useState('')
  const [picked, setPicked] = useState<string[]>([])
  const [from, setFrom] = useState('')
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<{ user?: string; villages?: string; from?: string }>({})
  const assign = useMutation({
    mutationFn: () => call('identity.assign-duty', { body: { userId, villageCodes: picked, from, note } }),
    onSuccess: async () => {
      setPicked([])
      await queries.invalidateQueries({ queryKey: ['identity.list-duty'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = {
      ...(userId === '' ? { user: '请选择负责人' } : {}),
      ...(picked.length === 0 ? { villages: '请至少选择一个村（社区）' } : {}),
      ...(from === '' ? { from: '请选择开始日期' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) assign.mutate()
  }
  return (
    <form className="card stack-small" onSubmit={submit} noValidate aria-labelledby="assign-title">
      <h2 id="assign-title">安排包村</h2>
      {useVillagesComing(township) && <Arriving />}
      <Villages villages={villages} picked={picked} onPick={setPicked} error={wrong.villages} />
      <div className="filters">
        <SelectField
          label="负责人"
          required
          all="请选择"
          value={userId}
          onPick={setUserId}
          choices={officers.map((x) => ({ value: x.userId, label: `${x.name}（${x.roleLabel}）` }))}
          error={wrong.user}
        />
        <DateField label="自何日起" required value={from} onChange={(e) => setFrom(e.target.value)} error={wrong.from} />
        <TextField label="说明" value={note} onChange={(e) => setNote(e.target.value)} maxLength={200} autoComplete="off" />
        <button type="submit" className="button primary" disabled={assign.isPending}>
          安排
        </button>
      </div>
      <p role="status">{assign.isSuccess ? `已安排 ${assign.data.assigned} 个村（社区）。` : ''}</p>
      {assign.isError && <ErrorPanel error={assign.error} />}
    </form>
  )
}

/** Who answers for which village: today's arrangement, or with those that ended. */
export function DutyPage() {
  const search = useSearch({ from: '/office/duty' })
  const navigate = useNavigate()
  const can = useCan()
  const townships = useTownships()
  const township = search.township ?? (townships.length === 1 ? (townships[0]?.value ?? '') : '')
  const past = search.past === 'yes'
  const query = useQuery(
    reading('identity.list-duty', {
      query: { township: township === '' ? undefined : township, past: past ? 'yes' : undefined },
    }),
  )
  const set = (next: { township?: string | undefined; past?: string | undefined }) =>
    void navigate({ to: '/duty', search: { ...search, ...next } })
  return (
    <Page
      title="分片包村"
      actions={
        <SelectField
          label="乡镇街道"
          all="全部"
          value={township}
          onPick={(code) => set({ township: code })}
          choices={townships}
        />
      }
    >
      {useTownshipsComing() && <Arriving />}
      {can('duty.assign') && <AssignForm key={township} township={township} />}
      <section className="card stack-small" aria-labelledby="duty-title">
        <h2 id="duty-title">包村安排</h2>
        {can('duty.assign') && (
          <p>
            <Link to="/tables" search={{ kind: 'duty' }}>
              用工作簿整批安排
            </Link>
          </p>
        )}
        <label className="choice">
          <input type="checkbox" checked={past} onChange={(event) => set({ past: event.target.checked ? 'yes' : undefined })} />
          也显示已结束的
        </label>
        <Show query={query}>{(data) => <Duties rows={data.rows} />}</Show>
      </section>
    </Page>
  )
}
