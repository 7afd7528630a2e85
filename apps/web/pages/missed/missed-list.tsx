import { useId, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { MissedPerson } from '#verification/contract'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { missedWords } from '../../wording.ts'
import { ClearingForms, type ClearingWording } from '../household/clearing-forms.tsx'
import { History } from '../household/finding-history.tsx'

const wording: ClearingWording = {
  outcomes: [
    { outcome: 'true', hint: '已上门核实，情况属实，已告知本人或家属怎样申请' },
    { outcome: 'other_aid', hint: '已在别处享受救助或补贴，不必重复申请' },
    { outcome: 'not_true', hint: '人已迁出、证件有误等，或本人不符合条件' },
  ],
  words: missedWords,
  form: '登记核实结果',
  reasonHint: '写清何时见到谁、说了什么；不属实的写明原因。已自动暂存在本机。',
  evidenceHint: '至少一份：入户照片、告知回执、其他救助的证明。按内容指纹保存，不能替换。',
  teaches: false,
  reopen: '重新核实此人',
}

type PersonProps = { person: MissedPerson; onNoted: () => void }

/** What is noted about a person, and the form for it; the form exists only while it is open. */
function Noting({ person, onNoted }: PersonProps) {
  const { finding, name } = person
  const [open, setOpen] = useState(false)
  const forms = (
    <ClearingForms key={`${finding.findingId}-${finding.history.length}`} finding={finding} wording={wording} onNext={onNoted} />
  )
  if (finding.clearing === 'cleared') return forms
  if (!finding.maySign) return null
  return (
    <details className="no-print" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        登记核实结果<span className="hidden">：{name}</span>
      </summary>
      {open && forms}
    </details>
  )
}

function Person({ person, onNoted }: PersonProps) {
  const { finding, name } = person
  const id = useId()
  return (
    <li>
      <article className="stack-small" aria-labelledby={id}>
        <div className="row">
          <h3 id={id}>{name}</h3>
          <span className="mono small">{person.idMasked ?? '号码未知'}</span>
          {finding.outcome === null ? <Tag tone="amber">待核实</Tag> : <WordTag word={missedWords[finding.outcome]} />}
        </div>
        <p>{finding.message}</p>
        <p className="small muted">
          来源：{finding.recordName ?? '—'}，记录号 <span className="mono">{finding.recordId ?? '—'}</span>，数据日期{' '}
          {chineseDate(finding.asOf ?? '—')}。残疾等级 {person.gradeLabel ?? '—'}，证件有效期至{' '}
          {chineseDate(person.validTo ?? '—')}。
        </p>
        <History findingId={finding.findingId} steps={finding.history} words={missedWords} />
        <Noting person={person} onNoted={onNoted} />
      </article>
    </li>
  )
}

type VillagesProps = { rows: readonly MissedPerson[]; onNoted: (name: string) => void }

/** The persons under their villages, in the order of the list. */
export function Villages({ rows, onNoted }: VillagesProps) {
  const villages = [...Map.groupBy(rows, (row) => row.villageCode)]
  return villages.map(([code, persons]) => (
    <section key={code} className="card stack-small" aria-labelledby={`v-${code}`}>
      <h2 id={`v-${code}`}>
        {persons[0]?.townshipName} {persons[0]?.villageName}
      </h2>
      <ul className="persons">
        {persons.map((person) => (
          <Person key={person.finding.findingId} person={person} onNoted={() => onNoted(person.name)} />
        ))}
      </ul>
    </section>
  ))
}
