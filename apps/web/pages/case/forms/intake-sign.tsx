import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../../../client.ts'
import { Show } from '../../../ui/states.tsx'
import { SignList } from '../../intake/sign-list.tsx'
import type { FormProps } from '../form-props.ts'

/** 登记签字材料：谁签了申请书、承诺书、授权书。 */
export function SignForm({ view, submit, busy, problems }: FormProps) {
  const { caseNo } = view.head
  const query = useQuery(reading('casework.open-draft', { params: { caseNo } }))
  return (
    <div className="stack">
      <p>
        <Link to="/intake/$caseNo" params={{ caseNo }} search={{ part: 'papers' }}>
          打开申请录入页打印和登记
        </Link>
      </p>
      {Object.values(problems).map((text) => (
        <p key={text} className="error-text">
          {text}
        </p>
      ))}
      <Show query={query}>
        {(data) => <SignList signers={data.signers} today={data.today} busy={busy} onSign={(papers) => submit({ papers })} />}
      </Show>
    </div>
  )
}
