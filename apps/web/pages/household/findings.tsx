import { useEffect, useRef, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Fact, Finding, HouseholdView } from '#verification/contract'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { classMeaning, classWords, clearingWords, outcomeWords } from '../../wording.ts'
import { ClearingForms } from './clearing-forms.tsx'
import { Exemptions } from './exemptions.tsx'
import { History } from './finding-history.tsx'

const order = { A: 0, B: 1, C: 2 } as const

/** What the caller can decide first, then what waits for somebody else, then what is cleared; A before B before C. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = (f: Finding) => (f.clearing === 'cleared' ? 20 : f.maySign ? 0 : 10) + order[f.class]
  return [...findings].sort((a, b) => rank(a) - rank(b))
}

function Facts({ title, facts, none }: { title: string; facts: readonly Fact[]; none: string }) {
  return (
    <div className="side">
      <h4>{title}</h4>
      {facts.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <dl>
          {facts.map((x) => (
            <div key={x.label + x.value}>
              <dt>{x.label}</dt>
              <dd>{x.value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

function Basis({ finding }: { finding: Finding }) {
  const more = finding.explanation.filter((x) => !finding.message.includes(x))
  return (
    <div className="stack-small">
      {more.length > 0 && (
        <ul className="dots">
          {more.map((x) => (
            <li key={x}>{x}</li>
          ))}
        </ul>
      )}
      <p className="small">
        <span className="strong">依据：</span>
        {finding.clause}
      </p>
      <p className="small muted">
        {finding.recordName === null
          ? '不依据单位记录。'
          : `来源：${finding.recordName}，记录号 ${finding.recordId ?? '—'}，数据日期 ${chineseDate(finding.asOf ?? '—')}。`}
        {finding.value !== null && `查得值 ${finding.value}`}
        {finding.limit !== null && `，对照值 ${finding.limit}`}
      </p>
    </div>
  )
}

function Panel({ finding, onNext }: { finding: Finding; onNext: () => void }) {
  return (
    <article className="stack-small finding" aria-labelledby={`f-${finding.findingId}`}>
      <div className="row">
        <WordTag word={classWords[finding.class]} />
        <WordTag word={clearingWords[finding.clearing]} />
        {finding.outcome !== null && <WordTag word={outcomeWords[finding.outcome]} />}
        <span className="muted small">{classMeaning[finding.class]}</span>
      </div>
      <h3 id={`f-${finding.findingId}`}>
        {finding.rule} {finding.ruleName}
        {finding.subjectName !== null && `：${finding.subjectName}`}
      </h3>
      <p className="message">{finding.message}</p>
      <div className="beside">
        <Facts title="申报" facts={finding.declared} none="没有申报" />
        <Facts title="查得" facts={finding.found} none="没有可列的记录" />
      </div>
      <Basis finding={finding} />
      <Exemptions finding={finding} />
      <History findingId={finding.findingId} steps={finding.history} />
      <ClearingForms key={`${finding.findingId}-${finding.history.length}`} finding={finding} onNext={onNext} />
    </article>
  )
}

type PickerProps = { findings: readonly Finding[]; current: Finding; onPick: (findingId: string) => void }

function Picker({ findings, current, onPick }: PickerProps) {
  return (
    <ul className="finding-list" aria-label="本户疑点">
      {findings.map((f) => (
        <li key={f.findingId}>
          <button type="button" aria-current={f === current ? 'true' : undefined} onClick={() => onPick(f.findingId)}>
            <span className="row">
              <WordTag word={classWords[f.class]} />
              <span className="strong">{f.rule}</span>
              {f.clearing === 'cleared' && <Tag tone="green">已处置</Tag>}
              {f.clearing === 'awaiting_second' && <Tag tone="amber">待复核</Tag>}
            </span>
            <span className="small">
              {f.ruleName}
              {f.subjectName !== null && `，${f.subjectName}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The contradictions of the household, one at a time, declared beside found; after a signature the next one opens. */
export function Findings({ view, chosen }: { view: HouseholdView; chosen: string | undefined }) {
  const [picked, setPicked] = useState<string | undefined>(chosen)
  const [moved, setMoved] = useState(0)
  const findings = inOrder(view.findings)
  const current = findings.find((f) => f.findingId === picked) ?? findings[0]
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (moved > 0) title.current?.focus()
  }, [moved])

  function next() {
    const open = findings.filter((f) => f.maySign && f.clearing !== 'cleared' && f.findingId !== current?.findingId)
    if (open[0] !== undefined) setPicked(open[0].findingId)
    else setPicked(current?.findingId)
    setMoved(moved + 1)
  }

  return (
    <section id="findings" className="card stack-small" aria-labelledby="findings-title">
      <h2 id="findings-title" ref={title} tabIndex={-1}>
        疑点处置
      </h2>
      {current === undefined ? (
        <p className="muted">本户没有疑点。</p>
      ) : (
        <>
          <p className="muted small">疑点是机器的提问，不是认定；任何疑点都不会自动停发或拒绝救助。</p>
          <div className="contradictions">
            <Picker findings={findings} current={current} onPick={setPicked} />
            <Panel finding={current} onNext={next} />
          </div>
        </>
      )}
    </section>
  )
}
