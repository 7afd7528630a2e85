import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { QuarantineDetail, RowIssue } from '#registry/contract'
import { call, type Output, reading } from '../../client.ts'
import { Field, TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'

type ColumnProps = { field: QuarantineDetail['fields'][number]; issue: RowIssue | undefined }

function ColumnField({ field, issue }: ColumnProps) {
  const label = field.required ? `${field.label}（必填）` : field.label
  const text =
    issue === undefined
      ? {}
      : issue.severity === 'error'
        ? { error: `${issue.message}${issue.remedy}` }
        : { hint: `${issue.message}${issue.remedy}` }
  if (field.choices === null) {
    return <TextField label={label} name={field.column} defaultValue={field.value} maxLength={500} autoComplete="off" {...text} />
  }
  const known = field.choices.some((c) => c.code === field.value)
  return (
    <Field label={label} {...text}>
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
    const fields = Object.fromEntries(row.fields.map((f) => [f.column, String(form.get(f.column) ?? '')]))
    setWrongReason(reason.length < 4 ? '请写明更正依据，至少 4 个字' : undefined)
    if (reason.length >= 4) correct.mutate({ fields, reason })
  }

  if (correct.data?.accepted === true) return <Accepted row={row} result={correct.data} />
  return (
    <form className="card stack" onSubmit={submit} noValidate>
      {correct.data !== undefined && (
        <p className="notice red" role="alert">
          还有 {issues.filter((x) => x.severity === 'error').length} 处错误，这一行仍在隔离中。
        </p>
      )}
      {general.map((issue) => (
        <p key={issue.code} className="notice amber">
          {issue.message} {issue.remedy}
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
      title={row === undefined ? '更正' : `更正 ${row.fileLabel} 第 ${row.row} 行`}
      crumbs={
        <>
          <li>
            <Link to="/imports">导入</Link>
          </li>
          {row !== undefined && (
            <li>
              <Link to="/imports/$importId" params={{ importId: row.importId }} search={{}}>
                隔离与存疑
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
