import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { ReplayResult, ReplayTownship, ReplayView } from '#revisions/contract'
import { reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { Bar, Legend } from '../../ui/bar.tsx'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import type { Figure } from '../../ui/figures.ts'
import { Page } from '../../ui/page.tsx'
import { Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { PolicyNav } from './policy-nav.tsx'
import { Flips } from './replay-flips.tsx'
import { sideText } from './replays-page.tsx'
import { replayWords } from './words.ts'

const lookAgainMs = 1000

const parts = [
  { key: 'entering', label: '新纳入', tone: 'green' },
  { key: 'more', label: '金额增加', tone: 'blue' },
  { key: 'same', label: '不变', tone: 'grey' },
  { key: 'less', label: '金额减少', tone: 'amber' },
  { key: 'leaving', label: '将退出', tone: 'red' },
] as const

function signed(fen: number): string {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen)
}

function Figures({ result }: { result: ReplayResult }) {
  const figures = [
    ['每月支出原为', `${yuan(result.beforeFen)} 元`],
    ['每月支出改为', `${yuan(result.afterFen)} 元`],
    ['每月增减', `${signed(result.differenceFen)} 元`],
    ['受益', `${count(result.winners)} 户（新纳入 ${count(result.entering)}，增加 ${count(result.more)}）`],
    ['受损', `${count(result.losers)} 户（将退出 ${count(result.leaving)}，减少 ${count(result.less)}）`],
    ['不变', `${count(result.same + result.neither)} 户（其中两边都不符合 ${count(result.neither)}）`],
  ] as const
  return (
    <section className="card stack-small" aria-labelledby="figures-title">
      <h2 id="figures-title">全区 {count(result.households)} 户</h2>
      <dl className="facts">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="strong">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">
        {count(result.decided)} 户用决定所依据的事实，其余用核对后的事实。
        {result.leftOut > 0 &&
          `另有 ${count(result.leftOut)} 户不能核算（没有可计入的成员、没有保存事实，或有成员在较早日期之后出生），未计入。`}
      </p>
    </section>
  )
}

const townshipColumns: readonly FigureColumn<ReplayTownship>[] = [
  { key: 'name', label: '乡镇街道', kind: 'text', value: ({ name }) => name },
  { key: 'households', label: '户数', kind: 'count', value: ({ households }) => households },
  {
    key: 'change',
    label: '符合条件的家庭的变化',
    wide: true,
    cell: (row) => (
      <Bar
        unit="户"
        total={row.households - row.neither}
        segments={parts.map(({ key, label, tone }) => ({ key, label, tone, value: row[key] }))}
      />
    ),
    parts: parts.map(({ key, label }): Figure<ReplayTownship> => ({ key, label, kind: 'count', value: (row) => row[key] })),
  },
  { key: 'winners', label: '受益', kind: 'count', value: (row) => row.entering + row.more },
  { key: 'losers', label: '受损', kind: 'count', value: (row) => row.leaving + row.less },
  { key: 'before', label: '原来（元/月）', kind: 'yuan', value: ({ beforeFen }) => beforeFen },
  { key: 'after', label: '改为（元/月）', kind: 'yuan', value: ({ afterFen }) => afterFen },
  {
    key: 'difference',
    label: '增减（元/月）',
    kind: 'yuan',
    value: ({ differenceFen }) => differenceFen,
    cell: ({ differenceFen }) => <strong>{signed(differenceFen)}</strong>,
  },
]

function Townships({ result }: { result: ReplayResult }) {
  return (
    <section className="card stack-small" aria-labelledby="townships-title">
      <h2 id="townships-title">各乡镇街道</h2>
      <Legend items={parts} />
      <FigureTable
        label="各乡镇街道"
        columns={townshipColumns}
        rows={result.townships}
        rowKey={({ code }) => code}
        total={{ ...result, code: '', name: '合计' }}
      />
    </section>
  )
}

function Progress({ replay }: { replay: ReplayView }) {
  if (replay.state === 'failed') {
    return (
      <div className="notice red" role="alert">
        <p className="strong">{replay.failure}</p>
        <p>改正后请重新测算。</p>
      </div>
    )
  }
  const words = replayWords[replay.state].label
  const known = replay.expected > 0
  return (
    <div className="card stack-small" role="status">
      <p>
        {words}
        {known && `：${count(replay.done)} / ${count(replay.expected)} 户`}
      </p>
      <progress aria-label="测算进度" {...(known ? { value: replay.done, max: replay.expected } : {})} />
      <p className="muted small">核对后第一次测算要先汇集全区的事实，以后的测算只需几秒。可以离开本页，结果会保存。</p>
    </div>
  )
}

function Body({ replay }: { replay: ReplayView }) {
  const { result, milliseconds, campaignLabel, asOf } = replay
  return (
    <>
      <section className="card stack-small" aria-labelledby="sides-title">
        <h2 id="sides-title">
          两边 <WordTag word={replayWords[replay.state]} />
        </h2>
        <p>
          原来：<strong>{sideText(replay.before)}</strong>
        </p>
        <p>
          改为：<strong>{sideText(replay.after)}</strong>
        </p>
        <p className="muted small">
          {campaignLabel === null ? '没有已完成的全区核对。' : `核对批次：${campaignLabel}（${chineseDate(asOf ?? '')}）。`}
          {milliseconds !== null && `核算用时 ${(milliseconds / 1000).toFixed(1)} 秒。`}
        </p>
      </section>
      {result === null ? (
        <Progress replay={replay} />
      ) : (
        <>
          <Figures result={result} />
          <Townships result={result} />
          <Flips replayId={replay.replayId} townships={result.townships} />
        </>
      )}
    </>
  )
}

/** One replay: who flips, what a month costs, by township. */
export function ReplayPage() {
  const { replayId } = useParams({ from: '/office/policy/replay/$replayId' })
  const query = useQuery({
    ...reading('casework.read-replay', { params: { replayId } }),
    refetchInterval: ({ state }) => (state.data?.state === 'done' || state.data?.state === 'failed' ? false : lookAgainMs),
  })
  return (
    <Page
      title="测算结果"
      crumbs={
        <li>
          <Link to="/policy/replay">政策测算</Link>
        </li>
      }
    >
      <PolicyNav />
      <Show query={query}>{(replay) => <Body replay={replay} />}</Show>
    </Page>
  )
}
