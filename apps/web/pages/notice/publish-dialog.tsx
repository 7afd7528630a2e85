import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { NoticePlan, PlannedLine } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { CallProblem, call, type Output, reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Loading } from '../../ui/states.tsx'
import { ContactFields } from './contact-fields.tsx'
import { fieldProblems } from './words.ts'

type Preview = Output<'casework.preview-notice'>

function Line({ line, listed, onTick }: { line: PlannedLine; listed: boolean; onTick: (caseNo: string) => void }) {
  const { caseNo, name, members, amount, tier, fault } = line
  return (
    <>
      <tr>
        <td>
          <input
            type="checkbox"
            aria-label={`列入 ${name}`}
            disabled={fault !== null}
            checked={fault === null && listed}
            onChange={() => onTick(caseNo)}
          />
        </td>
        <th scope="row" style={{ whiteSpace: 'nowrap' }}>
          <Link to="/cases/$caseNo" params={{ caseNo }}>
            {name}
          </Link>
        </th>
        <td className="num">{members}</td>
        <td className="num">{amount === null ? '尚未核定' : yuan(amount)}</td>
        <td>{tier ?? '—'}</td>
      </tr>
      {fault !== null && (
        <tr>
          <td colSpan={5} className="error-text">
            {name}须先更正：{fault}
          </td>
        </tr>
      )}
    </>
  )
}

function Lines({
  lines,
  left,
  onTick,
}: {
  lines: readonly PlannedLine[]
  left: ReadonlySet<string>
  onTick: (caseNo: string) => void
}) {
  return (
    <Scroller label="公示名单，可滚动">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">列入</th>
            <th scope="col">姓名</th>
            <th scope="col" className="num">
              人数
            </th>
            <th scope="col" className="num">
              金额（元）
            </th>
            <th scope="col">档次</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.caseNo} line={line} listed={!left.has(line.caseNo)} onTick={onTick} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type FormProps = {
  plan: NoticePlan
  preview: Preview
  from: string
  onFrom: (day: string) => void
  onDone: (noticeNo: string) => void
}

function PublishingForm({ plan, preview, from, onFrom, onDone }: FormProps) {
  const queries = useQueryClient()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [contact, setContact] = useState({ telephone: preview.telephone, address: preview.address })
  const [fromMonth, setFromMonth] = useState('')
  const chosen = preview.lines.filter(({ caseNo, fault }) => fault === null && !left.has(caseNo))
  const publish = useMutation({
    mutationFn: () =>
      call('casework.publish-notice', {
        body: {
          level: plan.level,
          stage: plan.stage,
          division: plan.divisionCode,
          cases: chosen.map(({ caseNo, version }) => ({ caseNo, version })),
          ...contact,
          ...(from === '' ? {} : { fromOn: from }),
          ...(fromMonth === '' ? {} : { fromMonth }),
        },
      }),
    onSuccess: async ({ noticeNo }) => {
      await queries.invalidateQueries()
      onDone(noticeNo)
    },
  })
  const problems = publish.error instanceof CallProblem ? fieldProblems(publish.error.fields) : {}

  function submit(event: FormEvent) {
    event.preventDefault()
    publish.mutate()
  }
  function tick(caseNo: string) {
    const next = new Set(left)
    if (!next.delete(caseNo)) next.add(caseNo)
    setLeft(next)
  }

  const { period } = preview
  const faults = preview.lines.filter(({ fault }) => fault !== null).length
  const persons = chosen.reduce((sum, { members }) => sum + members, 0)
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {publish.isError && <ErrorPanel error={publish.error} />}
      <p>
        公示期{' '}
        {period === null
          ? '—'
          : `${chineseDate(period.fromOn)} 至 ${chineseDate(period.toOn)}，${period.days} ${period.unit === 'working' ? '个工作日' : '天'}`}
        {period?.provisional === true && '（当年放假安排尚未公布，末日暂定）'}
        {preview.clause !== '' && <span className="muted small">　依据：{preview.clause}</span>}
      </p>
      {faults > 0 && <p className="notice amber">有 {faults} 户金额或人数不符，更正之前不能列入。</p>}
      <Lines lines={preview.lines} left={left} onTick={tick} />
      <p role="status">
        将公示 {count(chosen.length)} 户 {count(persons)} 人
        {chosen.some(({ amount }) => amount !== null) &&
          `，合计每月 ${yuan(chosen.reduce((sum, { amount }) => sum + (amount ?? 0), 0))} 元`}
        。
      </p>
      <div className="form-grid">
        <DateField
          label="公示起始日"
          required={false}
          hint="不填为今天"
          value={from}
          error={problems.fromOn}
          onChange={(event) => onFrom(event.target.value)}
        />
        <DateField
          label="拟保障起始月份"
          required={false}
          month
          hint="可不填"
          value={fromMonth}
          error={problems.fromMonth}
          onChange={(event) => setFromMonth(event.target.value)}
        />
        <ContactFields contact={contact} problems={problems} onChange={setContact} />
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={publish.isPending || chosen.length === 0}>
          {publish.isPending ? '正在发布…' : `发布 ${chosen.length} 户的公示`}
        </button>
      </div>
    </form>
  )
}

/** The list of a place before it is published: names masked, faults told, days counted. */
export function PublishDialog({
  plan,
  onClose,
  onDone,
}: {
  plan: NoticePlan
  onClose: () => void
  onDone: (noticeNo: string) => void
}) {
  const [from, setFrom] = useState('')
  const query = { level: plan.level, stage: plan.stage, division: plan.divisionCode, from: from === '' ? undefined : from }
  const preview = useQuery({ ...reading('casework.preview-notice', { query }), placeholderData: (before) => before })
  return (
    <Dialog title={preview.data?.title ?? plan.placeName} onClose={onClose}>
      {preview.isError && <ErrorPanel error={preview.error} retry={preview.refetch} />}
      {preview.data === undefined ? (
        preview.isPending && <Loading />
      ) : (
        <PublishingForm plan={plan} preview={preview.data} from={from} onFrom={setFrom} onDone={onDone} />
      )}
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </Dialog>
  )
}
