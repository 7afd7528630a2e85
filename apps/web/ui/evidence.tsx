import { useId, useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import { CallProblem } from '../client.ts'
import { fileSize } from '../format.ts'
import { sendFile } from '../transfer.ts'
import { FieldGroup } from './field.tsx'
import { FileButton } from './file-button.tsx'

type EvidenceProps = {
  label: string
  hint: string
  files: readonly StoredFile[]
  onChange: (files: StoredFile[]) => void
  error?: string | undefined
  /** where the files go; evidence of a form unless told otherwise */
  send?: typeof sendFile
}

/** Attaches files by content hash; each upload shows how far it is and a verdict. */
export function Evidence({ label, hint, files, onChange, error, send = sendFile }: EvidenceProps) {
  const id = useId()
  const [busy, setBusy] = useState<{ name: string; share: number } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function add(list: readonly File[]) {
    setProblem(null)
    const added = [...files]
    for (const file of list) {
      try {
        setBusy({ name: file.name, share: 0 })
        const stored = await send(file, (share) => setBusy({ name: file.name, share }))
        if (!added.some((x) => x.sha256 === stored.sha256)) added.push(stored)
      } catch (failure) {
        setProblem(
          `“${file.name}”没有传上：${failure instanceof CallProblem ? failure.message : '读不出这个文件，请换一个重试。'}`,
        )
      }
    }
    setBusy(null)
    onChange(added)
  }

  return (
    <FieldGroup label={label} error={error}>
      <div className="row">
        <FileButton
          multiple
          aria-describedby={`${id}-hint`}
          aria-invalid={error === undefined ? undefined : true}
          onChange={(event) => {
            void add([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        >
          选择文件
        </FileButton>
        <span id={`${id}-hint`} className="muted small">
          {hint}
        </span>
      </div>
      <p role="status" className="small">
        {busy !== null && `正在上传 ${busy.name} ${Math.round(busy.share * 100)} %`}
      </p>
      {problem !== null && (
        <p role="alert" className="error-text small">
          {problem}
        </p>
      )}
      <ul className="stack-small">
        {files.map((file) => (
          <li key={file.sha256} className="row">
            <span>{file.name}</span>
            <span className="muted small">
              {fileSize(file.size)}，指纹 {file.sha256.slice(0, 12)}
            </span>
            <button
              type="button"
              className="button plain"
              onClick={() => onChange(files.filter((x) => x.sha256 !== file.sha256))}
            >
              移除<span className="hidden">{file.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </FieldGroup>
  )
}
