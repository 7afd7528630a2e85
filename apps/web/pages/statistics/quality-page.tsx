import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { todos } from '#identity/todos'
import type { QualityRow } from '#registry/contract'
import { reading } from '../../client.ts'
import { count, percent, shareOf } from '../../format.ts'
import { Bar } from '../../ui/bar.tsx'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { qualityRules } from '../../wording.ts'
import { isListed, QualityCases } from './quality-cases.tsx'

const rules = Object.entries(qualityRules)

const causesOf: Readonly<Record<string, readonly [string, string][]>> = {
  'IDQ-11': [
    ['foreign_holder', '户名不是本户成员'],
    ['failing_card', '卡号校验位不符'],
  ],
  'IDQ-12': [
    ['no_scan', '没有扫描件'],
    ['other_number', '编号不一致'],
    ['several_pages', '多于一页'],
  ],
}

/** What a check is held against that is no person's row. */
const checkedOf: Readonly<Record<string, string>> = { 'IDQ-11': '户有发放账户', 'IDQ-12': '份已签授权书' }

function Place({ row, township }: { row: QualityRow; township: string | undefined }) {
  if (township !== undefined) return row.name
  return (
    <Link to="/quality" search={{ township: row.code }}>
      {row.name}
    </Link>
  )
}

type TableProps = { rows: readonly QualityRow[]; total: QualityRow; township: string | undefined }

function qualityColumns(township: string | undefined): readonly FigureColumn<QualityRow>[] {
  return [
    {
      key: 'place',
      label: township === undefined ? '乡镇街道' : '村社区',
      kind: 'text',
      value: (row) => row.name,
      cell: (row) => <Place row={row} township={township} />,
    },
    { key: 'entries', label: '人员录入', kind: 'count', value: (row) => row.entries },
    {
      key: 'right',
      label: '人员信息一次正确率',
      kind: 'share',
      wide: true,
      value: (row) => shareOf(row.firstTimeRight, row.entries),
      cell: (row) => <RightShare row={row} />,
    },
    { key: 'returned', label: '退回', kind: 'count', value: (row) => row.returned },
    { key: 'corrected', label: '已更正', kind: 'count', value: (row) => row.corrected },
    { key: 'days', label: '更正中位天数', kind: 'plain', value: (row) => row.medianDays },
    ...rules.map(
      ([rule, label]): FigureColumn<QualityRow> => ({
        key: rule,
        label: rule,
        title: label,
        kind: 'count',
        value: (row) => row.byRule[rule] ?? 0,
      }),
    ),
  ]
}

function RightShare({ row }: { row: QualityRow }) {
  return (
    <>
      <Bar
        thin
        total={row.entries}
        unit="条"
        segments={[
          { key: 'right', label: '一次正确', tone: 'green', value: row.firstTimeRight },
          { key: 'wrong', label: '有问题', tone: 'amber', value: row.entries - row.firstTimeRight },
        ]}
      />
      <span className="small">{percent(shareOf(row.firstTimeRight, row.entries))}</span>
    </>
  )
}

function QualityTable({ rows, total, township }: TableProps) {
  return (
    <FigureTable
      label={township === undefined ? '各乡镇街道数据质量' : '各村社区数据质量'}
      className="quality"
      columns={qualityColumns(township)}
      rows={rows}
      rowKey={(row) => row.code}
      total={total}
    />
  )
}

/** What each check means; those that fail for several causes say how often for each. */
function Checks({ total }: { total: QualityRow }) {
  return (
    <dl className="facts">
      {rules.map(([rule, label]) => (
        <div key={rule}>
          <dt className="mono">{rule}</dt>
          <dd>
            {label}
            {checkedOf[rule] !== undefined && (
              <p className="small">
                共 {count(total.checked[rule] ?? 0)} {checkedOf[rule]}，有问题 {count(total.byRule[rule] ?? 0)}{' '}
                {checkedOf[rule]?.slice(0, 1)}（{percent(shareOf(total.byRule[rule] ?? 0, total.checked[rule] ?? 0))}）
              </p>
            )}
            <ul className="small muted">
              {(causesOf[rule] ?? []).map(([cause, what]) => (
                <li key={cause}>
                  {what} {count(total.byCause[cause] ?? 0)}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Data quality per township: how much was right the first time, what came back and why, how long it took. */
export function QualityPage() {
  const { township, rule } = useSearch({ from: '/office/quality' })
  const query = useQuery(reading('registry.list-quality', { query: { township } }))
  return (
    <Page
      title="数据质量"
      {...(township === undefined
        ? {}
        : {
            crumbs: (
              <li>
                <Link to="/quality">全部乡镇街道</Link>
              </li>
            ),
          })}
    >
      <Show query={query}>
        {(data) =>
          data.rows.length === 0 ? (
            <Empty title="还没有名册">
              <Hint todo={todos.importDistrict()} lead="接下来：" />
            </Empty>
          ) : (
            <>
              <section className="card stack-small">
                <QualityTable rows={data.rows} total={data.total} township={township} />
                <p className="muted small">
                  人员信息一次正确率只计成员和赡养人自身的检查（IDQ-1 至 IDQ-9）；区划、账户、授权书的检查（IDQ-10 至
                  IDQ-12）按户、按份另计，见下。
                </p>
                <h2>各项检查</h2>
                <Checks total={data.total} />
              </section>
              {township !== undefined && (
                <QualityCases township={township} rule={isListed(rule) ? rule : 'IDQ-11'} total={data.total} />
              )}
            </>
          )
        }
      </Show>
    </Page>
  )
}
