import { useState } from 'react'
import type { ScanOfCase } from '#casework/contract'
import { addressOf } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'

function ScanLink({ scan }: { scan: ScanOfCase }) {
  const { pageId, formLabel, formVersion, formPage } = scan
  const page = formPage === null ? '' : `第 ${formPage} 页`
  const name = `${formLabel}${formVersion === null ? '' : `第 ${formVersion} 版`}${page}`
  const [open, setOpen] = useState(false)
  return (
    <li>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        查看 {name}
      </button>{' '}
      <span className="muted small">
        {scan.byHand ? '手工归档' : '扫码归档'}，{scan.byName}，{instant(scan.at)}
      </span>
      {scan.remark !== null && <p className="small error-text">{scan.remark}</p>}
      {open && (
        <Dialog title={name} onClose={() => setOpen(false)}>
          <img className="scan" src={addressOf('casework.read-scan-page', { params: { pageId } })} alt={name} />
          <div className="row">
            <button type="button" className="button" onClick={() => setOpen(false)}>
              关闭
            </button>
          </div>
        </Dialog>
      )}
    </li>
  )
}

/** Scanned pages filed with the case, for whoever may print its papers. */
export function Scans({ scans }: { scans: readonly ScanOfCase[] }) {
  const can = useCan()
  return (
    <section className="stack-small" aria-labelledby="scans-title">
      <h3 id="scans-title">扫描件（{scans.length} 页）</h3>
      {can('casework.print') ? (
        <ul className="stack-small">
          {scans.map((scan) => (
            <ScanLink key={scan.pageId} scan={scan} />
          ))}
        </ul>
      ) : (
        <p className="muted small">您的岗位不查看扫描件。</p>
      )}
    </section>
  )
}
