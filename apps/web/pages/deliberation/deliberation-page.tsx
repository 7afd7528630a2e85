import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { todos } from '#identity/todos'
import { call, type Output, reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { DateField } from '../../ui/date-field.tsx'
import { FieldGroup, SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { KinQuestions } from './kin-questions.tsx'
import { PoolCard } from './pool-card.tsx'
import { SessionCard } from './session-card.tsx'

const route = getRouteApi('/office/deliberation')

type Deliberation = Output<'casework.read-deliberation'>

/** What the pack asks of the body, in one line. */
function RuleLine({ rule }: { rule: Deliberation['rule'] }) {
  if (rule.minMembers === 0) return null
  const drawn = rule.drawn === null ? '全部召集' : `抽取 ${rule.drawn} 人`
  return (
    <p className="muted small">
      {drawn}，不少于 {rule.minMembers} 人{rule.odd ? '且为单数' : ''}；村（居）民代表不少于 {rule.representatives}
      ；到会不少于应到的 {rule.quorum}；同意{rule.pass} 为通过；{rule.ballot === 'secret' ? '无记名投票' : '举手表决'}。
    </p>
  )
}

type ConveneProps = { village: string; data: Deliberation; picked: string | undefined }

/** The waiting cases, and the form that calls a session for the chosen ones. */
function Convene({ village, data, picked }: ConveneProps) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<readonly string[]>(
    data.waiting.map((row) => row.caseNo).filter((no) => picked === undefined || no === picked),
  )
  const [chair, setChair] = useState('')
  const convene = useMutation({
    mutationFn: (body: { plannedOn: string; place: string; chair: string; seed: string | undefined }) => {
      const cases = data.waiting.filter((row) => chosen.includes(row.caseNo)).map(({ caseNo, version }) => ({ caseNo, version }))
      return call('casework.convene-session', { params: { villageCode: village }, body: { ...body, cases } })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.read-deliberation'] }),
    onError: () => queries.invalidateQueries({ queryKey: ['casework.read-kin-questions'] }),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const seed = text('seed')
    setChair(text('chair'))
    convene.mutate({
      plannedOn: text('plannedOn'),
      place: text('place'),
      chair: text('chair'),
      seed: seed === '' ? undefined : seed,
    })
  }

  return (
    <>
      <KinQuestions village={village} chair={chair} onAnswered={() => convene.reset()} />
      <form className="card stack" onSubmit={submit} noValidate>
        <h2>召集评议（听证）会</h2>
        <RuleLine rule={data.rule} />
        {data.faults.length > 0 && (
          <p className="notice amber">
            {data.faults.join('；')}。
            <Hint todo={todos.fillPool()} lead="接下来：" />
          </p>
        )}
        {convene.isError && <ErrorPanel error={convene.error} />}
        <FieldGroup label={`待评议的案件（已选 ${chosen.length} 户）`} wide required>
          {data.waiting.map((row) => (
            <label key={row.caseNo} className="choice">
              <input
                type="checkbox"
                checked={chosen.includes(row.caseNo)}
                onChange={(event) =>
                  setChosen(event.target.checked ? [...chosen, row.caseNo] : chosen.filter((no) => no !== row.caseNo))
                }
              />
              {row.applicantName}（{row.members} 人）{row.related ? '，近亲属备案' : ''}
            </label>
          ))}
        </FieldGroup>
        <div className="form-grid">
          <DateField label="评议日期" required name="plannedOn" />
          <TextField label="地点" required name="place" maxLength={120} />
          <TextField label="主持人" required name="chair" maxLength={60} />
          <TextField
            label="抽取种子（可不填）"
            name="seed"
            maxLength={80}
            hint="事先约定的公开数字，如当日彩票号码；不填由系统生成。任何人都可用它复核抽取结果。"
          />
        </div>
        <div className="row">
          <button type="submit" className="button primary" disabled={convene.isPending || chosen.length === 0}>
            {convene.isPending ? '正在抽取…' : '抽取人员并召集'}
          </button>
        </div>
      </form>
    </>
  )
}

function Village({ village, picked }: { village: string; picked: string | undefined }) {
  const can = useCan()
  const query = useQuery(reading('casework.read-deliberation', { params: { villageCode: village } }))
  return (
    <Show query={query}>
      {(data) => (
        <>
          {data.waiting.length === 0 ? (
            <Empty title={`${data.villageName}没有待评议的案件`}>
              <p>
                入户调查办结后，案件会出现在这里。<Link to="/tasks">回到待办</Link>
              </p>
            </Empty>
          ) : (
            can('casework.convene') && <Convene key={data.waiting.length} village={village} data={data} picked={picked} />
          )}
          {data.sessions.map((session) => (
            <SessionCard key={session.sessionId} session={session} />
          ))}
          <PoolCard village={village} pool={data.pool} />
        </>
      )}
    </Show>
  )
}

type Divisions = Output<'registry.list-divisions'>['rows']

/** The village to show when none is asked for: that of the first case on the desk that waits for a session, else the first of all. */
function useVillage(rows: Divisions | undefined, asked: string | undefined): string | undefined {
  const waiting = useQuery({
    ...reading('casework.list-tasks', { query: { step: 'deliberation', limit: 1 } }),
    enabled: asked === undefined,
  })
  if (asked !== undefined || rows === undefined || waiting.isPending) return asked
  const task = waiting.data?.rows[0]
  const own = rows.find(
    ({ name, parentName }) => name === task?.villageName && (parentName ?? task.townshipName) === task.townshipName,
  )
  return (own ?? rows[0])?.code
}

/** 民主评议（听证）：人员库、抽取、召集、结果，按村（社区）。 */
export function DeliberationPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const villages = useQuery(reading('registry.list-divisions', { query: { level: 'village', limit: 1000 } }))
  const village = useVillage(villages.data?.rows, search.village)
  return (
    <Page title="民主评议">
      <Show query={villages}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="您的辖区内还没有村（社区）">
              <p>
                <Hint todo={todos.importDistrict()} lead="接下来：" />
              </p>
            </Empty>
          ) : (
            <div className="card filters">
              <SelectField
                label="村（社区）"
                wide
                value={village ?? ''}
                choices={rows.map((row) => ({
                  value: row.code,
                  label: row.parentName === null ? row.name : `${row.parentName} ${row.name}`,
                }))}
                onPick={(code) => void navigate({ search: { village: code } })}
              />
            </div>
          )
        }
      </Show>
      {village !== undefined && <Village key={village} village={village} picked={search.case} />}
    </Page>
  )
}
