import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { SampleDraw } from '#casework/contract'
import { todos } from '#identity/todos'
import { call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'

function Draw({ draw }: { draw: SampleDraw }) {
  return (
    <section className="card stack-small" aria-label={`抽签 ${instant(draw.at)}`}>
      <h2>
        {instant(draw.at)}，{draw.byName}
      </h2>
      <p>
        参加 {draw.cases.length} 件，比例 {draw.share}，抽中 {draw.drawn.length} 件：
      </p>
      <ul className="row">
        {draw.drawn.map((caseNo) => (
          <li key={caseNo}>
            <Link to="/cases/$caseNo" params={{ caseNo }} className="mono">
              {caseNo}
            </Link>
          </li>
        ))}
      </ul>
      <p className="small">
        种子 <span className="mono">{draw.seed}</span>
      </p>
      <p className="small muted">{draw.method}</p>
      <details className="small">
        <summary>参加抽签的全部案号（任何人可据此重抽核对）</summary>
        <p className="mono">{draw.cases.join(' ')}</p>
      </details>
    </section>
  )
}

function DrawForm({ waiting }: { waiting: number }) {
  const queries = useQueryClient()
  const [publicNumber, setPublicNumber] = useState('')
  const drawing = useMutation({
    mutationFn: () => call('casework.draw-sample', { body: publicNumber.trim() === '' ? {} : { publicNumber } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.list-samples'] }),
  })
  return (
    <form
      noValidate
      className="card stack-small no-print"
      onSubmit={(event) => {
        event.preventDefault()
        drawing.mutate()
      }}
    >
      <p>
        待抽签 <strong>{waiting}</strong> 件。每件只参加一次，抽签结果不能重来；近亲属和有投诉举报的一律入户。
      </p>
      <TextField
        label="当日公开数（选填，如开奖号码，成为种子的一部分）"
        value={publicNumber}
        maxLength={120}
        onChange={(event) => setPublicNumber(event.target.value)}
      />
      {drawing.isError && <ErrorPanel error={drawing.error} />}
      <p>
        <button type="submit" className="button primary" disabled={drawing.isPending || waiting === 0}>
          {drawing.isPending ? '正在抽签…' : `对 ${waiting} 件抽签`}
        </button>
      </p>
    </form>
  )
}

/** Draws of the households the district visits before approval, each with the seed anybody may repeat it from. */
export function SamplesPage() {
  const can = useCan()
  const query = useQuery(reading('casework.list-samples', { query: {} }))
  return (
    <Page title="入户抽查">
      <Show query={query}>
        {({ rows, waiting }) => (
          <>
            {can('casework.sample') && <DrawForm waiting={waiting} />}
            {rows.length === 0 && (
              <Empty title="还没有抽签">
                <Hint todo={todos.drawSample()} />
              </Empty>
            )}
            {rows.map((draw) => (
              <Draw key={draw.drawId} draw={draw} />
            ))}
          </>
        )}
      </Show>
    </Page>
  )
}
