import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { DatedDivision, EndedDivision } from '#registry/contract'
import { reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { type DivisionChange, DivisionForm } from './division-forms.tsx'
import { useTownships } from './place-choice.tsx'
import { SealDialog } from './seal-dialog.tsx'

const kindLabels: Readonly<Record<DatedDivision['kind'], string>> = {
  district: '区（县）',
  township: '乡镇',
  street: '街道',
  village: '村',
  community: '社区',
}

type Asked = { division: DatedDivision; change: DivisionChange | 'seal' }

function Buttons({ division, onAsk }: { division: DatedDivision; onAsk: (asked: Asked) => void }) {
  const can = useCan()
  const { level } = division
  const [edits, seals] = [can('division.edit') && level !== 'district', can('seal.keep') && level !== 'village']
  if (!edits && !seals) return <>—</>
  const button = (change: Asked['change'], label: string) => (
    <button type="button" className="button" onClick={() => onAsk({ division, change })}>
      {label}
      <span className="hidden">{division.name}</span>
    </button>
  )
  return (
    <div className="row">
      {edits && button('rename', '更名')}
      {edits && level === 'village' && button('merge', '并入')}
      {edits && level === 'village' && button('split', '拆分')}
      {seals && button('seal', '印章')}
    </div>
  )
}

function Divisions({ rows, onAsk }: { rows: readonly DatedDivision[]; onAsk: (asked: Asked) => void }) {
  if (rows.length === 0) return <Empty title="没有符合条件的区划">换一个名称或乡镇街道；原名称也可以查。</Empty>
  return (
    <Scroller label="行政区划，可左右滚动">
      <table className="data accounts">
        <caption className="hidden">行政区划</caption>
        <thead>
          <tr>
            {['名称', '代码', '类型', '上级', '自', '曾用名', '操作'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((d) => (
            <tr key={d.code}>
              <th scope="row">{d.name}</th>
              <td className="mono">{d.code}</td>
              <td>{kindLabels[d.kind]}</td>
              <td>{d.parentName ?? '—'}</td>
              <td className="nowrap">{chineseDate(d.since ?? '—')}</td>
              <td>
                {d.formerly.length === 0 ? '—' : d.formerly.map((f) => `${f.name}（至 ${chineseDate(f.until)}）`).join('、')}
              </td>
              <td>
                <Buttons division={d} onAsk={onAsk} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Ended({ rows }: { rows: readonly EndedDivision[] }) {
  return (
    <section className="card stack-small" aria-labelledby="ended-title">
      <h2 id="ended-title">已撤并</h2>
      <Scroller label="已撤并的区划，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              {['原名称', '代码', '起', '止', '现属'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((d) => (
              <tr key={d.code}>
                <th scope="row">{d.name}</th>
                <td className="mono">{d.code}</td>
                <td className="nowrap">{chineseDate(d.from ?? '—')}</td>
                <td className="nowrap">{chineseDate(d.until)}</td>
                <td>{d.successorName ?? d.successorCode ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

/** The division table with its history; renaming, merging and splitting with a day. */
export function DivisionsPage() {
  const search = useSearch({ from: '/office/divisions' })
  const navigate = useNavigate()
  const can = useCan()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [done, setDone] = useState('')
  const townships = useTownships()
  const { parent, q } = search
  const level = q === undefined && parent === undefined ? ('township' as const) : undefined
  const query = useQuery({
    ...reading('registry.list-division-history', { query: { parent, q, level, limit: 500 } }),
    placeholderData: (old) => old,
  })
  const district = useQuery(reading('registry.list-division-history', { query: { level: 'district', limit: 1 } })).data?.rows[0]
  const set = (next: { parent?: string | undefined; q?: string | undefined }) =>
    void navigate({ to: '/divisions', search: { ...search, ...next }, replace: true })
  return (
    <Page
      title="行政区划"
      actions={
        can('seal.keep') && (
          <button
            type="button"
            className="button"
            disabled={district === undefined}
            onClick={() => district !== undefined && setAsked({ division: district, change: 'seal' })}
          >
            {district?.name ?? '本区'}印章
          </button>
        )
      }
    >
      <search className="card filters" aria-label="筛选区划">
        <SelectField
          label="乡镇街道"
          all="全部乡镇街道"
          value={parent ?? ''}
          onPick={(code) => set({ parent: code })}
          choices={townships}
        />
        <TextField label="名称或拼音首字母" value={q ?? ''} onChange={(e) => set({ q: e.target.value })} autoComplete="off" />
      </search>
      <p role="status">{done}</p>
      <Show query={query}>
        {(data) => (
          <>
            <section className="card stack-small" aria-labelledby="divisions-title">
              <h2 id="divisions-title">现行</h2>
              <Divisions rows={data.rows} onAsk={setAsked} />
            </section>
            {data.ended.length > 0 && <Ended rows={data.ended} />}
          </>
        )}
      </Show>
      {asked !== null &&
        (asked.change === 'seal' ? (
          <SealDialog divisionCode={asked.division.code} name={asked.division.name} onClose={() => setAsked(null)} />
        ) : (
          <DivisionForm division={asked.division} change={asked.change} onClose={() => setAsked(null)} onDone={setDone} />
        ))}
    </Page>
  )
}
