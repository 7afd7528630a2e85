import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { CaseForm, CaseView, ReviewPaper } from '#casework/contract'
import { addressOf } from '../../client.ts'
import { useCan } from '../../session.ts'
import { callPaper, saveFile } from '../../transfer.ts'
import { ErrorPanel } from '../../ui/states.tsx'

const OtherPapers = lazy(async () => ({ default: (await import('./print-others.tsx')).OtherPapers }))

/** Papers the case can fill in as it stands. */
function papersOf(view: CaseView): { form: CaseForm; label: string }[] {
  const kinds = new Set(view.records.map((record) => record.kind))
  const papers: { form: CaseForm; label: string; there: boolean }[] = [
    { form: 'application', label: '申请书', there: true },
    { form: 'household-economics', label: '家庭经济状况信息表', there: true },
    { form: 'proxy', label: '委托书', there: view.head.origin === 'proxy' },
    { form: 'missing-items-notice', label: '补正材料告知书', there: kinds.has('missing_items') },
    { form: 'acceptance-notice', label: '受理通知书', there: view.head.acceptedOn !== null },
    { form: 'rejection-notice', label: '不予受理告知书', there: view.head.result === 'rejected_at_intake' },
    { form: 'verification-order', label: '核对委托书', there: true },
    { form: 'home-visit', label: '入户调查表', there: true },
    { form: 'neighbour-interview', label: '邻里访问记录', there: true },
    { form: 'written-inquiry', label: '信函索证函', there: true },
    { form: 'deliberation', label: '民主评议记录', there: true },
    { form: 'review-form', label: '审核确认表', there: true },
    { form: 'related-party', label: '近亲属备案表', there: view.head.related },
    { form: 'card-agreement', label: '账户代管协议', there: true },
  ]
  return papers.filter((paper) => paper.there)
}

/** The sheet and the letter of the decision, once there is one. */
function reviewPapersOf(view: CaseView): Letter[] {
  const standing = view.decisions.filter((decision) => decision.undoneAt === null)
  const papers: { form: ReviewPaper; label: string; there: boolean }[] = [
    {
      form: 'three-plus-one',
      label: '测评表',
      there: view.records.some((record) => record.kind === 'sheet' && record.counts),
    },
    { form: 'confirmation', label: '确认通知书', there: standing.some(({ result }) => result === 'granted') },
    { form: 'refusal', label: '不予确认告知书', there: standing.some(({ result }) => result === 'refused') },
  ]
  return papers.filter((paper) => paper.there)
}

type Letter = { form: ReviewPaper; label: string }

/** The letter a move brings forth: a decision and its letter are one piece of work. */
export function letterOf({ step, command }: { step: string; command: string }): Letter | undefined {
  if (step === 'decision' && command === 'decide') return { form: 'confirmation', label: '确认通知书' }
  if (step === 'approval' && command === 'refuse') return { form: 'refusal', label: '不予确认告知书' }
  return undefined
}

/** Makes a paper that is numbered and filed with the case, and saves it as a file. */
export async function savePaper(caseNo: string, { form, label }: Letter): Promise<void> {
  saveFile(`${caseNo}-${label}.pdf`, await callPaper('casework.print-review-paper', { params: { caseNo, form } }))
}

/** Papers that are numbered and filed with the case as they are made: a button each, never a link that is opened twice. */
function ReviewPapers({ view }: { view: CaseView }) {
  const queries = useQueryClient()
  const { caseNo } = view.head
  const making = useMutation({
    mutationFn: (letter: Letter) => savePaper(caseNo, letter),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.open-case'] }),
  })
  return (
    <>
      {reviewPapersOf(view).map((paper) => (
        <li key={paper.form}>
          <button type="button" className="button" disabled={making.isPending} onClick={() => making.mutate(paper)}>
            {making.isPending && making.variables.form === paper.form ? '正在生成…' : `下载${paper.label}`}
          </button>
        </li>
      ))}
      {making.isError && (
        <li>
          <ErrorPanel error={making.error} />
        </li>
      )}
    </>
  )
}

function printPage(): void {
  for (const part of document.querySelectorAll<HTMLDetailsElement>('details.part')) part.open = true
  window.print()
}

/** Papers of the case as PDF, filled with what it holds; and the page itself, every part unfolded. */
export function PrintMenu({ view }: { view: CaseView }) {
  const can = useCan()
  const { caseNo } = view.head
  const mayPrint = can('casework.print') || can('casework.print-notice')
  return (
    <>
      {mayPrint && (
        <details className="menu">
          <summary className="button">打印</summary>
          <ul className="card menu-body stack-small">
            {can('casework.print') &&
              papersOf(view).map(({ form, label }) => (
                <li key={form}>
                  <a href={addressOf('casework.print-paper', { params: { caseNo, form } })} target="_blank" rel="noreferrer">
                    {label}
                  </a>
                </li>
              ))}
            {can('casework.print') && <ReviewPapers view={view} />}
            {can('casework.print-notice') &&
              view.notices.map(({ noticeNo, level }) => (
                <li key={noticeNo}>
                  <a href={addressOf('casework.print-notice', { params: { noticeNo } })} target="_blank" rel="noreferrer">
                    {level === 'village' ? '村（社区）' : level === 'township' ? '乡镇' : '区级'}公示单
                  </a>
                </li>
              ))}
            {can('casework.print') && (
              <Suspense fallback={<li className="muted small">正在读取…</li>}>
                <OtherPapers head={view.head} />
              </Suspense>
            )}
          </ul>
        </details>
      )}
      <button type="button" className="button" onClick={printPage}>
        打印全档
      </button>
    </>
  )
}
