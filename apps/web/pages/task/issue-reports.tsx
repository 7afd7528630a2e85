import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { HouseholdRow } from '#verification/contract'
import { CallProblem, call } from '../../client.ts'
import { count } from '../../format.ts'
import { Dialog } from '../../ui/dialog.tsx'

type Refused = { name: string; message: string }
type IssueReportsProps = { rows: readonly HouseholdRow[]; campaignId: string }

/** Signs household by household, so that one refusal stops no other. */
async function issueAll({ rows, campaignId }: IssueReportsProps): Promise<{ done: number; refused: Refused[] }> {
  const refused: Refused[] = []
  for (const { householdNo, headName } of rows) {
    try {
      await call('verification.issue-report', { params: { householdNo }, body: { campaignId } })
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error
      refused.push({ name: headName, message: error.message })
    }
  }
  return { done: rows.length - refused.length, refused }
}

/** Many reports by one signature, after a look at whose they are. */
export function IssueReports(props: IssueReportsProps) {
  const queries = useQueryClient()
  const [listed, setListed] = useState<IssueReportsProps['rows'] | null>(null)
  const issue = useMutation({ mutationFn: issueAll })
  function close(): void {
    setListed(null)
    issue.reset()
    void queries.invalidateQueries({ queryKey: ['verification.list-households'] })
  }
  return (
    <>
      {props.rows.length > 0 && (
        <p>
          <button type="button" className="button" onClick={() => setListed(props.rows)}>
            成批签发（{count(props.rows.length)} 户）
          </button>
        </p>
      )}
      {listed !== null && (
        <Dialog title={`签发 ${count(listed.length)} 户的新版报告`} onClose={close}>
          {issue.data === undefined ? (
            <>
              <p>{listed.map((row) => row.headName).join('、')}</p>
              <p className="muted small">这些家庭的 A 类疑点都已由两人办结。逐户签发，没有签成的说明原因。</p>
              {issue.isError && <p className="error-text">连接中断，请关闭后重新打开，已签发的不会再列出。</p>}
              <button
                type="button"
                className="button primary"
                disabled={issue.isPending}
                onClick={() => issue.mutate({ rows: listed, campaignId: props.campaignId })}
              >
                {issue.isPending ? '正在签发…' : `签发 ${count(listed.length)} 份`}
              </button>
            </>
          ) : (
            <>
              <p role="status" className={`notice ${issue.data.refused.length === 0 ? 'green' : 'amber'}`}>
                已签发 {count(issue.data.done)} 份
                {issue.data.refused.length > 0 && `，${count(issue.data.refused.length)} 户没有签成`}。
              </p>
              <ul className="dots">
                {issue.data.refused.map(({ name, message }) => (
                  <li key={name}>
                    {name}：{message}
                  </li>
                ))}
              </ul>
            </>
          )}
          <button type="button" className="button" onClick={close}>
            关闭
          </button>
        </Dialog>
      )}
    </>
  )
}
