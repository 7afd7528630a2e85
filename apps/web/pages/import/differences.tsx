import { Link } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { Difference, DifferenceSummary, ImportDetail } from '#registry/contract'
import { addressOf } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { DifferenceList } from './difference-list.tsx'
import { kindWords, type RunSearch } from './import-words.ts'

type SummaryProps = { run: ImportDetail; differences: DifferenceSummary; search: RunSearch }

const kinds = ['new', 'changed', 'removed'] as const satisfies readonly Difference['kind'][]

function Counts({ run, differences, search }: SummaryProps) {
  const fileOf = (table: string) => run.files.find(({ file }) => file === `${table}.csv`)
  const shown = differences.tables.filter(({ table, removed }) => removed > 0 || (fileOf(table)?.rows ?? 0) > 0)
  return (
    <Scroller label="各表的差异，可左右滚动">
      <table className="data">
        <caption className="hidden">各表的差异</caption>
        <thead>
          <tr>
            <th scope="col">名册表</th>
            {[...kinds.map((kind) => kindWords[kind].label), '未动', '退回'].map((x) => (
              <th key={x} scope="col" className="num">
                {x}
              </th>
            ))}
            <th scope="col">变动的内容</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((table) => (
            <tr key={table.table}>
              <th scope="row">{table.label}</th>
              {kinds.map((kind) => (
                <td key={kind} className="num">
                  {table[kind] === 0 ? (
                    '0'
                  ) : (
                    <Link
                      to="/imports/$importId"
                      params={{ importId: run.importId }}
                      search={{ ...search, table: table.table, kind, flag: undefined }}
                      hash="differences"
                      aria-label={`看${table.label}${kindWords[kind].label} ${count(table[kind])} 行`}
                    >
                      {count(table[kind])}
                    </Link>
                  )}
                </td>
              ))}
              <td className="num">{count(table.untouched)}</td>
              <td className="num">{count(fileOf(table.table)?.quarantined ?? 0)}</td>
              <td className="text small">
                {table.fields
                  .slice(0, 6)
                  .map((field) => `${field.label} ${count(field.rows)}`)
                  .join('、')}
                {table.fields.length > 6 && ' 等'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** '+1,200.00', '-300.00', '不变'. */
function change(before: number, after: number): string {
  if (before === after) return '不变'
  return `${after > before ? '+' : '−'}${yuan(Math.abs(after - before))}`
}

/** Sums of money before and after. */
function Sums({ differences }: { differences: DifferenceSummary }) {
  const { grants, payments } = differences
  const rows = [
    {
      label: `在保家庭月保障金额（${count(grants.beforeHouseholds)} → ${count(grants.afterHouseholds)} 户）`,
      ...grants,
    },
    ...payments.map((month) => ({ label: `${chineseDate(month.month)} 发放金额`, ...month })),
  ]
  return (
    <Scroller label="金额合计，可左右滚动">
      <table className="data">
        <caption>金额合计（元）</caption>
        <thead>
          <tr>
            <th scope="col">项目</th>
            {['名册现有', '导入以后', '增减'].map((x) => (
              <th key={x} scope="col" className="num">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td className="num">{yuan(row.beforeFen)}</td>
              <td className="num">{yuan(row.afterFen)}</td>
              <td className="num strong">{change(row.beforeFen, row.afterFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type FlagProps = { importId: string; search: RunSearch }

/** What must be looked at before anything else. */
function Flags({ differences, importId, search, isWritten }: FlagProps & { differences: DifferenceSummary; isWritten: boolean }) {
  const { older, money, removal } = differences
  const to = (change: RunSearch) => ({
    to: '/imports/$importId' as const,
    params: { importId },
    search: { ...search, table: undefined, kind: undefined, flag: undefined, ...change },
    hash: 'differences',
  })
  return (
    <>
      {removal !== null && removal.households > 0 && (
        <p className="notice red">
          文件里没有的 {count(removal.households)} 户{isWritten ? '已' : '将'}移出名册（名册共 {count(removal.registered)}{' '}
          户，一次最多移出 {removal.mostPercent} %）。<Link {...to({ kind: 'removed', table: 'households' })}>逐户查看</Link>
        </p>
      )}
      {older > 0 && (
        <p className="notice amber">
          {count(older)} 行把名册改回以前的值：这份文件可能是较早导出的。<Link {...to({ flag: 'older' })}>查看这些行</Link>
        </p>
      )}
      {money > 0 && (
        <p className="notice">
          {count(money)} 行涉及金额、待遇、账户或发放。<Link {...to({ flag: 'money' })}>查看这些行</Link>
        </p>
      )}
    </>
  )
}

const isWritten = (state: ImportDetail['state']) => state === 'done' || state === 'withdrawn'

/** What an import would change, or changed: counts, sums, what must be looked at, and every row. */
export function Differences({ run, search }: { run: ImportDetail; search: RunSearch }) {
  const can = useCan()
  const { differences, importId } = run
  if (differences === null) return null
  const isNothing = run.changed === 0 && run.removed === 0
  return (
    <section className="card stack-small" aria-labelledby="differences-title">
      <div className="spread">
        <h2 id="differences-title">{isWritten(run.state) ? '这次导入改动了什么' : '与名册的差异'}</h2>
        {!isNothing && can('registry.compare') && (
          <a className="button" href={addressOf('registry.download-differences', { params: { importId } })}>
            下载差异（Excel）
          </a>
        )}
      </div>
      <Flags differences={differences} importId={importId} search={search} isWritten={isWritten(run.state)} />
      <Counts run={run} differences={differences} search={search} />
      <Sums differences={differences} />
      {!isNothing && can('registry.compare') && <DifferenceList run={run} differences={differences} search={search} />}
    </section>
  )
}
