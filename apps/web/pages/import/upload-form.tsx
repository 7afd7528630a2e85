import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type DragEvent, type FormEvent, useState } from 'react'
import { call, reading } from '../../client.ts'
import { fileSize } from '../../format.ts'
import { useCan } from '../../session.ts'
import { sendTable } from '../../transfer.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { isWanted } from './package-files.ts'

type Progress = { done: number; all: number; name: string; share: number }

function useUpload(files: readonly File[], asOf: string, mappingId: string) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [progress, setProgress] = useState<Progress | null>(null)
  const run = useMutation({
    mutationFn: async () => {
      const stored: { path: string; sha256: string }[] = []
      for (const [done, file] of files.entries()) {
        const told = (share: number) => setProgress({ done, all: files.length, name: file.name, share })
        told(0)
        const { sha256 } = await sendTable(file, told)
        stored.push({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, sha256 })
      }
      return call('registry.start-import', { body: { files: stored, asOf, ...(mappingId === '' ? {} : { mappingId }) } })
    },
    onSuccess: async (started) => {
      await queries.invalidateQueries({ queryKey: ['registry.list-imports'] })
      await navigate({ to: '/imports/$importId', params: { importId: started.importId }, search: {} })
    },
    onSettled: () => setProgress(null),
  })
  return { run, progress }
}

function UploadProgress({ progress }: { progress: Progress | null }) {
  return (
    <div role="status" className="stack-small">
      {progress !== null && (
        <>
          <p>
            正在上传第 {progress.done + 1} 个，共 {progress.all} 个：{progress.name}
          </p>
          <progress max={1} value={(progress.done + progress.share) / progress.all} aria-label="上传进度" />
        </>
      )}
    </div>
  )
}

type PickerProps = { files: readonly File[]; onPick: (files: File[]) => void; error: string | undefined }

/** The browser knows folders by this attribute; React's types do not name it. */
const folderInput = { webkitdirectory: '' }

function FilePicker({ files, onPick, error }: PickerProps) {
  const [over, setOver] = useState(false)
  const take = (list: FileList | null) => onPick([...(list ?? [])].filter(isWanted))

  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }

  return (
    <fieldset
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <legend className="strong">名册文件</legend>
      <div className="row">
        <FileButton multiple accept=".zip,.xlsx,.csv,.json" onChange={(event) => take(event.target.files)}>
          选择压缩包、工作簿或 CSV
        </FileButton>
        <FileButton {...folderInput} onChange={(event) => take(event.target.files)}>
          选择整个文件夹
        </FileButton>
      </div>
      <p className="muted small">也可以把文件拖到这里。工作簿每个核心文件一张工作表。</p>
      {files.length > 0 && (
        <p>
          已选 {files.length} 个文件，共 {fileSize(files.reduce((sum, f) => sum + f.size, 0))}
        </p>
      )}
      {error !== undefined && <p className="error-text small">{error}</p>}
    </fieldset>
  )
}

/** Chooses files and the as-of date, uploads with progress, starts the import and opens it. */
export function UploadForm() {
  const can = useCan()
  const mappings = useQuery({ ...reading('registry.list-mappings', {}), enabled: can('registry.map') }).data?.rows ?? []
  const [files, setFiles] = useState<File[]>([])
  const [asOf, setAsOf] = useState('')
  const [mappingId, setMappingId] = useState('')
  const [wrong, setWrong] = useState<{ files?: string; asOf?: string }>({})
  const { run, progress } = useUpload(files, asOf, mappingId)

  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = {
      ...(files.length === 0 ? { files: '请选择名册文件' } : {}),
      ...(asOf === '' ? { asOf: '请选择核对时点：晚于这一天的日期会被退回' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) run.mutate()
  }

  return (
    <form className="card stack-small" onSubmit={submit} noValidate aria-labelledby="upload-title">
      <h2 id="upload-title">导入名册</h2>
      <FilePicker files={files} onPick={setFiles} error={wrong.files} />
      <div className="filters">
        <TextField
          label="核对时点"
          type="date"
          value={asOf}
          onChange={(event) => setAsOf(event.target.value)}
          error={wrong.asOf}
        />
        {mappings.length > 0 && (
          <SelectField
            label="来源系统对照"
            wide
            all="本系统格式，不用对照"
            value={mappingId}
            onPick={setMappingId}
            choices={mappings.map((m) => ({ value: m.mappingId, label: `${m.source}（${m.table}）` }))}
          />
        )}
        <button type="submit" className="button primary" disabled={run.isPending}>
          {run.isPending ? '正在上传…' : '上传并检查'}
        </button>
      </div>
      <UploadProgress progress={progress} />
      {run.isError && <ErrorPanel error={run.error} />}
    </form>
  )
}
