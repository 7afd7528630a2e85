import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CaseView } from '#casework/contract'
import { addressOf, reading } from '../../client.ts'
import { useCan } from '../../session.ts'

/** The next case that waits at intake. */
function NextCase({ caseNo }: { caseNo: string }) {
  const { data, isError } = useQuery(reading('casework.list-tasks', { query: { step: 'intake', limit: 5 } }))
  const next = data?.rows.find((task) => task.caseNo !== caseNo)
  if (next === undefined) {
    return (
      <button type="button" className="button" disabled>
        {isError ? '下一件没有读到' : data === undefined ? '正在找下一件…' : '没有下一件'}
      </button>
    )
  }
  return (
    <Link className="button" to="/cases/$caseNo" params={{ caseNo: next.caseNo }} search={{ step: next.step }}>
      下一件：{next.applicantName}
    </Link>
  )
}

/** Whoever is not taken in is told in writing: the letter, where its receipt goes, and then the next family. */
export function DeclinedLetter({ view }: { view: CaseView }) {
  const can = useCan()
  const { caseNo, applicantName } = view.head
  const isBack = view.scans.some(({ form }) => form === 'not_accepted')
  return (
    <section className={isBack ? 'notice green' : 'notice amber'} aria-label="不予受理告知书">
      <p>
        {isBack
          ? `不予受理告知书的送达回执已经归档。`
          : `不予受理须书面告知${applicantName}：打印告知书送达，签收后的送达回执扫描归档。`}
      </p>
      <div className="row no-print">
        <a
          className="button primary"
          href={addressOf('casework.print-paper', { params: { caseNo, form: 'rejection-notice' } })}
          target="_blank"
          rel="noreferrer"
        >
          打印不予受理告知书
        </a>
        {can('casework.scan') && (
          <Link className="button" to="/scans">
            去扫描归档送达回执
          </Link>
        )}
        {can('casework.move') && <NextCase caseNo={caseNo} />}
      </div>
    </section>
  )
}
