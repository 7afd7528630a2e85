import { useState } from 'react'
import type { PaperSignature, Signer } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { DateField } from '../../ui/date-field.tsx'
import { FieldGroup, SelectField, TextField } from '../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../ui/files-field.tsx'
import { Tag } from '../../ui/tag.tsx'

const ways = [
  { value: 'signed', label: '本人签字' },
  { value: 'fingerprint', label: '捺指印' },
  { value: 'guardian', label: '监护人代签' },
  { value: 'refused', label: '拒绝签字' },
]
const words: Readonly<Record<string, string>> = Object.fromEntries(ways.map((way) => [way.value, way.label]))

function FormTags({ signer }: { signer: Signer }) {
  return (
    <ul className="row">
      {signer.forms.map(({ form, label, signature, signedOn, standing, hasScan }) => (
        <li key={form}>
          {signature === null && !standing ? (
            <Tag tone="amber">{label} 未签</Tag>
          ) : (
            <Tag tone={signature === 'refused' ? 'red' : 'green'}>
              {label} {signature === null ? '登记有效' : `${words[signature]} ${chineseDate(signedOn ?? '')}`}
              {hasScan ? '，有照片' : ''}
            </Tag>
          )}
        </li>
      ))}
    </ul>
  )
}

type OneProps = {
  signer: Signer
  today: string
  busy: boolean
  onSign: (papers: PaperSignature[]) => void
  only: string | undefined
}

/** Registers what one person has signed. */
function SignOne({ signer, today, busy, onSign, only }: OneProps) {
  const open = signer.forms.filter(
    (each) =>
      (each.signature === null || each.signature === 'refused') && !each.standing && (only === undefined || each.form === only),
  )
  const [chosen, choose] = useState<readonly string[]>(open.map((each) => each.form))
  const [way, setWay] = useState(signer.kind === 'guarded' ? 'guardian' : 'signed')
  const [signedOn, setSignedOn] = useState(today)
  const [note, setNote] = useState('')
  const [files, setFiles] = useState<readonly KeptFile[]>([])
  if (open.length === 0) return null
  const needsNote = way === 'guardian' || way === 'refused'
  function sign() {
    const file = files[0] ?? null
    onSign(
      open
        .filter((each) => chosen.includes(each.form))
        .map(({ form }) => ({
          form,
          subject: signer.row,
          signature: way as PaperSignature['signature'],
          signedOn,
          note: note.trim(),
          file,
        })),
    )
  }
  return (
    <details>
      <summary>登记签字</summary>
      <div className="stack-small">
        <FieldGroup label="签的是" required>
          <div className="row">
            {open.map(({ form, label }) => (
              <label key={form} className="choice">
                <input
                  type="checkbox"
                  checked={chosen.includes(form)}
                  onChange={(event) => choose(event.target.checked ? [...chosen, form] : chosen.filter((each) => each !== form))}
                />
                <span>{label}</span>
              </label>
            ))}
          </div>
        </FieldGroup>
        <div className="form-grid">
          <SelectField label="签字方式" value={way} onPick={setWay} choices={ways} />
          <DateField label="签字日期" value={signedOn} max={today} onChange={(event) => setSignedOn(event.target.value)} />
          {needsNote && (
            <TextField
              label={way === 'guardian' ? '监护人姓名' : '拒签原因'}
              value={note}
              maxLength={200}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </div>
        <FilesField label="签字页照片或扫描件（可不传）" files={files} onChange={setFiles} max={1} />
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={busy || chosen.length === 0 || signedOn === '' || (needsNote && note.trim().length < 2)}
            onClick={sign}
          >
            登记{signer.name}的签字
          </button>
        </div>
      </div>
    </details>
  )
}

type ListProps = {
  signers: readonly Signer[]
  today: string
  busy: boolean
  onSign: (papers: PaperSignature[]) => void
  /** only this form is asked for */
  only?: string
}

/** Everybody who has to sign, what is signed, and registering what was signed meanwhile. */
export function SignList({ signers, today, busy, onSign, only }: ListProps) {
  return (
    <ul className="papers stack">
      {signers.map((signer) => (
        <li key={signer.row} className="card stack-small">
          <h3>
            {signer.name || '未填姓名'} <span className="muted small">{signer.kindLabel}</span>
          </h3>
          <FormTags signer={signer} />
          <SignOne
            key={signer.forms.map((each) => each.signature).join()}
            signer={signer}
            today={today}
            busy={busy}
            onSign={onSign}
            only={only}
          />
        </li>
      ))}
    </ul>
  )
}
