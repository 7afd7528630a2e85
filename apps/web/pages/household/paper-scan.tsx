import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { AuthorisationPaper, AuthorisationScan } from '#registry/contract'
import { addressOf, call } from '../../client.ts'
import { fileSize } from '../../format.ts'
import { sendFile } from '../../transfer.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldGroup, TextField } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const largest = 10 * 1024 * 1024

type Wrong = { file?: string; paperNo?: string }

/** What is missing before anything is sent; the server checks the content again. */
export function wrongOf(file: { size: number } | null, paperNo: string): Wrong {
  return {
    ...(file === null ? { file: '请选择扫描件' } : {}),
    ...(file !== null && file.size > largest
      ? { file: `扫描件 ${fileSize(file.size)}，超过 10 MB 的上限，请用较低的分辨率重新扫描` }
      : {}),
    ...(paperNo === '' ? { paperNo: '请照抄纸质授权书上的编号' } : {}),
  }
}

function useAttach(authorisationNo: string, onShare: (share: number) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ file, paperNo }: { file: File; paperNo: string }) => {
      const stored = await sendFile(file, onShare)
      return call('registry.attach-scan', { params: { authorisationNo }, body: { file: stored, paperNo } })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['registry.open-household'] }),
  })
}

function Attached({ scan, onClose }: { scan: AuthorisationScan; onClose: () => void }) {
  return (
    <div className="stack-small" role="status">
      <p className="notice green">扫描件已保存。</p>
      {scan.question !== null && <p className="notice amber">{scan.question}</p>}
      <div className="row">
        <button type="button" className="button primary" onClick={onClose}>
          关闭
        </button>
      </div>
    </div>
  )
}

type PickProps = { file: File | null; onPick: (file: File | null) => void; error: string | undefined }

function FilePick({ file, onPick, error }: PickProps) {
  const id = useId()
  return (
    <FieldGroup label="扫描件" error={error}>
      <div className="row">
        <FileButton
          accept="image/jpeg,image/png,application/pdf"
          aria-describedby={`${id}-hint`}
          aria-invalid={error === undefined ? undefined : true}
          onChange={(event) => onPick(event.target.files?.[0] ?? null)}
        >
          选择文件
        </FileButton>
        <span>{file === null ? '' : `${file.name}（${fileSize(file.size)}）`}</span>
      </div>
      <p id={`${id}-hint`} className="muted small">
        JPEG、PNG 或 PDF，一页，不超过 10 MB。
      </p>
    </FieldGroup>
  )
}

type AttachProps = { paper: AuthorisationPaper & { authorisationNo: string }; onClose: () => void }

/** Takes the scan of one paper, with the number that stands on it. */
export function AttachDialog({ paper, onClose }: AttachProps) {
  const [file, setFile] = useState<File | null>(null)
  const [wrong, setWrong] = useState<Wrong>({})
  const [share, setShare] = useState(0)
  const attach = useAttach(paper.authorisationNo, setShare)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const paperNo = String(new FormData(event.currentTarget).get('paperNo') ?? '').trim()
    const missing = wrongOf(file, paperNo)
    setWrong(missing)
    if (file !== null && Object.keys(missing).length === 0) attach.mutate({ file, paperNo })
  }

  return (
    <Dialog title={`${paper.subjectName} 授权书的扫描件`} onClose={onClose}>
      {attach.isError && <ErrorPanel error={attach.error} />}
      {attach.data !== undefined ? (
        <Attached scan={attach.data} onClose={onClose} />
      ) : (
        <form className="stack-small" onSubmit={submit} noValidate>
          {paper.scan !== null && <p className="notice">新的扫描件会替换 {paper.scan.fileName}；原来的仍留存备查。</p>}
          <FilePick file={file} onPick={setFile} error={wrong.file} />
          <TextField
            label="纸上的编号（必填）"
            name="paperNo"
            maxLength={60}
            autoComplete="off"
            hint={`照抄纸上印的编号，应与系统编号 ${paper.authorisationNo} 相同。`}
            error={wrong.paperNo}
          />
          <p role="status" className="small">
            {attach.isPending && `正在上传 ${Math.round(share * 100)} %`}
          </p>
          <div className="row">
            <button type="submit" className="button primary" disabled={attach.isPending}>
              上传并保存
            </button>
            <button type="button" className="button" onClick={onClose}>
              取消
            </button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

/** Shows the scan of a paper; each opening is a read that stands in the journal. */
export function ScanDialog({ name, scan, onClose }: { name: string; scan: AuthorisationScan; onClose: () => void }) {
  const address = addressOf('registry.read-scan', { params: { authorisationNo: scan.authorisationNo } })
  return (
    <Dialog title={`${name} 的授权书`} onClose={onClose}>
      <p className="muted small">
        {scan.fileName}，{fileSize(scan.size)}。每次查看和下载都记入留痕。
      </p>
      {scan.mediaType === 'application/pdf' ? (
        <p>PDF 文件请下载后查看。</p>
      ) : (
        <img className="scan" src={address} alt={`${name} 的授权书，编号 ${scan.paperNo}`} />
      )}
      <div className="row">
        <a className="button" href={address} download={scan.fileName}>
          下载
        </a>
        <button type="button" className="button" onClick={onClose}>
          关闭
        </button>
      </div>
    </Dialog>
  )
}
