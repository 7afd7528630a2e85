import { Link } from '@tanstack/react-router'
import { problemTodos } from '#identity/todos'
import type { CallProblem } from '../client.ts'
import { useCan } from '../session.ts'
import { Hint } from './hint.tsx'

const caseNumber = /AJ\d{10}/

/** What can be done about a refusal, by whom and where, and the way to a case it names. */
export function ProblemHint({ problem: { todo, code, message } }: { problem: CallProblem }) {
  const can = useCan()
  const known = todo ?? problemTodos[code]?.()
  const caseNo = can('casework.read') ? caseNumber.exec(message)?.[0] : undefined
  return (
    <>
      {known !== undefined && (
        <p>
          <Hint todo={known} lead="接下来：" />
        </p>
      )}
      {caseNo !== undefined && (
        <p>
          <Link to="/cases/$caseNo" params={{ caseNo }}>
            打开案件 {caseNo}
          </Link>
        </p>
      )}
    </>
  )
}
