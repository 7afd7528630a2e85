import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { type Output, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
import { Page } from '../../ui/page.tsx'
import { Show } from '../../ui/states.tsx'
import { type PageState, ScanPages } from './scan-pages.tsx'
import { isOpen, ScanStacks } from './scan-stacks.tsx'
import { ScanUpload } from './scan-upload.tsx'

const lookEveryMs = 1_500
const tabs: readonly { state: PageState; label: string }[] = [
  { state: 'waiting', label: '待归档' },
  { state: 'filed', label: '已归档' },
  { state: 'aside', label: '已搁置' },
  { state: 'repeated', label: '重复' },
]

function stateOf(text: string | undefined): PageState {
  return tabs.find(({ state }) => state === text)?.state ?? 'waiting'
}

function Tabs({ current, waiting }: { current: PageState; waiting: number }) {
  return (
    <nav className="tabs" aria-label="扫描页分类">
      <ul>
        {tabs.map(({ state, label }) => (
          <li key={state}>
            <ChoiceLink to="/scans" search={{ state: state === 'waiting' ? undefined : state }} current={current === state}>
              {label}
              {state === 'waiting' && <span className="tab-count">{count(waiting)}</span>}
            </ChoiceLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The list of pages is read anew whenever a stack has gone on. */
function useFreshPages(data: Output<'casework.list-scans'> | undefined) {
  const queries = useQueryClient()
  const read = data?.stacks.map(({ state, filed, waiting, repeated }) => `${state}${filed}.${waiting}.${repeated}`).join()
  useEffect(() => {
    if (read !== undefined) void queries.invalidateQueries({ queryKey: ['casework.list-scan-pages'] })
  }, [read, queries])
}

/** Scanned papers: hand in a stack, see it file itself, file by hand what it could not. */
export function ScansPage() {
  const search = useSearch({ from: '/office/scans' })
  const state = stateOf(search.state)
  const query = useQuery({
    ...reading('casework.list-scans', {}),
    refetchInterval: (q) => (q.state.data?.stacks.some(isOpen) ? lookEveryMs : false),
  })
  useFreshPages(query.data)
  return (
    <Page title="扫描归档">
      <ScanUpload />
      <Show query={query}>
        {(data) => (
          <>
            <Tabs current={state} waiting={data.waiting} />
            <ScanPages key={state} state={state} forms={data.forms} />
            <section className="card stack-small" aria-labelledby="stacks-title">
              <h2 id="stacks-title">上传记录</h2>
              <ScanStacks stacks={data.stacks} />
            </section>
          </>
        )}
      </Show>
    </Page>
  )
}
