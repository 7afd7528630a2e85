import { useQuery } from '@tanstack/react-query'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../../client.ts'
import { Show } from '../../../ui/states.tsx'
import { SignList } from '../../intake/sign-list.tsx'
import type { FormProps } from '../form-props.ts'

/** 委托核对：谁还没有签授权书；补签的随委托一并登记。 */
export function CommissionForm({ view, move, submit, busy, problems }: FormProps) {
  const { caseNo } = view.head
  const query = useQuery(reading('casework.open-draft', { params: { caseNo } }))
  const { report } = view
  return (
    <div className="stack">
      {report !== null && (
        <p className="notice">
          该户已有有效期内的核对报告 {report.reportNo}（{chineseDate(report.signedOn)} 签发，{chineseDate(report.validTo)}{' '}
          前有效）。可以直接办理“核对报告送达”使用它，也可以重新委托。
        </p>
      )}
      {Object.values(problems).map((text) => (
        <p key={text} className="error-text">
          {text}
        </p>
      ))}
      <Show query={query}>
        {(data) => {
          const missing = data.signers.filter((signer) =>
            signer.forms.some((each) => each.form === 'authorisation' && each.signature === null && !each.standing),
          )
          return (
            <>
              {missing.length === 0 ? (
                <p className="notice green">成员和义务人的授权书都已登记。</p>
              ) : (
                <p className="notice amber">
                  还没有签授权书：{missing.map((signer) => signer.name).join('、')}。逐人登记；最后一人登记后即委托核对。
                </p>
              )}
              <SignList
                signers={missing}
                today={data.today}
                busy={busy}
                onSign={(papers) => submit({ papers })}
                only="authorisation"
              />
            </>
          )
        }}
      </Show>
      <div className="row">
        <button type="button" className="button primary" disabled={busy} onClick={() => submit({ papers: [] })}>
          {busy ? '正在提交…' : move.label}
        </button>
      </div>
    </div>
  )
}
