import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { FoundHousehold, OpenApplication } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { CallProblem, call, type Input, reading } from '../../client.ts'
import { yuan } from '../../format.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useKey } from '../../ui/once.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'

const route = getRouteApi('/office/intake')

type Order = NonNullable<Input<'casework.open'>['body']>

function useOpen() {
  const navigate = useNavigate()
  const keyFor = useKey()
  return useMutation({
    // a second click, or another try after a lost connection, is the same opening
    mutationFn: (body: Order) => call('casework.open', { body }, { key: keyFor(body) }),
    onSuccess: ({ caseNo }) => navigate({ to: '/intake/$caseNo', params: { caseNo } }),
  })
}

/** A citizen number as it may be typed; it stays out of the address, which the browser keeps. */
const isNumber = (text: string): boolean => /\d{14}/.test(text.replace(/\s/g, ''))

function SearchBox({ q, onNumber }: { q: string; onNumber: (number: string) => void }) {
  const navigate = route.useNavigate()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('q') ?? '').trim()
    onNumber(isNumber(text) ? text : '')
    void navigate({ search: { q: text === '' || isNumber(text) ? undefined : text } })
  }
  return (
    <search>
      <form className="card row" onSubmit={submit} noValidate>
        <TextField
          label="先查找：姓名、拼音、公民身份号码或家庭编号"
          name="q"
          defaultValue={q}
          maxLength={60}
          autoComplete="off"
          hint="可以直接粘贴完整身份号码；每次查找都记入留痕。"
          wide
        />
        <button type="submit" className="button primary">
          查找
        </button>
      </form>
    </search>
  )
}

const roles = { member: '家庭成员', listed: '登记人员', supporter: '义务人' } as const
const programmes = [
  { value: 'rural', label: '农村低保' },
  { value: 'urban', label: '城市低保' },
] as const
const aids = { none: '未享受', current: '在保', ended: '已停保' } as const

/** Asks for the reason an application is taken although one was refused not long ago. */
function BarReason({ error, busy, onSend }: { error: CallProblem; busy: boolean; onSend: (reason: string) => void }) {
  const [reason, setReason] = useState('')
  return (
    <div className="notice amber stack-small">
      <p>{error.message}</p>
      <TextField
        label="情况有何变化（至少 4 个字）"
        required
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        wide
      />
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={busy || reason.trim().length < 4}
          onClick={() => onSend(reason.trim())}
        >
          写明理由并受理申请
        </button>
      </div>
    </div>
  )
}

function FoundRow({ row }: { row: FoundHousehold }) {
  const open = useOpen()
  const [programme, setProgramme] = useState(row.programme)
  const order = { householdNo: row.householdNo, programme }
  const bar = open.error instanceof CallProblem && open.error.code === 'casework.reapply-bar' ? open.error : null
  return (
    <li className="card stack-small">
      <div className="spread">
        <h2>
          {row.headName} <span className="muted small">{row.householdNo}</span>
        </h2>
        {row.running === null ? (
          <div className="row">
            <SelectField
              label={`${row.headName}申请的项目`}
              value={programme}
              onPick={(value) => setProgramme(value === 'urban' ? 'urban' : 'rural')}
              choices={programmes}
            />
            <button type="button" className="button primary" disabled={open.isPending} onClick={() => open.mutate(order)}>
              {row.aid === 'current' ? '重新申请' : '申请'}
              <span className="hidden">：{row.headName}</span>
            </button>
          </div>
        ) : (
          <Link to="/cases/$caseNo" params={{ caseNo: row.running.caseNo }} className="button">
            已有在办案件 {row.running.caseNo}
          </Link>
        )}
      </div>
      <p>
        {row.townshipName}
        {row.villageName}，{row.programmeLabel}，{row.persons} 人，
        <Tag tone={row.aid === 'current' ? 'green' : 'grey'}>{aids[row.aid]}</Tag>
        {row.approvedAmount !== null && ` 月保障金 ${yuan(row.approvedAmount)} 元`}
      </p>
      {row.matched.length > 0 && (
        <p className="small">匹配：{row.matched.map((each) => `${each.name}（${roles[each.role]}）`).join('、')}</p>
      )}
      {row.cleanUpLabel !== null && <p className="small">列入“{row.cleanUpLabel}”，尚未重新申请</p>}
      {row.barredUntil !== null && (
        <p className="small">近期申请未获批准，{chineseDate(row.barredUntil)} 前再次申请须写明情况有何变化</p>
      )}
      {open.isError && bar === null && <ErrorPanel error={open.error} />}
      {bar !== null && (
        <BarReason error={bar} busy={open.isPending} onSend={(barReason) => open.mutate({ ...order, barReason })} />
      )}
    </li>
  )
}

