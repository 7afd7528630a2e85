import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import type { RevisionLine } from '#revisions/contract'
import { call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { PolicyNav } from './policy-nav.tsx'
import { revisionWords } from './words.ts'

function NewRevision() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const packs = useQuery(reading('casework.list-packs', {})).data?.rows ?? []
  const [picked, setPicked] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const packId = picked ?? packs.find((row) => row.inUse)?.packId ?? ''
  const create = useMutation({
    mutationFn: (title: string) => call('casework.create-revision', { body: { packId, title } }),
    onSuccess: async ({ revisionId }) => {
      await queries.invalidateQueries({ queryKey: ['casework.list-revisions'] })
      await navigate({ to: '/policy/revisions/$revisionId', params: { revisionId } })
    },
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title') ?? '').trim()
    setWrong(title.length < 4 ? '请写明修订的名称，至少 4 个字' : undefined)
    if (title.length >= 4) create.mutate(title)
  }
  return (
    <form className="card stack-small" onSubmit={submit} noValidate>
      <h2>起草修订</h2>
      <p className="muted small">
        修订只写要改的值，不改动内置的包。
        <Hint todo={todos.publishRevision()} lead="提交之后：" />
        从生效日起，新开的案件和新的核对批次按新值办理，正在办理的不变。
      </p>
      {create.isError && <ErrorPanel error={create.error} />}
      <div className="filters">
        <SelectField
          label="政策包"
          value={packId}
          onPick={setPicked}
          choices={packs.map((row) => ({ value: row.packId, label: row.inUse ? `${row.label}（现用）` : row.label }))}
        />
        <TextField label="修订名称" name="title" wide maxLength={120} error={wrong} />
        <button type="submit" className="button primary" disabled={create.isPending}>
          {create.isPending ? '正在建立…' : '起草'}
        </button>
      </div>
    </form>
  )
}

function Revisions({ rows }: { rows: readonly RevisionLine[] }) {
  if (rows.length === 0) {
    return (
      <Empty title="还没有修订">
        <p>
          政策文件出台后起草修订，另一人核对后发布。
          <Hint todo={todos.draftRevision()} />
        </p>
      </Empty>
    )
  }
  return (
    <section className="card stack-small" aria-labelledby="revisions-title">
      <h2 id="revisions-title">修订</h2>
      <Scroller label="修订，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              {['名称', '政策包', '状态', '生效日', '修改', '起草', '发布'].map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.revisionId}>
                <th scope="row">
                  <Link to="/policy/revisions/$revisionId" params={{ revisionId: row.revisionId }}>
                    {row.title}
                  </Link>
                </th>
                <td>{row.packLabel}</td>
                <td>
                  <WordTag word={revisionWords[row.state]} />
                </td>
                <td className="nowrap">{chineseDate(row.fromOn ?? '未定')}</td>
                <td className="nowrap">{row.changes} 项</td>
                <td className="nowrap">
                  {row.madeBy}，{instant(row.madeAt)}
                </td>
                <td className="nowrap">{row.publishedBy === null ? '—' : `${row.publishedBy}，${instant(row.publishedAt)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

/** Revisions of packs: drafts, those handed in, those in force. */
export function RevisionsPage() {
  const can = useCan()
  const query = useQuery(reading('casework.list-revisions', {}))
  return (
    <Page title="政策包修订">
      <PolicyNav />
      {can('policy.edit') && <NewRevision />}
      <Show query={query}>{({ rows }) => <Revisions rows={rows} />}</Show>
    </Page>
  )
}
