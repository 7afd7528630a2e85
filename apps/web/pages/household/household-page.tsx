import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { HouseholdView } from '#verification/contract'
import { reading } from '../../client.ts'
import { clockText, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Loading, Show } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { commissionWords, conclusionWords, kindWords, programmeWords } from '../../wording.ts'
import { Changes } from './changes.tsx'
import { Figures } from './figures.tsx'
import { Findings } from './findings.tsx'
import { HouseholdActions } from './household-actions.tsx'
import { Papers } from './papers.tsx'
import { Registry } from './registry.tsx'
import { Reports } from './reports.tsx'
import { Sources } from './sources.tsx'

const Standing = lazy(async () => ({ default: (await import('./standing.tsx')).Standing }))
const Corrections = lazy(async () => ({ default: (await import('./corrections.tsx')).Corrections }))
const Timeline = lazy(async () => ({ default: (await import('./timeline.tsx')).Timeline }))
const FarAskings = lazy(async () => ({ default: (await import('./far-askings.tsx')).FarAskings }))

function openCount(view: HouseholdView): number {
  return view.findings.filter((f) => f.clearing !== 'cleared' && f.class !== 'C').length
}

function Index({ view }: { view: HouseholdView }) {
  const can = useCan()
  const entries = [
    ['summary', '概要'],
    ['findings', `疑点处置（${openCount(view)}）`],
    ['sources', '成员与来源'],
    ['far', '异地协查'],
    ['papers', '授权书'],
    ['figures', '数字说明'],
    ['registry', '登记资料'],
    ['corrections', '更正记录'],
    ['reports', `报告与异议（${view.reports.length}）`],
    ['grant', '保障待遇'],
    ['doubles', '重复登记'],
    ...(can('casework.read') ? [['cases', '本户案件'] as const] : []),
    ['timeline', '留痕'],
  ] as const
  return (
    <nav className="index no-print" aria-label="本页内容">
      <ul>
        {entries.map(([id, label]) => (
          <li key={id}>
            <a href={`#${id}`}>{label}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function AccountLink({ householdNo, masked }: { householdNo: string; masked: string | null }) {
  const can = useCan()
  if (!can('account.read')) return masked ?? '没有登记'
  return (
    <>
      {masked ?? '没有登记'}{' '}
      <Link to="/accounts" search={{ household: householdNo }}>
        查看或变更账户
      </Link>
    </>
  )
}

function Summary({ view }: { view: HouseholdView }) {
  const facts: [string, ReactNode][] = [
    ['户号', view.householdNo],
    ['救助项目', `${programmeWords[view.programme]}，${kindWords[view.kind]}${view.singleApplicant ? '，单人保' : ''}`],
    ['所在地', `${view.townshipName} ${view.villageName}`],
    ['住址', view.address ?? '—'],
    ['申请日期', view.appliedOn],
    ['享受期间', view.aidFrom === null ? '未享受' : `${view.aidFrom} 至 ${view.aidTo ?? '今'}`],
    [
      '月保障金',
      view.approvedAmount === null
        ? '—'
        : `${yuan(view.approvedAmount)} 元${view.tierLabel === null ? '' : `，${view.tierLabel}`}`,
    ],
    ['发放账户', <AccountLink key="account" householdNo={view.householdNo} masked={view.accountMasked} />],
    ['核对时点', view.asOf],
    ['政策包', view.pack],
  ]
  return (
    <section id="summary" className="card" aria-labelledby="summary-title">
      <h2 id="summary-title">概要</h2>
      <Verdict view={view} />
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Quarantine view={view} />
    </section>
  )
}

const verdictTone = { consistent: 'green', inconsistent: 'red', undetermined: 'amber' } as const

function Verdict({ view }: { view: HouseholdView }) {
  if (view.conclusion === null) return <p className="notice">还没有结论：{commissionWords[view.state].label}。</p>
  const text = {
    consistent: '申报与核对结果一致。',
    inconsistent: '申报与核对结果不一致，有疑点须核实。',
    undetermined: '无法认定。',
  }[view.conclusion]
  return (
    <div className={`notice ${verdictTone[view.conclusion]}`}>
      <p>
        <span className="strong">{conclusionWords[view.conclusion].label}：</span>
        {text}
        <span className="small">结论只说明核对情况，不决定是否救助。</span>
      </p>
      {view.undeterminedBy.length > 0 && (
        <ul className="dots small">
          {view.undeterminedBy.map((x) => (
            <li key={x}>{x}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Quarantine({ view }: { view: HouseholdView }) {
  if (view.quarantine.length === 0) return null
  return (
    <div className="notice amber" style={{ marginTop: 12 }}>
      <p className="strong">本户有 {view.quarantine.length} 行资料未通过检查，没有用于核对：</p>
      <ul className="dots small">
        {view.quarantine.map((row) => (
          <li key={row.rowId}>
            {row.file} 第 {row.row} 行：{row.message}{' '}
            <Link to="/quarantine/$rowId" params={{ rowId: row.rowId }}>
              去更正<span className="hidden">第 {row.row} 行</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

function StatusLine({ view }: { view: HouseholdView }) {
  return (
    <p className="row">
      <WordTag word={commissionWords[view.state]} />
      {view.conclusion !== null && <WordTag word={conclusionWords[view.conclusion]} />}
      {view.daysLeft !== null && (
        <Tag tone={view.daysLeft < 0 ? 'red' : view.daysLeft <= 1 ? 'amber' : 'green'}>
          {clockText(view.daysLeft)}（{chineseDate(view.dueOn ?? '')} 到期）
        </Tag>
      )}
      {view.stateReason !== null && <span>{view.stateReason}</span>}
    </p>
  )
}

function Neighbours({ view, campaign }: { view: HouseholdView; campaign: string | undefined }) {
  const link = (householdNo: string | null, label: string) =>
    householdNo === null ? null : (
      <Link className="button" to="/households/$householdNo" params={{ householdNo }} search={{ campaign }}>
        {label}
      </Link>
    )
  return (
    <>
      {link(view.previousNo, '上一户')}
      {link(view.nextNo, '下一户')}
    </>
  )
}

/** One household on one scrolling page: index left, trace right, everything to decide in the middle. */
export function HouseholdPage() {
  const { householdNo } = useParams({ from: '/office/households/$householdNo' })
  const { campaign, finding } = useSearch({ from: '/office/households/$householdNo' })
  const query = useQuery(reading('verification.open-household', { params: { householdNo }, query: { campaignId: campaign } }))
  const view = query.data
  return (
    <Page
      key={householdNo}
      title={view === undefined ? `户 ${householdNo}` : `${view.headName}户`}
      crumbs={
        <>
          <li>
            <Link to="/households" search={{ campaign }}>
              家庭
            </Link>
          </li>
          {view !== undefined && (
            <li>
              <Link to="/households" search={{ campaign, township: view.townshipCode, village: view.villageCode }}>
                {view.townshipName} {view.villageName}
              </Link>
            </li>
          )}
        </>
      }
      actions={view !== undefined && <Neighbours view={view} campaign={campaign} />}
    >
      <Show query={query}>
        {(data) => (
          <>
            <div className="spread">
              <StatusLine view={data} />
              <HouseholdActions view={data} />
            </div>
            <div className="file">
              <Index view={data} />
              <div className="stack">
                <Summary view={data} />
                <Changes view={data} />
                <Findings view={data} chosen={finding} />
                <Sources view={data} />
                <Suspense fallback={<Loading lines={2} />}>
                  <FarAskings view={data} />
                </Suspense>
                <Papers householdNo={data.householdNo} />
                <Figures householdNo={data.householdNo} campaign={campaign} />
                <Registry householdNo={data.householdNo} />
                <Suspense fallback={<Loading lines={2} />}>
                  <Corrections householdNo={data.householdNo} />
                </Suspense>
                <Reports view={data} />
                <Suspense fallback={<Loading lines={2} />}>
                  <Standing householdNo={data.householdNo} />
                </Suspense>
              </div>
              <Suspense fallback={<Loading />}>
                <Timeline entries={data.timeline} />
              </Suspense>
            </div>
          </>
        )}
      </Show>
    </Page>
  )
}
