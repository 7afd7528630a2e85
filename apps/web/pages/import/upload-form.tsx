import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type DragEvent, type FormEvent, useState } from 'react'
import { call } from '../../client.ts'
import { fileSize } from '../../format.ts'
import { sendTable } from '../../transfer.ts'
import { DateField } from '../../ui/date-field.tsx'
import { FieldGroup } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { importsOf, wantedOf } from './package-files.ts'

type Progress = { done: number; all: number; name: string; share: number }

function useUpload() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [progress, setProgress] = useState<Progress | null>(null)
  const run = useMutation({
    mutationFn: async ({ files, asOf, complete }: { files: readonly File[]; asOf: string; complete: boolean }) => {
      const started: string[] = []
      let done = 0
      for (const together of importsOf(files)) {
        const stored: { path: string; sha256: string }[] = []
        for (const file of together) {
          const told = (share: number) => setProgress({ done, all: files.length, name: file.name, share })
          told(0)
          const { sha256 } = await sendTable(file, told)
          stored.push({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, sha256 })
          done += 1
        }
        started.push((await call('registry.start-import', { body: { files: stored, asOf, complete } })).importId)
      }
      return started
    },
    onSuccess: async (started) => {
      const [importId = ''] = started
      if (started.length === 1) await navigate({ to: '/imports/$importId', params: { importId }, search: {} })
    },
    onSettled: async () => {
      setProgress(null)
      await queries.invalidateQueries({ queryKey: ['registry.list-imports'] })
    },
  })
  return { run, progress }
}

function UploadProgress({ progress, started }: { progress: Progress | null; started: number }) {
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
      {progress === null && started > 1 && (
        <p className="notice green">{started} 个工作簿已上传，各自检查，列在下面的导入记录里。</p>
      )}
    </div>
  )
}

type PickerProps = { files: readonly File[]; onPick: (files: File[]) => void; error: string | undefined }

/** The browser knows folders by this attribute; React's types do not name it. */
const folderInput = { webkitdirectory: '' }

function FilePicker({ files, onPick, error }: PickerProps) {
  const [over, setOver] = useState(false)
  const take = (list: FileList | null) => onPick(wantedOf([...(list ?? [])]))

  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }

  return (
    <FieldGroup
      label="名册文件"
      error={error}
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="row">
        <FileButton multiple accept=".zip,.xlsx,.xls,.csv,.json" onChange={(event) => take(event.target.files)}>
          选择台账、压缩包或 CSV
        </FileButton>
        <FileButton {...folderInput} onChange={(event) => take(event.target.files)}>
          选择整个文件夹
        </FileButton>
      </div>
      <p className="muted small">
        现有的台账不用改格式：标题行、合并的表头、一村一张工作表、合计行都认得。也可以把文件拖到这里；几个工作簿可以一起选。
      </p>
      {files.length > 0 && (
        <p>
          已选 {files.length} 个文件，共 {fileSize(files.reduce((sum, f) => sum + f.size, 0))}：
          {files
            .slice(0, 3)
            .map((f) => f.name)
            .join('、')}
          {files.length > 3 && ' 等'}
        </p>
      )}
    </FieldGroup>
  )
}

function Complete({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <div>
      <label className="choice">
        <input
          type="checkbox"
          checked={checked}
          aria-describedby="complete-meaning"
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>这是完整的名册</span>
      </label>
      <p id="complete-meaning" className={checked ? 'notice amber' : 'muted small'}>
        {checked
          ? '文件里没有的家庭将列为“移出”：先逐户列出及其案件、待遇和发放，另一人确认后才移出，可以撤回。只导入一部分乡镇或家庭时不要勾选。'
          : '不勾选时，文件里没有的家庭和人员一律保持原样。'}
      </p>
    </div>
  )
}

/** The way of a ledger, for whoever goes it for the first time. */
function HowTo() {
  return (
    <details>
      <summary>第一次导入台账？</summary>
      <ol className="numbered small">
        <li>直接上传现有的工作簿，填台账的核对时点。系统里还没有村（社区）时，先导入区划表（区划代码、名称两列）。</li>
        <li>没见过的表会问几件事：每列是什么、不认识的词和村名对应什么。逐项看过建议，按“确定”；确定过的下次不再问。</li>
        <li>核对差异：新增、变动、金额合计，退回的行在哪张工作表第几行、怎样改。不对就放弃，名册没有变动。</li>
        <li>提交后，另一人在任务中心看到，核对、确认后写入名册。</li>
        <li>下载退回的行，在 Excel 里改好，原样再次上传。导错了可以撤回。</li>
      </ol>
    </details>
  )
}

/** Chooses files and the as-of date, uploads with progress, has them checked and opens the import. */
export function UploadForm({ mayComplete, why }: { mayComplete: boolean; why: string | null }) {
  const [files, setFiles] = useState<File[]>([])
  const [asOf, setAsOf] = useState('')
  const [complete, setComplete] = useState(false)
  const [wrong, setWrong] = useState<{ files?: string; asOf?: string }>({})
  const { run, progress } = useUpload()

  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = {
      ...(files.length === 0 ? { files: '请选择名册文件' } : {}),
      ...(asOf === '' ? { asOf: '请选择核对时点：晚于这一天的日期会被退回' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) run.mutate({ files, asOf, complete })
  }

  return (
    <form className="card stack-small" onSubmit={submit} noValidate aria-labelledby="upload-title">
      <h2 id="upload-title">导入名册</h2>
      <p className="muted small">
        上传后只检查、只比对，名册没有任何变动；看过差异、提交之后才写入。{why !== null && `${why}。`}
      </p>
      <FilePicker files={files} onPick={setFiles} error={wrong.files} />
      {mayComplete && <Complete checked={complete} onChange={setComplete} />}
      <div className="filters">
        <DateField label="核对时点" required value={asOf} onChange={(event) => setAsOf(event.target.value)} error={wrong.asOf} />
        <button type="submit" className="button primary" disabled={run.isPending}>
          {run.isPending ? '正在上传…' : '上传并检查'}
        </button>
      </div>
      <HowTo />
      <UploadProgress progress={progress} started={run.data?.length ?? 0} />
      {run.isError && <ErrorPanel error={run.error} />}
    </form>
  )
}
