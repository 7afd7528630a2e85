import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import type { Mapping } from '#registry/contract'
import { call } from '../../client.ts'
import { TextField } from '../../ui/field.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { CodeTable, knownCode } from './code-table.tsx'
import type { Inspected } from './inspected.ts'
import { Preview } from './mapping-preview.tsx'

type Target = Inspected['target'][number]
type ColumnRowProps = {
  target: Target
  header: readonly string[]
  sample: string
  value: string
  onPick: (column: string) => void
}

const constant = /^='([\s\S]*)'$/

/** The value every row gets when the column is mapped to a constant; undefined when it is mapped to a column of theirs. */
export function constantOf(mapped: string): string | undefined {
  return constant.exec(mapped)?.[1]
}

function ConstantField({ target, value, onPick }: { target: Target; value: string; onPick: (column: string) => void }) {
  const label = `${target.label}，每行都用的值`
  const set = (text: string) => onPick(`='${text}'`)
  if (target.choices === null) {
    return (
      <input className="input" aria-label={label} value={value} maxLength={200} onChange={(event) => set(event.target.value)} />
    )
  }
  return (
    <select className="input" aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
      <option value="">（请选择）</option>
      {target.choices.map((c) => (
        <option key={c.code} value={c.code}>
          {c.label}
        </option>
      ))}
    </select>
  )
}

function ColumnRow({ target, header, sample, value, onPick }: ColumnRowProps) {
  const id = `column-${target.column}`
  const same = constantOf(value)
  return (
    <tr>
      <th scope="row">
        <label htmlFor={id}>
          {target.label}
          {target.required && <span className="error-text small">（必填）</span>}
        </label>
      </th>
      <td>
        <select
          id={id}
          className="input"
          value={same === undefined ? value : "=''"}
          onChange={(event) => onPick(event.target.value)}
        >
          <option value="">（没有这一列）</option>
          <option value="=''">（每行都用同一个值）</option>
          {header.map((h) => (
            <option key={h} value={h}>
              {h}
            </option>
          ))}
        </select>
      </td>
      <td className="muted">{same === undefined ? sample : <ConstantField target={target} value={same} onPick={onPick} />}</td>
    </tr>
  )
}

function sampleOf(inspected: Inspected, column: string): string {
  const at = inspected.header.indexOf(column)
  if (at < 0) return ''
  const seen = inspected.sample.map((row) => row[at] ?? '').filter((x) => x !== '')
  return seen.slice(0, 3).join('、')
}

type Draft = { columns: Record<string, string>; codes: Record<string, Record<string, string>> }

function startOf(inspected: Inspected, start: Mapping | null): Draft {
  const known =
    start === null
      ? []
      : Object.entries(start.columns).filter(
          ([, theirs]) => inspected.header.includes(theirs) || constantOf(theirs) !== undefined,
        )
  return { columns: { ...inspected.guess, ...Object.fromEntries(known) }, codes: start?.codes ?? {} }
}

/** The code tables with what is already ours by its label, so that the saved mapping says it too. */
export function completeCodes(inspected: Inspected, draft: Draft): Draft['codes'] {
  const coded = inspected.target.filter((t) => draft.columns[t.column] !== undefined)
  return Object.fromEntries(
    coded.flatMap(({ column, choices }) => {
      if (choices === null) return []
      const known = (inspected.seen[column] ?? []).map((value) => [value, knownCode(value, choices)] as const)
      const table = {
        ...Object.fromEntries(known.filter(([value, code]) => code !== '' && code !== value)),
        ...draft.codes[column],
      }
      return Object.keys(table).length === 0 ? [] : [[column, table]]
    }),
  )
}

type ColumnsProps = { inspected: Inspected; draft: Draft; onChange: (draft: Draft) => void }

