import { useId, useState } from 'react'
import { CallProblem } from '../client.ts'
import { sendFile } from '../transfer.ts'
import { FieldGroup } from './field.tsx'
import { FileButton } from './file-button.tsx'

/** A file in the store, as forms keep it. */
export interface KeptFile {
  sha256: string
  name: string
  size: number
}

interface FilesFieldProps {
  label: string
  files: readonly KeptFile[]
  onChange: (files: KeptFile[]) => void
  /** what may be chosen, as an input's accept */
  accept?: string
  hint?: string
  max?: number
}

/** Chooses files and puts them into the store at once; every file shows what became of it. */
export function FilesField({ label, files, onChange, accept = 'image/*,application/pdf', hint, max = 10 }: FilesFieldProps) {
  const id = useId()
  const [share, setShare] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function take(chosen: readonly File[]): Promise<void> {
    const kept = [...files]
    setProblem(null)
    try {
      for (const file of chosen.slice(0, max - files.length)) {
        setShare(0)
        const { sha256, name, size } = await sendFile(file, setShare)
        kept.push({ sha256, name, size })
      }
    } catch (error) {
      setProblem(error instanceof CallProblem ? error.message : '文件没有传上去，请重试')
    }
    setShare(null)
    onChange(kept)
  }

  return (
    <FieldGroup label={label} wide>
      <div className="row">
        <FileButton
          accept={accept}
          multiple={max > 1}
          disabled={share !== null || files.length >= max}
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])]
            event.currentTarget.value = ''
            void take(chosen)
          }}
        >
          {share === null ? '选择文件' : `正在上传 ${Math.round(share * 100)}%`}
        </FileButton>
        {hint !== undefined && (
          <span id={id} className="muted small">
            {hint}
          </span>
        )}
      </div>
      {problem !== null && (
        <p className="error-text small" role="alert">
          {problem}
        </p>
      )}
      {files.length > 0 && (
        <ul className="files">
          {files.map((file) => (
            <li key={file.sha256} className="row">
              <span>{file.name}</span>
              <button
                type="button"
                className="button plain"
                aria-label={`移除 ${file.name}`}
                onClick={() => onChange(files.filter((each) => each.sha256 !== file.sha256))}
              >
                移除
              </button>
            </li>
          ))}
        </ul>
      )}
    </FieldGroup>
  )
}
