import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import type { PackLine, PackSection, PolicyParameter, PolicyValue } from '#revisions/contract'
import { type Output, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { MarkLegend, PolicyNav } from './policy-nav.tsx'
import { markWords, sectionWords } from './words.ts'

type PackView = Output<'casework.read-pack'>
type Search = { pack?: string | undefined; q?: string | undefined; section?: string | undefined; show?: string | undefined }

function Origin({ value }: { value: PolicyValue }) {
  if (value.kind === 'own') return <span>本包</span>
  if (value.kind === 'inherited') return <span className="muted">沿用 {value.originLabel}</span>
  return (
    <Link to="/policy/revisions/$revisionId" params={{ revisionId: value.origin }}>
      {value.originLabel}
    </Link>
  )
}

function ValueRow({ parameter, value, first }: { parameter: PolicyParameter; value: PolicyValue; first: boolean }) {
  return (
    <tr>
      {first && (
        <th scope="row" rowSpan={parameter.values.length}>
          {parameter.label}
          <div className="muted small">
            <span className="mono">{parameter.name}</span>，{parameter.unit}
          </div>
        </th>
      )}
      <td className="nowrap">
        {chineseDate(value.from)} 起{value.until === null ? '' : `，至 ${chineseDate(value.until)} 前`}
      </td>
      <td className="strong text">{value.text}</td>
      <td className="clause">{value.clause}</td>
      <td>
        <Tag tone={markWords[value.mark].tone}>{markWords[value.mark].label}</Tag>
      </td>
      <td className="nowrap">
        {value.overdue ? (
          <Tag tone="red">已过期 {chineseDate(value.reviewedUntil ?? '')}</Tag>
        ) : (
          (value.reviewedUntil ?? '不要求')
        )}
      </td>
      <td className="origin">
        <Origin value={value} />
      </td>
    </tr>
  )
}

function ValueTable({ section, rows }: { section: PackSection; rows: readonly PolicyParameter[] }) {
  return (
    <section className="card stack-small" aria-labelledby={`values-${section}`}>
      <h2 id={`values-${section}`}>
        {sectionWords[section]}参数（{count(rows.length)} 项）
      </h2>
      <Scroller label={`${sectionWords[section]}参数，可左右滚动`}>
        <table className="data values">
          <thead>
            <tr>
              {['参数', '施行', '值', '依据', '可靠程度', '复核期限', '出自'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.flatMap((parameter) =>
              parameter.values.map((value, i) => (
                <ValueRow key={`${parameter.name} ${value.from}`} parameter={parameter} value={value} first={i === 0} />
              )),
            )}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function chosen(pack: PackView, { q = '', section, show }: Search): PolicyParameter[] {
  return pack.parameters.filter((parameter) => {
    if (section !== undefined && parameter.section !== section) return false
    if (show === 'overdue' && !parameter.values.some((value) => value.overdue)) return false
    if (show === 'own' && !parameter.values.some((value) => value.kind !== 'inherited')) return false
    return `${parameter.label} ${parameter.name}`.toLowerCase().includes(q.trim().toLowerCase())
  })
}

function PackBody({ pack, line, search }: { pack: PackView; line: PackLine; search: Search }) {
  const rows = chosen(pack, search)
  const sections = (['assess', 'casework', 'verify'] as const).filter((section) => rows.some((row) => row.section === section))
  return (
    <>
      <section className="card stack-small" aria-labelledby="pack-title">
        <h2 id="pack-title">
          {pack.label} {line.inUse && <Tag tone="green">本区现用</Tag>}
        </h2>
        <dl className="facts">
          <div>
            <dt>地区</dt>
            <dd>{pack.place}</dd>
          </div>
          <div>
            <dt>施行日</dt>
            <dd>{pack.effectiveFrom}</dd>
          </div>
          <div>
            <dt>沿用</dt>
            <dd>{pack.inherits ?? '不沿用其他包'}</dd>
          </div>
          <div>
            <dt>今日指纹</dt>
            <dd className="mono">{pack.hash?.slice(0, 16) ?? '尚未施行'}</dd>
          </div>
        </dl>
        {line.overdue > 0 && (
          <p className="notice red">
            有 {line.overdue} 项值的复核期限已过：可以核算，复核确认前不得据以签发决定。
            <Hint todo={todos.draftRevision()} lead="接下来：" />
          </p>
        )}
        {pack.notes.length > 0 && (
          <details>
            <summary>须知（{pack.notes.length} 条）</summary>
            <ul className="stack-small small">
              {pack.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </details>
        )}
        <MarkLegend />
      </section>
      {rows.length === 0 ? (
        <Empty title="没有符合条件的参数">
          <p>请清空名称或改选类别。</p>
        </Empty>
      ) : (
        sections.map((section) => (
          <ValueTable key={section} section={section} rows={rows.filter((row) => row.section === section)} />
        ))
      )}
    </>
  )
}

function PackOf({ line, search }: { line: PackLine; search: Search }) {
  const query = useQuery(reading('casework.read-pack', { params: { packId: line.packId } }))
  return <Show query={query}>{(pack) => <PackBody pack={pack} line={line} search={search} />}</Show>
}

/** Packs and their values over time: where each value comes from, what it rests on, and until when it was confirmed. */
export function PolicyPage() {
  const search = useSearch({ from: '/office/policy' })
  const navigate = useNavigate()
  const packs = useQuery(reading('casework.list-packs', {}))
  const set = (more: Search) => void navigate({ to: '/policy', search: { ...search, ...more }, replace: true })
  return (
    <Page title="政策包">
      <PolicyNav />
      <Show query={packs}>
        {({ rows }) => {
          const line = rows.find((row) => row.packId === search.pack) ?? rows.find((row) => row.inUse) ?? rows[0]
          if (line === undefined) return <Empty title="没有政策包" />
          return (
            <>
              <div className="card filters">
                <SelectField
                  label="政策包"
                  wide
                  value={line.packId}
                  onPick={(pack) => set({ pack })}
                  choices={rows.map((row) => ({ value: row.packId, label: row.inUse ? `${row.label}（现用）` : row.label }))}
                />
                <TextField
                  label="参数名称"
                  type="search"
                  value={search.q ?? ''}
                  onChange={(event) => set({ q: event.target.value })}
                />
                <SelectField
                  label="类别"
                  all="全部"
                  value={search.section ?? ''}
                  onPick={(section) => set({ section })}
                  choices={Object.entries(sectionWords).map(([value, label]) => ({ value, label }))}
                />
                <SelectField
                  label="只看"
                  all="全部"
                  value={search.show ?? ''}
                  onPick={(show) => set({ show })}
                  choices={[
                    { value: 'overdue', label: '复核期限已过' },
                    { value: 'own', label: '本包和修订的值' },
                  ]}
                />
              </div>
              <PackOf key={line.packId} line={line} search={search} />
            </>
          )
        }}
      </Show>
    </Page>
  )
}