/** Applications that are being written already: gone on with, not begun again. */
function Applications({ rows }: { rows: readonly OpenApplication[] }) {
  return (
    <section className="card stack-small" aria-labelledby="being-written">
      <h2 id="being-written">正在录入的申请</h2>
      <ul className="stack-small">
        {rows.map((row) => (
          <li key={row.caseNo} className="spread">
            <span>
              {row.applicantName}，{row.villageName}
              <span className="muted small">{`　${row.openedByName} ${chineseDate(row.openedOn)} 开立，最近填写 ${chineseDate(row.savedOn)}`}</span>
            </span>
            <Link to="/intake/$caseNo" params={{ caseNo: row.caseNo }} className="button">
              继续录入 {row.caseNo}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Found({ q }: { q: string }) {
  const query = useQuery(reading('casework.search-households', { query: { q } }))
  return (
    <Show query={query}>
      {(data) => (
        <div className="stack">
          {data.numberFault !== null && <p className="notice amber">{data.numberFault}</p>}
          {data.elsewhere && <p className="notice amber">此人已登记在其他辖区的家庭中，请先与该地核实，避免重复申请。</p>}
          {data.more && <p className="notice">符合的家庭较多，只列出前 {data.rows.length} 户，请输入更完整的姓名或号码。</p>}
          {data.applications.length > 0 && <Applications rows={data.applications} />}
          {data.rows.length === 0 && data.applications.length > 0 ? null : data.rows.length === 0 ? (
            <Empty title="没有查到登记过的家庭">
              <p>请核对姓名和号码；确实没有登记过的，在下面按新家庭开立申请。</p>
            </Empty>
          ) : (
            <ul className="papers stack">
              {data.rows.map((row) => (
                <FoundRow key={row.householdNo} row={row} />
              ))}
            </ul>
          )}
        </div>
      )}
    </Show>
  )
}

const origins = [
  { value: 'application', label: '本人申请' },
  { value: 'proxy', label: '代为申请' },
  { value: 'found', label: '主动发现' },
] as const

/** Opens the case of a family the registry does not know. */
function NewHousehold({ q }: { q: string }) {
  const villages = useQuery(reading('registry.list-divisions', { query: { level: 'village', limit: 1000 } }))
  const open = useOpen()
  const [village, setVillage] = useState('')
  const [programme, setProgramme] = useState('rural')
  const [origin, setOrigin] = useState('application')
  const problem = open.error instanceof CallProblem ? open.error : null
  const fault = (path: string): string | undefined =>
    problem?.fields.find((each) => each.path === path || each.path === `body.${path}`)?.message
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const proxy = { name: text('proxyName'), relation: text('proxyRelation'), reason: text('proxyReason') }
    const { submitter } = event.nativeEvent as SubmitEvent
    const another = submitter instanceof HTMLButtonElement && submitter.name === 'another'
    open.mutate({
      ...(another ? { another } : {}),
      ...(village === '' ? {} : { village }),
      ...(text('applicantName') === '' ? {} : { applicantName: text('applicantName') }),
      programme: programme as 'urban' | 'rural',
      origin: origin as 'application' | 'proxy' | 'found',
      ...(origin === 'proxy' ? { proxy } : {}),
    } as Order)
  }
  return (
    <form className="card stack" onSubmit={submit} noValidate>
      <h2>新家庭申请</h2>
      {problem !== null && <ErrorPanel error={problem} />}
      {problem?.code === 'casework.same-name' && (
        <div className="row">
          <button type="submit" name="another" value="yes" className="button" disabled={open.isPending}>
            确是同名的另一家庭，另行开立
          </button>
        </div>
      )}
      <div className="form-grid">
        <TextField
          label="申请人（户主）姓名"
          name="applicantName"
          defaultValue={/^\p{Script=Han}{2,}$/u.test(q) ? q : ''}
          maxLength={60}
          autoComplete="off"
          error={fault('applicantName')}
        />
        <SelectField
          label="村（社区）"
          value={village}
          onPick={setVillage}
          all="请选择"
          error={fault('village')}
          choices={(villages.data?.rows ?? []).map((row) => ({ value: row.code, label: `${row.parentName ?? ''} ${row.name}` }))}
        />
        <SelectField label="救助项目" value={programme} onPick={setProgramme} choices={programmes} />
        <SelectField label="申请方式" value={origin} onPick={setOrigin} choices={origins} />
        {origin === 'proxy' && (
          <>
            <TextField label="代办人姓名" name="proxyName" maxLength={60} error={fault('proxy.name')} />
            <TextField label="与申请人的关系" name="proxyRelation" maxLength={60} error={fault('proxy.relation')} />
            <TextField label="代办原因" name="proxyReason" maxLength={400} error={fault('proxy.reason')} wide />
          </>
        )}
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={open.isPending}>
          {open.isPending ? '正在开立…' : '开立申请'}
        </button>
      </div>
    </form>
  )
}

/** Search first, then open a case. */
export function IntakePage() {
  const { q: word = '' } = route.useSearch()
  const [number, setNumber] = useState('')
  const q = word === '' ? number : word
  return (
    <Page title="受理申请">
      <SearchBox key={q} q={q} onNumber={setNumber} />
      {q === '' ? (
        <p className="muted">先查找，避免同一家庭重复登记；查不到的再按新家庭开立。</p>
      ) : (
        <>
          <Found q={q} />
          <NewHousehold q={q} />
        </>
      )}
    </Page>
  )
}
