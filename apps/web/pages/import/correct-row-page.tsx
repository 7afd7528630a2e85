import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { QuarantineDetail, RowIssue } from '#registry/contract'
import { call, type Output, reading } from '../../client.ts'
import { Field, FieldGroup, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'
import { placeOf } from './import-words.ts'

type ColumnProps = { field: QuarantineDetail['fields'][number]; issue: RowIssue | undefined }

/** What is wrong and how to mend it, as two sentences. */
export function advice(issue: { message: string; remedy: string }): string {
  const stop = /[。！？]$/.test(issue.message) || issue.remedy === '' ? '' : '。'
  return `${issue.message}${stop}${issue.remedy}`
}

function textOf(issue: RowIssue | undefined) {
  if (issue === undefined) return {}
  return issue.severity === 'error' ? { error: advice(issue) } : { hint: advice(issue) }
}

/** A field that may hold several codes, joined by semicolons in the file. */
function CodesField({ field, issue }: ColumnProps) {
  const chosen = field.value.split(';').map((code) => code.trim())
  const unknown = chosen.filter((code) => code !== '' && !field.choices?.some((c) => c.code === code))
  return (
    <FieldGroup label={field.label}>
      {field.choices?.map((c) => (
        <label key={c.code} className="choice">
          <input type="checkbox" name={field.column} value={c.code} defaultChecked={chosen.includes(c.code)} />
          <span>{c.label}</span>
        </label>
      ))}
      {unknown.length > 0 && <p className="error-text small">“{unknown.join('、')}”不在代码表中，请重新选择</p>}
      {issue !== undefined && <p className={issue.severity === 'error' ? 'error-text small' : 'small'}>{advice(issue)}</p>}
    </FieldGroup>
  )
}

function CodeField({ field, issue }: ColumnProps) {
  const known = field.choices?.some((c) => c.code === field.value) === true
  return (
    <Field label={labelOf(field)} {...textOf(issue)}>
      {(ids) => (
        <select {...ids} name={field.column} defaultValue={known ? field.value : ''}>
          <option value="">{known || field.value === '' ? '（空）' : `“${field.value}”不在代码表中，请选择`}</option>
          {field.choices?.map((c) => (
            <option key={c.code} value={c.code}>
              {c.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function labelOf(field: ColumnProps['field']): string {
  return field.required ? `${field.label}（必填）` : field.label
}

function ColumnField({ field, issue }: ColumnProps) {
  if (field.type === 'codes') return <CodesField field={field} issue={issue} />
  if (field.choices !== null) return <CodeField field={field} issue={issue} />
  return (
    <TextField
      label={labelOf(field)}
      name={field.column}
      defaultValue={field.value}
      maxLength={500}
      autoComplete="off"
      {...textOf(issue)}
    />
  )
}

function Accepted({ row, result }: { row: QuarantineDetail; result: Output<'registry.correct-row'> }) {
  return (
    <div className="notice green stack-small" role="status">
      <p className="strong">这一行已通过检查并入库。</p>
      {result.released > 0 && <p>引用它的 {result.released} 行也随之入库。</p>}
      {result.touched.length > 0 && (
        <p>
          只对受影响的家庭重新询问：
          {result.touched.map((householdNo) => (
            <Link key={householdNo} className="touched" to="/households/$householdNo" params={{ householdNo }} search={{}}>
              {householdNo}
            </Link>
          ))}
        </p>
      )}
      <p>
        <Link to="/imports/$importId" params={{ importId: row.importId }} search={{ state: 'open' }}>
          继续更正下一行
        </Link>
      </p>
    </div>
  )
}

function CorrectForm({ row }: { row: QuarantineDetail }) {
  const queries = useQueryClient()
  const [wrongReason, setWrongReason] = useState<string>()
  const correct = useMutation({
    mutationFn: (body: { fields: Record<string, string>; reason: string }) =>
      call('registry.correct-row', { params: { rowId: row.rowId }, body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['registry.list-quarantine'] }),
  })
  const issues = correct.data?.issues ?? row.issues
  const general = issues.filter((issue) => issue.column === '')

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = String(form.get('reason-of-correction') ?? '').trim()
    const fields = Object.fromEntries(row.fields.map((f) => [f.column, form.getAll(f.column).map(String).join(';')]))
    setWrongReason(reason.length < 4 ? '请写明更正依据，至少 4 个字' : undefined)
    if (reason.length >= 4) correct.mutate({ fields, reason })
  }

  if (correct.data?.accepted === true) return <Accepted row={row} result={correct.data} />
  return (
    <form className="card stack" onSubmit={submit} noValidate>
      {correct.data !== undefined && (
        <p className="notice red" role="alert">
          还有 {issues.filter((x) => x.severity === 'error').length} 处错误，这一行仍未入库。
        </p>
      )}
      {general.map((issue) => (
        <p key={issue.code} className="notice amber">
          {advice(issue)}
        </p>
      ))}
      {correct.isError && <ErrorPanel error={correct.error} />}
      <div className="form-grid">
        {row.fields.map((field) => (
          <ColumnField key={field.column} field={field} issue={issues.find((issue) => issue.column === field.column)} />
        ))}
      </div>
      <Field label="更正依据（必填）" error={wrongReason} hint="例如：核对户口本原件，第 3 页。">
        {(ids) => <textarea {...ids} name="reason-of-correction" maxLength={2000} />}
      </Field>
      <div className="row">
        <button type="submit" className="button primary" disabled={correct.isPending}>
          {correct.isPending ? '正在检查…' : '检查并入库'}
        </button>
        <Link className="button" to="/imports/$importId" params={{ importId: row.importId }} search={{}}>
          返回列表
        </Link>
      </div>
    </form>
  )
}

/** One quarantined row with its fields as they stand in the file; corrected, it is read again alone. */
export function CorrectRowPage() {
  const { rowId } = useParams({ from: '/office/quarantine/$rowId' })
  const query = useQuery({
    ...reading('registry.open-quarantine-row', { params: { rowId } }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const row = query.data
  return (
    <Page
      title={row === undefined ? '更正' : `更正 ${row.fileLabel} ${placeOf(row)}`}
      crumbs={
        <>
          <li>
            <Link to="/imports">导入</Link>
          </li>
          {row !== undefined && (
            <li>
              <Link to="/imports/$importId" params={{ importId: row.importId }} search={{}}>
                退回与存疑的行
              </Link>
            </li>
          )}
        </>
      }
    >
      <Show query={query}>{(data) => <CorrectForm key={data.rowId} row={data} />}</Show>
    </Page>
  )
}
