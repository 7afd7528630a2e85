import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { ScanPage } from '#casework/contract'
import { addressOf, CallProblem, call, reading } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

/** Which page, in words. */
export const nameOf = ({ fileName, page }: Pick<ScanPage, 'fileName' | 'page'>): string => `${fileName} 第 ${page} 页`

/** The picture of a page; each opening is a read that stands in the journal. */
export function PagePicture({ pageId, name }: { pageId: string; name: string }) {
  return <img className="scan" src={addressOf('casework.read-scan-page', { params: { pageId } })} alt={name} />
}

function useSettle(onClose: () => void) {
  const queries = useQueryClient()
  return async () => {
    onClose()
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['casework.list-scans'] }),
      queries.invalidateQueries({ queryKey: ['casework.list-scan-pages'] }),
    ])
  }
}

const faultOf = (error: unknown, path: string): string | undefined =>
  error instanceof CallProblem ? error.fields.find((field) => field.path.endsWith(path))?.message : undefined

type CaseFieldProps = { value: string; onType: (value: string) => void; error: string | undefined }

/** A case by its number, or by the applicant's name from what the list finds. */
function CaseField({ value, onType, error }: CaseFieldProps) {
  const list = useId()
  const found = useQuery({
    ...reading('casework.list-cases', { query: { q: value, limit: 8 } }),
    enabled: value.trim().length >= 2,
    placeholderData: (before) => before,
  })
  return (
    <Field label="案号（必填）" hint="输入案号或申请人姓名，从列表中选择。" error={error}>
      {(ids) => (
        <>
          <input {...ids} list={list} value={value} autoComplete="off" onChange={(event) => onType(event.target.value)} />
          <datalist id={list}>
            {found.data?.rows.map((row) => (
              <option key={row.caseNo} value={row.caseNo}>
                {row.applicantName}，{row.villageName}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

type FileProps = { page: ScanPage; forms: readonly { form: string; label: string }[]; onClose: () => void }

/** Files a page by hand, beside its picture. */
export function FileDialog({ page, forms, onClose }: FileProps) {
  const [caseNo, setCaseNo] = useState('')
  const [form, setForm] = useState('')
  const [missing, setMissing] = useState<{ caseNo?: string; form?: string }>({})
  const settle = useSettle(onClose)
  const filing = useMutation({
    mutationFn: () => call('casework.file-scan-page', { params: { pageId: page.pageId }, body: { caseNo: caseNo.trim(), form } }),
    onSuccess: settle,
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const gaps = {
      ...(caseNo.trim() === '' ? { caseNo: '请填写案号' } : {}),
      ...(form === '' ? { form: '请选择是哪种材料' } : {}),
    }
    setMissing(gaps)
    if (Object.keys(gaps).length === 0) filing.mutate()
  }
  return (
    <Dialog title={`归档 ${nameOf(page)}`} onClose={onClose}>
      {page.remark !== null && <p className="notice amber">{page.remark}</p>}
      <form className="stack-small" onSubmit={submit} noValidate>
        <CaseField value={caseNo} onType={setCaseNo} error={missing.caseNo ?? faultOf(filing.error, 'caseNo')} />
        <SelectField
          label="材料种类（必填）"
          all="请选择"
          value={form}
          onPick={setForm}
          error={missing.form ?? faultOf(filing.error, 'form')}
          choices={forms.map((each) => ({ value: each.form, label: each.label }))}
        />
        {filing.isError && <ErrorPanel error={filing.error} />}
        <div className="row">
          <button type="submit" className="button primary" disabled={filing.isPending}>
            归入该案
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
      {page.hasPicture && <PagePicture pageId={page.pageId} name={nameOf(page)} />}
    </Dialog>
  )
}

type ReasonProps = { title: string; label: string; note: string; act: (reason: string) => Promise<unknown>; onClose: () => void }

/** Something done to pages that takes a reason: set aside, put back. */
export function PagesReason({ title, label, note, act, onClose }: ReasonProps) {
  const settle = useSettle(onClose)
  const acting = useMutation({ mutationFn: act, onSuccess: settle })
  return (
    <ReasonDialog
      title={title}
      text={note}
      button={label}
      busy={acting.isPending}
      error={acting.error}
      onSubmit={(reason) => acting.mutate(reason)}
      onClose={onClose}
    />
  )
}

/** A page to look at. */
export function LookDialog({ page, onClose }: { page: ScanPage; onClose: () => void }) {
  return (
    <Dialog title={nameOf(page)} onClose={onClose}>
      {page.remark !== null && <p className="notice amber">{page.remark}</p>}
      {page.hasPicture ? <PagePicture pageId={page.pageId} name={nameOf(page)} /> : <p>这一页打不开，没有图片可看。</p>}
      <div className="row">
        <button type="button" className="button" onClick={onClose}>
          关闭
        </button>
      </div>
    </Dialog>
  )
}