function Columns({ inspected, draft, onChange }: ColumnsProps) {
  const pick = (column: string, theirs: string) => {
    const { [column]: _, ...rest } = draft.columns
    onChange({ ...draft, columns: theirs === '' ? rest : { ...rest, [column]: theirs } })
  }
  return (
    <Scroller label="列对照，可左右滚动">
      <table className="data mapping">
        <caption className="hidden">本系统的列对应名册的哪一列</caption>
        <thead>
          <tr>
            {['本系统的列', '名册的列', '名册里的样子'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inspected.target.map((target) => (
            <ColumnRow
              key={target.column}
              target={target}
              header={inspected.header}
              sample={sampleOf(inspected, draft.columns[target.column] ?? '')}
              value={draft.columns[target.column] ?? ''}
              onPick={(theirs) => pick(target.column, theirs)}
            />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

type EditorProps = { file: StoredFile; table: string; sheet: string | null; inspected: Inspected; start: Mapping | null }

function useMappingCalls(file: StoredFile, mapping: Draft & { source: string; table: string; sheet: string | null }) {
  const queries = useQueryClient()
  const preview = useMutation({
    mutationFn: (asOf: string) =>
      call('registry.preview-mapping', {
        body: { sha256: file.sha256, mapping: { ...mapping, source: mapping.source.trim() || '预览' }, asOf },
      }),
  })
  const save = useMutation({
    mutationFn: () => call('registry.save-mapping', { body: mapping }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['registry.list-mappings'] }),
  })
  return { preview, save }
}

function Codes({ inspected, draft, onChange }: ColumnsProps) {
  const coded = inspected.target.filter((t) => t.choices !== null && (inspected.seen[t.column]?.length ?? 0) > 0)
  return (
    <>
      {coded.map((target) => (
        <CodeTable
          key={target.column}
          target={target}
          seen={inspected.seen[target.column] ?? []}
          codes={draft.codes[target.column] ?? {}}
          onChange={(codes) => onChange({ ...draft, codes: { ...draft.codes, [target.column]: codes } })}
        />
      ))}
    </>
  )
}

/** Columns, then codes, then a preview of the rows as they would be read; saved under the source's name. */
export function MappingEditor({ file, table, sheet, inspected, start }: EditorProps) {
  const [draft, setDraft] = useState(() => startOf(inspected, start))
  const [source, setSource] = useState(start?.source ?? '')
  const [asOf, setAsOf] = useState('')
  const [wrong, setWrong] = useState<{ source?: string; asOf?: string }>({})
  const codes = completeCodes(inspected, draft)
  const { preview, save } = useMappingCalls(file, { ...draft, codes, source, table, sheet })
  const missing = inspected.target.filter((t) => t.required && draft.columns[t.column] === undefined)

  function look() {
    setWrong(asOf === '' ? { asOf: '请选择核对时点' } : {})
    if (asOf !== '') preview.mutate(asOf)
  }

  function keep() {
    setWrong(source.trim().length < 2 ? { source: '请写来源系统的名称，至少 2 个字' } : {})
    if (source.trim().length >= 2) save.mutate()
  }

  return (
    <section className="card stack-small" aria-labelledby="editor-title">
      <h2 id="editor-title">对照</h2>
      {missing.length > 0 && <p className="notice amber">还有必填的列没有对上：{missing.map((t) => t.label).join('、')}。</p>}
      <Columns inspected={inspected} draft={draft} onChange={setDraft} />
      <Codes inspected={inspected} draft={draft} onChange={setDraft} />
      <div className="filters">
        <TextField
          label="核对时点"
          type="date"
          value={asOf}
          onChange={(event) => setAsOf(event.target.value)}
          error={wrong.asOf}
        />
        <button type="button" className="button" disabled={preview.isPending} onClick={look}>
          {preview.isPending ? '正在预览…' : '预览'}
        </button>
        <TextField
          label="来源系统名称"
          wide
          value={source}
          maxLength={60}
          onChange={(event) => setSource(event.target.value)}
          error={wrong.source}
        />
        <button type="button" className="button primary" disabled={save.isPending} onClick={keep}>
          保存对照
        </button>
      </div>
      {preview.isError && <ErrorPanel error={preview.error} />}
      {save.isError && <ErrorPanel error={save.error} />}
      <div role="status">
        {save.data !== undefined && <p className="notice green">已保存“{save.data.source}”的对照，导入时可以选用。</p>}
        {preview.data !== undefined && (
          <Preview preview={preview.data} inspected={inspected} mapped={Object.keys(draft.columns)} />
        )}
      </div>
    </section>
  )
}
