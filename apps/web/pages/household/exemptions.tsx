import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Exemption, Finding } from '#verification/contract'
import { call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

function Withdraw({ exemption }: { exemption: Exemption }) {
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<string>()
  const withdraw = useMutation({
    mutationFn: () =>
      call('verification.withdraw-exemption', { params: { exemptionId: exemption.exemptionId }, body: { reason } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['verification.open-household'] }),
  })

  function press() {
    const short = reason.trim().length < 4
    setWrong(short ? '请写明撤销理由，至少 4 个字' : undefined)
    if (!short) withdraw.mutate()
  }

  return (
    <details className="no-print">
      <summary>撤销这条理由</summary>
      <div className="stack-small">
        <TextField
          label="撤销理由"
          value={reason}
          maxLength={2000}
          onChange={(event) => setReason(event.target.value)}
          error={wrong}
        />
        {withdraw.isError && <ErrorPanel error={withdraw.error} />}
        <p>
          <button type="button" className="button" disabled={withdraw.isPending} onClick={press}>
            撤销，今后不再显示
          </button>
        </p>
      </div>
    </details>
  )
}

/** Reasons accepted before for the same question; they are shown, never applied. */
export function Exemptions({ finding }: { finding: Finding }) {
  const can = useCan()
  if (finding.exemptions.length === 0) return null
  return (
    <div className="notice">
      <p className="strong">以前采信过的理由（仅供参考，不会自动适用）</p>
      <ul className="dots small">
        {finding.exemptions.map((x) => (
          <li key={x.exemptionId}>
            {chineseDate(x.on)} {x.by}：{x.reason}
            {x.validTo !== null && `（至 ${chineseDate(x.validTo)}）`}
            {can('verification.confirm') && <Withdraw exemption={x} />}
          </li>
        ))}
      </ul>
    </div>
  )
}
