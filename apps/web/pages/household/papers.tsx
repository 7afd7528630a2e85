import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { AuthorisationPaper, AuthorisationScan } from '#registry/contract'
import { reading } from '../../client.ts'
import { fileSize, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { NamedHint } from '../../ui/named-hint.tsx'
import { Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { paperWords } from '../../wording.ts'
import type { Correction } from './correct-dialog.tsx'
import { CorrectDialog } from './lazy-correct.tsx'
import { AttachDialog, ScanDialog } from './paper-scan.tsx'
import { WithdrawButton } from './withdraw-button.tsx'

type Signed = AuthorisationPaper & { authorisationNo: string }

function hasNumber(paper: AuthorisationPaper): paper is Signed {
  return paper.authorisationNo !== null
}

function validity(paper: AuthorisationPaper): string {
  if (paper.signedOn === null) return '—'
  const end = paper.validTo === null ? '长期' : paper.validTo
  return `${chineseDate(paper.signedOn)} 至 ${end}${paper.withdrawnOn === null ? '' : `，${chineseDate(paper.withdrawnOn)} 撤回`}`
}

function Facts({ paper }: { paper: AuthorisationPaper }) {
  const facts: [string, string][] = [
    ['编号', paper.authorisationNo ?? '—'],
    ['签署方式', paper.signatureLabel ?? '—'],
    ['签署与有效期', validity(paper)],
    ['授权范围', paper.items.length === 0 ? '—' : paper.items.join('、')],
  ]
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function ScanLine({ scan }: { scan: AuthorisationScan | null }) {
  if (scan === null) return <p className="small muted">没有扫描件</p>
  return (
    <div className="small">
      <p>
        扫描件 {scan.fileName}
        <span className="muted">
          （{fileSize(scan.size)}，{scan.pages === null ? '页数不明' : `${scan.pages} 页`}，纸上编号 {scan.paperNo}，指纹{' '}
          <span className="mono">{scan.sha256.slice(0, 12)}</span>），{scan.scannedBy} {instant(scan.scannedAt)} 上传
        </span>
      </p>
      {scan.question !== null && <p className="error-text">{scan.question}</p>}
    </div>
  )
}

function correctionOf(paper: Signed): Correction {
  return {
    table: 'authorisations',
    key: paper.authorisationNo,
    title: `更正 ${paper.subjectName} 的授权书`,
    fields: [
      {
        column: 'signature',
        label: '签署方式',
        value: paper.signature ?? '',
        choices: [
          { value: 'signed', label: '本人签字' },
          { value: 'guardian', label: '监护人代签' },
          { value: 'missing', label: '未签' },
        ],
      },
      { column: 'signed_on', label: '签署日期', value: paper.signedOn ?? '', type: 'date' },
      { column: 'valid_to', label: '有效期至', value: paper.validTo ?? '', type: 'date', hint: '长期有效请留空' },
    ],
  }
}

type Opened = 'attach' | 'view' | 'correct' | null

function Actions({ paper }: { paper: Signed }) {
  const can = useCan()
  const [opened, open] = useState<Opened>(null)
  const close = () => open(null)
  const whose = <span className="hidden">：{paper.subjectName}</span>
  const valid = paper.state === 'signed' || paper.state === 'guardian'
  return (
    <div className="row no-print">
      {paper.scan !== null && can('registry.reveal') && (
        <button type="button" className="button" onClick={() => open('view')}>
          查看扫描件{whose}
        </button>
      )}
      {paper.state !== 'missing' && can('registry.correct') && (
        <button type="button" className="button" onClick={() => open('attach')}>
          {paper.scan === null ? '上传扫描件' : '换一份扫描件'}
          {whose}
        </button>
      )}
      {can('registry.correct') && (
        <button type="button" className="button" onClick={() => open('correct')}>
          更正{whose}
        </button>
      )}
      {valid && <WithdrawButton name={paper.subjectName} authorisationNo={paper.authorisationNo} />}
      {opened === 'attach' && <AttachDialog paper={paper} onClose={close} />}
      {opened === 'view' && paper.scan !== null && <ScanDialog name={paper.subjectName} scan={paper.scan} onClose={close} />}
      {opened === 'correct' && <CorrectDialog correction={correctionOf(paper)} onClose={close} />}
    </div>
  )
}

function Paper({ paper }: { paper: AuthorisationPaper }) {
  return (
    <li className="stack-small">
      <h3 className="row">
        {paper.subjectName} <span className="small muted">{paper.relationLabel}</span>
        <WordTag word={paperWords[paper.state]} />
      </h3>
      {hasNumber(paper) ? (
        <>
          <Facts paper={paper} />
          <ScanLine scan={paper.scan} />
          <Actions paper={paper} />
        </>
      ) : (
        <p className="small">
          没有登记授权书：不向任何单位查询此人。
          <NamedHint name="signAuthorisation" lead="接下来：" />
        </p>
      )}
    </li>
  )
}

/** Every paper of the household's subjects as it stands today, with its scan. */
export function Papers({ householdNo }: { householdNo: string }) {
  const query = useQuery(reading('registry.open-household', { params: { householdNo } }))
  return (
    <section id="papers" className="card stack-small" aria-labelledby="papers-title">
      <h2 id="papers-title">授权书</h2>
      <p className="muted small">状态截至今日。扫描件加密保存，指纹随以后的查询发给成员单位；查看扫描件记入留痕。</p>
      <Show query={query}>
        {(data) => (
          <ul className="papers">
            {data.authorisations.map((paper) => (
              <Paper key={`${paper.subjectNo} ${paper.authorisationNo ?? ''}`} paper={paper} />
            ))}
          </ul>
        )}
      </Show>
    </section>
  )
}
