import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeclaredLine, RegistryHousehold, RegistryPerson } from '#registry/contract'
import { reading } from '../../client.ts'
import { area, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import type { Correction } from './correct-dialog.tsx'
import { CorrectDialog } from './lazy-correct.tsx'
import { RevealNumber } from './reveal-number.tsx'

const roleWords = { member: '共同生活成员', listed: '登记未计入', supporter: '义务人' } as const
const tableWords = { declared_income: '收入', declared_assets: '财产', declared_expenditure: '支出' } as const

function AlsoIn({ person }: { person: RegistryPerson }) {
  if (person.alsoIn.length === 0) return null
  return (
    <span className="small error-text">
      {' '}
      同一号码还在：
      {person.alsoIn.map((householdNo) => (
        <Link key={householdNo} to="/households/$householdNo" params={{ householdNo }} search={{}}>
          {householdNo}
        </Link>
      ))}
    </span>
  )
}

type RowProps<T> = { row: T; onCorrect: ((correction: Correction) => void) | null }

function PersonRow({ row: person, onCorrect }: RowProps<RegistryPerson>) {
  const can = useCan()
  return (
    <tr>
      <th scope="row">
        {person.name}
        <AlsoIn person={person} />
      </th>
      <td>
        <span className="mono">{person.idMasked}</span>{' '}
        {can('registry.reveal') && <RevealNumber subjectNo={person.subjectNo} name={person.name} />}
      </td>
      <td>{person.relationLabel}</td>
      <td className="nowrap">{roleWords[person.role]}</td>
      <td className="nowrap">
        {person.birthDate ?? '—'}
        {person.age !== null && `，${person.age} 岁`}
      </td>
      {onCorrect !== null && (
        <td className="no-print">
          <button type="button" className="button" onClick={() => onCorrect(correctionOf(person))}>
            更正<span className="hidden">{person.name}的登记</span>
          </button>
        </td>
      )}
    </tr>
  )
}

/** What of a person's row can be corrected; the number stays masked unless it is typed anew. */
export function correctionOf(person: RegistryPerson): Correction {
  const supporter = person.role === 'supporter'
  const shared = [
    { column: 'name', label: '姓名', value: person.name },
    { column: 'id_number', label: '身份证号', value: '', hint: '不改请留空' },
  ]
  return {
    table: supporter ? 'supporters' : 'persons',
    key: person.subjectNo,
    title: `更正 ${person.name} 的登记`,
    fields: supporter ? shared : [...shared, { column: 'birth_date', label: '出生日期', value: person.birthDate ?? '' }],
  }
}

function amountOf(line: DeclaredLine): string {
  if (line.area !== null) return `${area(line.area)} 平方米${line.amount === null ? '' : `，${yuan(line.amount)} 元`}`
  return line.amount === null ? '未填金额' : `${yuan(line.amount)} 元`
}

function LineRow({ row: line, onCorrect }: RowProps<DeclaredLine>) {
  return (
    <tr>
      <td>{tableWords[line.table]}</td>
      <th scope="row">{line.itemLabel}</th>
      <td>{line.subjectName}</td>
      <td className="num">{amountOf(line)}</td>
      <td className="nowrap">
        {line.periodFrom === null ? (line.identifier ?? '—') : `${line.periodFrom} 至 ${line.periodTo ?? '—'}`}
      </td>
      {onCorrect !== null && (
        <td className="no-print">
          <button type="button" className="button" onClick={() => onCorrect(lineCorrection(line))}>
            更正
            <span className="hidden">
              {line.subjectName}申报的{line.itemLabel}
            </span>
          </button>
        </td>
      )}
    </tr>
  )
}

function lineCorrection(line: DeclaredLine): Correction {
  const amount = { column: 'amount', label: '金额（元）', value: line.amount === null ? '' : (line.amount / 100).toFixed(2) }
  const period = [
    { column: 'period_from', label: '起始月份', value: line.periodFrom ?? '' },
    { column: 'period_to', label: '截止月份', value: line.periodTo ?? '' },
  ]
  const identifier = { column: 'identifier', label: '标识（牌号、编号）', value: line.identifier ?? '' }
  return {
    table: line.table,
    key: line.lineNo,
    title: `更正申报的${line.itemLabel}`,
    fields: line.table === 'declared_assets' ? [amount, identifier] : [amount, ...period],
  }
}

function Heads({ labels, correcting }: { labels: readonly string[]; correcting: boolean }) {
  return (
    <thead>
      <tr>
        {labels.map((x) => (
          <th key={x} scope="col" className={x === '数额' ? 'num' : undefined}>
            {x}
          </th>
        ))}
        {correcting && (
          <th scope="col" className="no-print">
            更正
          </th>
        )}
      </tr>
    </thead>
  )
}

type TablesProps = { data: RegistryHousehold; onCorrect: ((correction: Correction) => void) | null }

function Tables({ data, onCorrect }: TablesProps) {
  const correcting = onCorrect !== null
  return (
    <>
      <Scroller label="登记的成员，可左右滚动">
        <table className="data">
          <caption className="hidden">登记的成员和义务人</caption>
          <Heads labels={['姓名', '身份证号', '关系', '身份', '出生日期']} correcting={correcting} />
          <tbody>
            {data.persons.map((person) => (
              <PersonRow key={person.subjectNo} row={person} onCorrect={onCorrect} />
            ))}
          </tbody>
        </table>
      </Scroller>
      {data.declared.length === 0 ? (
        <p className="muted">本户没有申报收入、财产或支出。</p>
      ) : (
        <Scroller label="申报明细，可左右滚动">
          <table className="data">
            <caption className="hidden">申报的收入、财产和支出</caption>
            <Heads labels={['类', '项目', '成员', '数额', '期间或标识']} correcting={correcting} />
            <tbody>
              {data.declared.map((line) => (
                <LineRow key={line.table + line.lineNo} row={line} onCorrect={onCorrect} />
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </>
  )
}

/** What the family declared, as it stands in the registry; a clerk corrects it here, and only what it touches is asked again. */
export function Registry({ householdNo }: { householdNo: string }) {
  const can = useCan()
  const query = useQuery(reading('registry.open-household', { params: { householdNo } }))
  const [correction, setCorrection] = useState<Correction | null>(null)
  return (
    <section id="registry" className="card stack-small" aria-labelledby="registry-title">
      <h2 id="registry-title">登记资料</h2>
      <Show query={query}>{(data) => <Tables data={data} onCorrect={can('registry.correct') ? setCorrection : null} />}</Show>
      {correction !== null && <CorrectDialog correction={correction} onClose={() => setCorrection(null)} />}
    </section>
  )
}
