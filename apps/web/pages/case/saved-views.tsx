import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { SavedView } from '#identity/contract'
import { call, reading } from '../../client.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { parseSearch, stringifySearch } from '../../ui/search.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'

type Page = '/cases' | '/households'

function useChanged(after: () => void) {
  const queries = useQueryClient()
  return async () => {
    after()
    await queries.invalidateQueries({ queryKey: ['identity.list-views'] })
  }
}

function SaveDialog({ page, search, onClose }: { page: Page; search: string; onClose: () => void }) {
  const done = useChanged(onClose)
  const [wrong, setWrong] = useState<string>()
  const save = useMutation({
    mutationFn: (body: { name: string; shared: boolean }) => call('identity.save-view', { body: { ...body, page, search } }),
    onSuccess: done,
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name') ?? '').trim()
    setWrong(name === '' ? '请给视图取一个名字' : undefined)
    if (name !== '') save.mutate({ name, shared: form.get('shared') === 'on' })
  }
  return (
    <Dialog title="保存视图" onClose={onClose}>
      {save.isError && <ErrorPanel error={save.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <TextField label="名称" name="name" maxLength={40} error={wrong} hint="同名的视图会被替换。" />
        <label className="choice">
          <input type="checkbox" name="shared" />
          <span>本单位同事也能看到</span>
        </label>
        <div className="row">
          <button type="submit" className="button primary" disabled={save.isPending}>
            {save.isPending ? '正在保存…' : '保存'}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}

type ViewLinkProps = { page: Page; view: SavedView; current: boolean; onDelete: () => void }

function ViewLink({ page, view, current, onDelete }: ViewLinkProps) {
  return (
    <li>
      <ChoiceLink to={page} search={parseSearch(view.search)} current={current}>
        {view.name}
        {!view.own && <span className="small">（{view.ownerName}）</span>}
      </ChoiceLink>
      {view.own && (
        <button type="button" className="button plain" onClick={onDelete}>
          <span aria-hidden="true">×</span>
          <span className="hidden">删除视图“{view.name}”</span>
        </button>
      )}
    </li>
  )
}

/** Named filters of the list, the caller's own and those colleagues share. */
export function SavedViews({ page, search }: { page: Page; search: Readonly<Record<string, string | undefined>> }) {
  const query = useQuery(reading('identity.list-views', { query: { page } }))
  const views = query.data?.rows ?? []
  const [saving, setSaving] = useState(false)
  const removed = useChanged(() => undefined)
  const remove = useMutation({
    mutationFn: (viewId: string) => call('identity.delete-view', { params: { viewId } }),
    onSuccess: removed,
  })
  const text = stringifySearch(search).slice(1)
  if (query.isPending) return <Arriving />
  if (views.length === 0 && text === '') return null
  return (
    <nav className="saved-views" aria-label="已存视图">
      <ul>
        {views.map((view) => (
          <ViewLink
            key={view.viewId}
            page={page}
            view={view}
            current={view.search === text}
            onDelete={() => remove.mutate(view.viewId)}
          />
        ))}
        {text !== '' && !views.some((view) => view.search === text) && (
          <li>
            <button type="button" className="button" onClick={() => setSaving(true)}>
              存为视图
            </button>
          </li>
        )}
      </ul>
      {remove.isError && <ErrorPanel error={remove.error} />}
      {saving && <SaveDialog page={page} search={text} onClose={() => setSaving(false)} />}
    </nav>
  )
}
