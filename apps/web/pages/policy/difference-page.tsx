import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { PolicyDifference } from '#revisions/contract'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Loading, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { MarkLegend, PolicyNav } from './policy-nav.tsx'
import { SideFields } from './side-fields.tsx'
import { markWords, sectionWords } from './words.ts'

const KINDS = {
  value: { label: '值不同', tone: 'amber' },
  clause: { label: '仅依据不同', tone: 'blue' },
  missing: { label: '一方没有', tone: 'red' },
} as const

function SideCell({ value }: { value: PolicyDifference['before'] }) {
  if (value === null) return <td className="muted">没有这个参数</td>
  return (
    <td className="text">
      <div className="strong">{value.text}</div>
      <div className="small muted">
        {chineseDate(value.from)} 起，{value.clause}，{value.originLabel}{' '}
        <Tag tone={markWords[value.mark].tone}>{markWords[value.mark].label}</Tag>
      </div>
    </td>
  )
}

function Differences({ rows, before, after }: { rows: readonly PolicyDifference[]; before: string; after: string }) {
  if (rows.length === 0) {
    return (
      <Empty title="两边的值完全相同">
        <p>请改选政策包或日期。</p>
      </Empty>
    )
  }
  return (
    <section className="card stack-small" aria-labelledby="differences">
      <h2 id="differences">{count(rows.length)} 项不同</h2>
      <MarkLegend />
      <Scroller label="不同的参数，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">参数</th>
              <th scope="col">不同之处</th>
              <th scope="col">{before}</th>
              <th scope="col">{after}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.section} ${row.name}`}>
                <th scope="row">
                  {row.label}
                  <div className="muted small">
                    {sectionWords[row.section]}，<span className="mono">{row.name}</span>
                  </div>
                </th>
                <td>
                  <Tag tone={KINDS[row.kind].tone}>{KINDS[row.kind].label}</Tag>
                </td>
                <SideCell value={row.before} />
                <SideCell value={row.after} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

type Compared = { packA: string; onA: string; packB: string; onB: string; revision: string | undefined }

function Compare({ compared }: { compared: Compared }) {
  const query = useQuery(reading('casework.compare-packs', { query: compared }))
  return <Show query={query}>{(data) => <Differences rows={data.rows} before={data.beforeLabel} after={data.afterLabel} />}</Show>
}

/** How two packs, or one pack on two days, differ. */
export function DifferencePage() {
  const search = useSearch({ from: '/office/policy/difference' })
  const navigate = useNavigate()
  const { rows: packs, today: on } = useQuery(reading('casework.list-packs', {})).data ?? { rows: [], today: '' }
  const inUse = packs.find((row) => row.inUse)?.packId ?? packs[0]?.packId
  const packA = search.packA ?? inUse
  const packB = search.packB ?? inUse
  const set = (more: typeof search) => void navigate({ to: '/policy/difference', search: { ...search, ...more }, replace: true })
  if (packA === undefined || packB === undefined) return <Loading />
  const compared = { packA, onA: search.onA ?? on, packB, onB: search.onB ?? on, revision: search.revision }
  return (
    <Page title="比较政策包">
      <PolicyNav />
      <div className="card two">
        <SideFields
          legend="甲"
          side={{ packId: packA, on: compared.onA, revisionId: null }}
          onChange={(side) => set({ packA: side.packId, onA: side.on })}
        />
        <SideFields
          legend="乙"
          revisions
          side={{ packId: packB, on: compared.onB, revisionId: search.revision ?? null }}
          onChange={(side) => set({ packB: side.packId, onB: side.on, revision: side.revisionId ?? undefined })}
        />
      </div>
      <Compare compared={compared} />
    </Page>
  )
}
