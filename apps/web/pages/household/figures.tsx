import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Figure, FigureLine } from '#verification/contract'
import { reading } from '../../client.ts'
import { figure as written, yuan } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'

const groups = [
  ['income', '收入'],
  ['property', '财产'],
  ['expenditure', '支出'],
] as const

const unitWords = { fen: '元', area: '平方米' } as const

function Line({ line, unit }: { line: FigureLine; unit: Figure['unit'] }) {
  return (
    <li className={line.counted ? undefined : 'not-counted'}>
      <Tag tone={line.side === 'declared' ? 'grey' : 'blue'}>{line.side === 'declared' ? '申报' : '查得'}</Tag>{' '}
      {line.subjectName !== null && <span className="strong">{line.subjectName} </span>}
      {line.text}
      <span className="num">
        {' '}
        {written(line.amount, unit)} {unitWords[unit]}
      </span>
      {!line.counted && <span className="error-text small"> 不计入</span>}
      {line.why !== null && <span className="small">（{line.why}）</span>}
      {line.recordName !== null && (
        <span className="muted small">
          {' '}
          来源 {line.recordName} {line.recordId}，数据日期 {chineseDate(line.asOf ?? '—')}
        </span>
      )}
    </li>
  )
}

function Explanation({ figure }: { figure: Figure }) {
  return (
    <div className="stack-small explanation">
      <ul className="dots">
        {figure.sentences.map((x) => (
          <li key={x}>{x}</li>
        ))}
      </ul>
      {figure.lines.length === 0 ? (
        <p className="muted">没有申报，也没有查得记录。</p>
      ) : (
        <ul className="lines">
          {figure.lines.map((line, i) => (
            <Line key={`${line.recordId ?? ''}${line.text}${i.toString()}`} line={line} unit={figure.unit} />
          ))}
        </ul>
      )}
      {figure.silent.length > 0 && (
        <p className="notice amber small">以下来源未答或未授权，数字只是“至少”：{figure.silent.join('、')}。</p>
      )}
      {figure.clause !== null && <p className="small muted">依据：{figure.clause}</p>}
    </div>
  )
}

function Row({ figure }: { figure: Figure }) {
  const [open, setOpen] = useState(false)
  const difference = figure.verified - figure.declared
  return (
    <Fragment>
      <tr>
        <th scope="row">
          <button type="button" className="button plain" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span aria-hidden="true">{open ? '▾' : '▸'}</span>
            {figure.label}
            <span className="muted small">（{unitWords[figure.unit]}）</span>
          </button>
        </th>
        <td className="num">{written(figure.declared, figure.unit)}</td>
        <td className="num">{written(figure.found, figure.unit)}</td>
        <td className="num strong">
          {figure.partial && <span className="small muted">至少 </span>}
          {written(figure.verified, figure.unit)}
        </td>
        <td className={difference === 0 ? 'num muted' : 'num strong'}>
          {difference > 0 ? '+' : ''}
          {written(difference, figure.unit)}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={5}>
            <Explanation figure={figure} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

function FigureTable({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <Scroller label={`${label}的申报与核定，可左右滚动`}>
      <table className="data figures">
        <thead>
          <tr>
            <th scope="col">{label}</th>
            {['申报', '查得', '核定', '差额'].map((x) => (
              <th key={x} scope="col" className="num">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map((x) => (
            <Row key={x.key} figure={x} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Every figure with declared, found and verified; each opens to its lines, sources, sentences and clause. */
export function Figures({ householdNo, campaign }: { householdNo: string; campaign: string | undefined }) {
  const query = useQuery(reading('verification.explain-household', { params: { householdNo }, query: { campaignId: campaign } }))
  return (
    <section id="figures" className="card stack-small" aria-labelledby="figures-title">
      <h2 id="figures-title">数字说明</h2>
      <Show query={query}>
        {(data) => (
          <>
            <p>
              {data.members} 人，收入期间 {data.windowFrom} 至 {data.windowTo}；月人均核定收入{' '}
              <span className="strong">{yuan(data.perCapita)}</span> 元，保障标准每月 {yuan(data.standard)} 元。
            </p>
            {groups.map(([group, label]) => (
              <FigureTable key={group} label={label} figures={data.figures.filter((x) => x.group === group)} />
            ))}
          </>
        )}
      </Show>
    </section>
  )
}
