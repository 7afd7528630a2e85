import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Calendar } from '#identity/contract'
import { compactDays } from '#kernel/holiday-notice'
import { call, type Output, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Field, SelectField, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'

/** '0101-0103' → '1月1日至3日', '0131-0206' → '1月31日至2月6日'. */
function rangeWords(range: string): string {
  const [first = '', last] = range.split('-')
  const month = (text: string) => `${Number(text.slice(0, 2))}月`
  const day = (text: string) => `${Number(text.slice(2))}日`
  if (last === undefined) return month(first) + day(first)
  return `${month(first)}${day(first)}至${month(last) === month(first) ? '' : month(last)}${day(last)}`
}

function inWords(days: readonly string[]): string {
  return compactDays(days).split(' ').map(rangeWords).join('、')
}

function Days({ title, days }: { title: string; days: readonly string[] }) {
  return (
    <div>
      <dt>
        {title}（{days.length} 天）
      </dt>
      <dd>{days.length === 0 ? '—' : inWords(days)}</dd>
    </div>
  )
}

function InForce({ calendar }: { calendar: Calendar }) {
  return (
    <section className="card stack-small" aria-labelledby="calendar-title">
      <h2 id="calendar-title">{calendar.year} 年节假日</h2>
      {calendar.version === null ? (
        <Empty title="还没有这一年的放假通知">期限暂按周末和固定节日推算，并标明“暂定”；录入通知后自动更正。</Empty>
      ) : (
        <>
          <p className="muted small">
            依据：{calendar.source}
            {calendar.version > 0 && `（第 ${calendar.version} 版）`}
          </p>
          <dl className="facts">
            <Days title="放假" days={calendar.off} />
            <Days title="调休上班" days={calendar.work} />
          </dl>
        </>
      )}
    </section>
  )
}

function Versions({ rows }: { rows: Calendar['versions'] }) {
  return (
    <section className="card stack-small" aria-labelledby="versions-title">
      <h2 id="versions-title">录入记录</h2>
      <Scroller label="录入记录，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              {['版', '依据', '录入'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.version}>
                <th scope="row">{row.version}</th>
                <td>{row.source}</td>
                <td className="nowrap">
                  {row.enteredByName} <span className="muted small">{instant(row.enteredAt)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function Preview({ preview }: { preview: Output<'identity.preview-calendar'> }) {
  return (
    <div className="stack-small" role="status">
      {preview.problems.length > 0 && (
        <div className="notice red">
          <p className="strong">有 {preview.problems.length} 处读不准，不能保存：</p>
          <ul>
            {preview.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <dl className="facts">
        <Days title="放假" days={preview.off} />
        <Days title="调休上班" days={preview.work} />
        <Days title="由上班改为放假" days={preview.changed.filter((x) => !x.working).map((x) => x.date)} />
        <Days title="由放假改为上班" days={preview.changed.filter((x) => x.working).map((x) => x.date)} />
      </dl>
    </div>
  )
}

function PasteForm({ year }: { year: number }) {
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [source, setSource] = useState('')
  const [wrong, setWrong] = useState<{ text?: string; source?: string }>({})
  const preview = useMutation({
    mutationFn: () => call('identity.preview-calendar', { params: { year }, body: { text } }),
  })
  const save = useMutation({
    mutationFn: () => call('identity.save-calendar', { params: { year }, body: { text, source } }),
    onSuccess: async () => {
      setText('')
      preview.reset()
      await queries.invalidateQueries({ queryKey: ['identity.read-calendar'] })
    },
  })
  function look() {
    const short = text.trim().length < 4
    setWrong(short ? { text: '请粘贴通知正文' } : {})
    if (!short) preview.mutate()
  }
  function keep() {
    const missing = source.trim().length < 4
    setWrong(missing ? { source: '请填写通知的文号或名称' } : {})
    if (!missing) save.mutate()
  }
  const certain = preview.data !== undefined && preview.data.problems.length === 0
  return (
    <section className="card stack-small" aria-labelledby="paste-title">
      <h2 id="paste-title">录入 {year} 年放假通知</h2>
      <Field label="通知正文" hint="粘贴国务院办公厅通知中列出各节日的段落。先预览，核对无误后保存。" error={wrong.text}>
        {(ids) => (
          <textarea
            {...ids}
            rows={6}
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              preview.reset()
              save.reset()
            }}
          />
        )}
      </Field>
      <div className="row">
        <button type="button" className="button" onClick={look} disabled={preview.isPending}>
          预览
        </button>
      </div>
      {preview.isError && <ErrorPanel error={preview.error} />}
      {preview.data !== undefined && <Preview preview={preview.data} />}
      {certain && (
        <>
          <TextField
            label="文号或名称"
            value={source}
            onChange={(e) => setSource(e.target.value)}
            maxLength={200}
            error={wrong.source}
          />
          <div className="row">
            <button type="button" className="button primary" onClick={keep} disabled={save.isPending}>
              保存
            </button>
          </div>
        </>
      )}
      <p role="status">{save.isSuccess ? `已保存为第 ${save.data.version} 版，期限即时按新安排计算。` : ''}</p>
      {save.isError && <ErrorPanel error={save.error} />}
    </section>
  )
}

const firstYear = 2024
const lastYear = 2036

/** The working calendar of a year, its notice, and the way to enter a new one. */
export function CalendarPage() {
  const search = useSearch({ from: '/office/calendar' })
  const navigate = useNavigate()
  const can = useCan()
  const thisYear = new Date().getFullYear()
  const wanted = Number(search.year)
  const year = wanted >= firstYear && wanted <= lastYear ? wanted : thisYear
  const query = useQuery(reading('identity.read-calendar', { params: { year } }))
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, i) => String(firstYear + i))
  return (
    <Page
      title="工作日历"
      actions={
        <SelectField
          label="年份"
          value={String(year)}
          onPick={(next) => void navigate({ to: '/calendar', search: { year: next } })}
          choices={years.map((value) => ({ value, label: `${value} 年` }))}
        />
      }
    >
      <Show query={query}>
        {(calendar) => (
          <>
            <InForce calendar={calendar} />
            {can('calendar.edit') && <PasteForm key={year} year={year} />}
            {calendar.versions.length > 0 && <Versions rows={calendar.versions} />}
          </>
        )}
      </Show>
    </Page>
  )
}
