import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { call, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldGroup, TextField } from '../../ui/field.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'

type Values = { title: string; asOf: string; pack: string; townships: string[] }

function valuesOf(form: FormData): Values {
  return {
    title: String(form.get('title') ?? '').trim(),
    asOf: String(form.get('asOf') ?? ''),
    pack: String(form.get('pack') ?? ''),
    townships: form.getAll('township').map(String),
  }
}

type TownshipsProps = { rows: readonly { code: string; name: string; households: number }[]; onChange: () => void }

function Townships({ rows, onChange }: TownshipsProps) {
  return (
    <FieldGroup label="范围（不选即全部）" onChange={onChange}>
      <div className="pick-list">
        {rows.map((d) => (
          <label key={d.code} className="choice">
            <input type="checkbox" name="township" value={d.code} />
            <span>
              {d.name} <span className="muted small">{count(d.households)} 户</span>
            </span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

type Faults = { title?: string; asOf?: string; sure?: string }

/** Starts a campaign: name, as-of date, pack and townships; the household list is frozen with it. */
export function StartCampaign({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [wrong, setWrong] = useState<Faults>({})
  const [picked, setPicked] = useState<readonly string[]>([])
  const form = useRef<HTMLFormElement>(null)
  const [sure, setSure] = useState(false)
  const places = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } }))
  const start = useMutation({
    mutationFn: (body: Values) => call('verification.start-campaign', { body }),
    onSuccess: async (campaign) => {
      await queries.invalidateQueries({ queryKey: ['verification.list-campaigns'] })
      onClose()
      await navigate({ to: '/progress', search: { campaign: campaign.campaignId } })
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = valuesOf(new FormData(event.currentTarget))
    const missing = {
      ...(values.title.length < 2 ? { title: '请写批次名称，至少 2 个字' } : {}),
      ...(values.asOf === '' ? { asOf: '请选择核对时点' } : {}),
      ...(sure ? {} : { sure: '请核对范围和户数，再勾选确认' }),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) start.mutate(values)
  }

  return (
    <Dialog title="新建核对批次" onClose={onClose}>
      <p className="muted">名单在启动时冻结；各成员单位随即收到分批委托。</p>
      {start.isError && <ErrorPanel error={start.error} />}
      <form ref={form} className="stack" onSubmit={submit} noValidate>
        <TextField label="批次名称" name="title" error={wrong.title} maxLength={80} />
        <DateField label="核对时点" name="asOf" error={wrong.asOf} />
        <TextField label="政策包" required name="pack" defaultValue="reference" hint="内置政策包的名称" />
        <Show query={places}>
          {({ rows }) => {
            const chosen = picked.length === 0 ? rows : rows.filter((row) => picked.includes(row.code))
            const households = chosen.reduce((sum, row) => sum + row.households, 0)
            return (
              <>
                <Townships
                  rows={rows}
                  onChange={() => {
                    setPicked(new FormData(form.current ?? undefined).getAll('township').map(String))
                    setSure(false)
                  }}
                />
                <label className="choice">
                  <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
                  <span>
                    确认冻结{picked.length === 0 ? '全部' : ''} {count(chosen.length)} 个乡镇（街道）名册上的 {count(households)}{' '}
                    户
                  </span>
                </label>
                {wrong.sure !== undefined && !sure && (
                  <p className="error-text small" role="alert">
                    {wrong.sure}
                  </p>
                )}
              </>
            )
          }}
        </Show>
        <div className="row">
          <button type="submit" className="button primary" disabled={start.isPending}>
            {start.isPending ? '正在启动…' : '冻结名单并启动'}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}
