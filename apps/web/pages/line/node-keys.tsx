import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { NodePage } from '#exchange/contract'
import { call } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { KeyForm } from './key-form.tsx'
import { useFresh } from './parked-list.tsx'
import { keyWords } from './words.ts'

function useRevocation(unit: string, onDone: () => void) {
  const fresh = useFresh()
  return useMutation({
    mutationFn: (reason: string) => call('exchange.revoke-node', { params: { unit }, body: { reason } }),
    onSuccess: async () => {
      await fresh()
      onDone()
    },
  })
}

/** The public keys of a node, and shutting it out. */
export function NodeKeys({ page }: { page: NodePage }) {
  const can = useCan()
  const [open, setOpen] = useState<'keys' | 'revoke' | null>(null)
  const { row } = page
  const close = () => setOpen(null)
  const revocation = useRevocation(row.unit, close)
  return (
    <section className="card stack-small" aria-label="公钥">
      <div className="spread">
        <h2>公钥</h2>
        {can('exchange.change') && row.link !== 'revoked' && (
          <div className="row">
            <button type="button" className="button" onClick={() => setOpen('keys')}>
              更换
            </button>
            <button type="button" className="button" onClick={() => setOpen('revoke')}>
              吊销节点
            </button>
          </div>
        )}
      </div>
      <Scroller label="公钥列表">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">签名公钥</th>
              <th scope="col">启用</th>
              <th scope="col">停用</th>
              <th scope="col">状态</th>
            </tr>
          </thead>
          <tbody>
            {page.keys.map((key) => (
              <tr key={key.signing}>
                <td>
                  <span className="mono">{key.signing.slice(0, 24)}…</span>
                </td>
                <td className="nowrap">{key.from === null ? '自登记起' : instant(key.from)}</td>
                <td className="nowrap">{key.until === null ? '未定' : instant(key.until)}</td>
                <td>
                  <WordTag word={keyWords[key.state]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      <details>
        <summary>本中心的公钥（交给对方）</summary>
        <dl className="small">
          <dt>签名（{page.centreKeys.suite}）</dt>
          <dd className="mono key-text">{page.centreKeys.signing}</dd>
          <dt>加密</dt>
          <dd className="mono key-text">{page.centreKeys.box}</dd>
        </dl>
      </details>
      {open === 'keys' && <KeyForm row={row} onClose={close} />}
      {open === 'revoke' && (
        <ReasonDialog
          title={`吊销${row.name}`}
          text="立即生效：不再接收它的报文，也不再向它发送。此前的往来仍可验证。尚未答复的查询须逐件放弃或另行发起。"
          button="吊销"
          busy={revocation.isPending}
          error={revocation.error}
          onSubmit={(reason) => revocation.mutate(reason)}
          onClose={() => {
            revocation.reset()
            close()
          }}
        />
      )}
    </section>
  )
}
