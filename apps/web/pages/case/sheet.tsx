import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PillarView, SheetFigures, SheetView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../client.ts'
import { instant, yuan } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { programmeWords, type Tone } from '../../wording.ts'

type Word = { readonly label: string; readonly tone: Tone }

export const pillarWords: Record<PillarView['finding'], Word> = {
  met: { label: '符合', tone: 'green' },
  not_met: { label: '不符合', tone: 'red' },
  undetermined: { label: '不能认定', tone: 'amber' },
  not_called: { label: '未启动', tone: 'grey' },
}

const conclusionWords: Record<SheetView['conclusion'], Word> = {
  eligible: { label: '四项认定符合', tone: 'green' },
  ineligible: { label: '有认定不符合', tone: 'red' },
  undetermined: { label: '还有认定不能确定', tone: 'amber' },
}

function Facts({ pillar }: { pillar: PillarView }) {
  if (pillar.facts.length === 0) return <p className="muted small">没有登记的事实。</p>
  return (
    <Scroller label={`${pillar.label}的事实`}>
      <table className="data small">
        <thead>
          <tr>
            <th scope="col">事实</th>
            <th scope="col">内容</th>
            <th scope="col">谁说的、依据</th>
            <th scope="col">时点</th>
            <th scope="col">相反的情况</th>
          </tr>
        </thead>
        <tbody>
          {pillar.facts.map((fact) => (
            <tr key={[fact.fact, fact.source, fact.asOf, fact.value, fact.contradiction].join(' ')}>
              <th scope="row">
                {fact.fact}
                {fact.imputed && <Tag tone="amber">推定</Tag>}
              </th>
              <td className="text">{fact.value ?? <span className="muted">没有答复（不等于没有）</span>}</td>
              <td className="text">
                {fact.saidBy}，{fact.source}
                {fact.clause !== null && <span className="muted">（{fact.clause}）</span>}
              </td>
              <td className="nowrap">{chineseDate(fact.asOf ?? '—')}</td>
              <td>{fact.contradiction ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Pillar({ pillar }: { pillar: PillarView }) {
  return (
    <section className="stack-small" aria-label={pillar.label}>
      <h3 className="row">
        {pillar.label} <WordTag word={pillarWords[pillar.finding]} />
        {pillar.settledBy === 'person' && <Tag tone="blue">由人认定</Tag>}
      </h3>
      {pillar.why.length > 0 && (
        <ul className="small">
          {pillar.why.map((why) => (
            <li key={why}>{why}</li>
          ))}
        </ul>
      )}
      <Facts pillar={pillar} />
    </section>
  )
}

function Amount({ figures }: { figures: SheetFigures }) {
  return (
    <section className="stack-small" aria-label="金额">
      <h3>金额（每月）</h3>
      <Scroller label="金额明细">
        <table className="data small">
          <thead>
            <tr>
              <th scope="col" className="num">
                计入人数
              </th>
              <th scope="col" className="num">
                可计入收入
              </th>
              <th scope="col" className="num">
                人均
              </th>
              <th scope="col" className="num">
                标准
              </th>
              <th scope="col" className="num">
                基本金额
              </th>
              <th scope="col" className="num">
                分类施保
              </th>
              <th scope="col" className="num">
                合计
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td className="num">{figures.counted}</td>
              <td className="num">{yuan(figures.countableIncome)}</td>
              <td className="num">{yuan(figures.perCapita)}</td>
              <td className="num">{yuan(figures.standard)}</td>
              <td className="num">{yuan(figures.eligible ? figures.base : null)}</td>
              <td className="num">{yuan(figures.eligible ? figures.topUp : null)}</td>
              <td className="num">
                <strong>{yuan(figures.eligible ? figures.total : null)}</strong>
              </td>
            </tr>
          </tbody>
        </table>
      </Scroller>
      {figures.tier !== null && <p className="small">保障类别：{figures.tier}</p>}
      {!figures.eligible && (
        <p className="small">
          相邻救助的标准线（每人每月）：低保边缘 {yuan(figures.lines.marginalMonthly)} 元，特困供养{' '}
          {yuan(figures.lines.extremeHardshipMonthly)} 元。不符合低保的，可按此看是否转介。
        </p>
      )}
      <details className="small">
        <summary>逐步怎么算</summary>
        <ol>
          {figures.trace.map((step) => (
            <li key={step.text}>
              {step.text}
              <span className="muted">（{step.clause}）</span>
              {step.lines.map((each) => (
                <div key={each} className="muted">
                  {each}
                </div>
              ))}
            </li>
          ))}
        </ol>
      </details>
    </section>
  )
}

function Leads({ sheet }: { sheet: SheetView }) {
  if (sheet.exclusions.length === 0) return null
  return (
    <section className="stack-small" aria-label="不得享受的情形">
      <h3>不得享受的情形（只作线索，由人核实）</h3>
      <ul className="small">
        {sheet.exclusions.map((lead) => (
          <li key={lead.code}>
            <strong>{lead.label}</strong>
            <span className="muted">（{lead.clause}）</span>：
            {lead.raisedBy.map((each) => `${each.what}（${each.state}）`).join('；')}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The sheet on one page: four findings with their facts, the amount, leads and notes. */
export function Sheet({ sheet }: { sheet: SheetView }) {
  return (
    <div className="stack">
      <p className="row">
        <WordTag word={conclusionWords[sheet.conclusion]} />
        {sheet.state === 'draft' ? (
          <Tag tone="grey">按现有记录试算，未确认</Tag>
        ) : (
          <span className="small muted">
            {sheet.confirmedBy ?? ''} {instant(sheet.confirmedAt)} 确认
          </span>
        )}
        {sheet.restsOnImputed && <Tag tone="red">仅因推定收入不符合</Tag>}
      </p>
      <p className="small muted">
        {programmeWords[sheet.programme]}，{sheet.villageName}，核对报告 {sheet.reportNo ?? '还没有'}
        {sheet.asOf === null ? '' : `（时点 ${chineseDate(sheet.asOf)}）`}；政策包 {sheet.pack.id}，按{' '}
        {chineseDate(sheet.pack.on)} 执行
      </p>
      {sheet.pillars.map((pillar) => (
        <Pillar key={pillar.pillar} pillar={pillar} />
      ))}
      {sheet.figures !== null && <Amount figures={sheet.figures} />}
      <Leads sheet={sheet} />
      {sheet.notes.length > 0 && (
        <section className="stack-small" aria-label="说明">
          <h3>说明</h3>
          <ul className="small">
            {sheet.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function LoadedSheet({ caseNo }: { caseNo: string }) {
  const query = useQuery(reading('casework.read-sheet', { params: { caseNo }, query: { as: 'kept' } }))
  return <Show query={query}>{(sheet) => <Sheet sheet={sheet} />}</Show>
}

/** The sheet in the case's file; before its step it is only made when asked for. */
export function SheetPart({ caseNo, waiting }: { caseNo: string; waiting: boolean }) {
  const [asked, setAsked] = useState(false)
  if (!waiting || asked) return <LoadedSheet caseNo={caseNo} />
  return (
    <p className="row">
      <button type="button" className="button" onClick={() => setAsked(true)}>
        按现有记录试看测评表
      </button>
    </p>
  )
}
