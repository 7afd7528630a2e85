import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { call } from '../../client.ts'
import { fileSize } from '../../format.ts'
import { sendFile } from '../../transfer.ts'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const largest = 100 * 1024 * 1024
const most = 50

/** What is wrong with a choice of files before anything is sent; the server looks at their content. */
export function wrongFiles(files: readonly { name: string; size: number }[]): string | undefined {
  if (files.length === 0) return '请先选择扫描件'
  if (files.length > most) return `一次最多 ${most} 个文件，现在选了 ${files.length} 个，请分几次上传`
  const empty = files.find((file) => file.size === 0)
  if (empty !== undefined) return `“${empty.name}”是空文件，请重新扫描`
  const large = files.find((file) => file.size > largest)
  if (large !== undefined) {
    return `“${large.name}”有 ${fileSize(large.size)}，超过 100 MB：请用较低的分辨率扫描，或分成几份`
  }
  return undefined
}

function useHandIn(onDone: () => void) {
  const queries = useQueryClient()
  const [share, setShare] = useState<{ file: number; part: number }>({ file: 0, part: 0 })
  const handing = useMutation({
    mutationFn: async (files: readonly File[]) => {
      const stored = []
      for (const [index, file] of files.entries()) {
        stored.push(await sendFile(file, (part) => setShare({ file: index, part }), 'scan'))
      }
      return call('casework.start-scans', { body: { files: stored } })
    },
    onSuccess: async () => {
      onDone()
      await queries.invalidateQueries({ queryKey: ['casework.list-scans'] })
    },
  })
  return { handing, share }
}

/** Hands in scanned stacks: PDF of many pages, or pictures. */
export function ScanUpload() {
  const [files, setFiles] = useState<readonly File[]>([])
  const [wrong, setWrong] = useState<string>()
  const { handing, share } = useHandIn(() => setFiles([]))
  const hint = useId()

  function submit(event: FormEvent) {
    event.preventDefault()
    const fault = wrongFiles(files)
    setWrong(fault)
    if (fault === undefined) handing.mutate(files)
  }

  return (
    <form className="card stack-small" onSubmit={submit} aria-labelledby="upload-title" noValidate>
      <h2 id="upload-title">上传扫描件</h2>
      <p id={hint} className="muted small">
        签好字的材料整叠扫描，不用分户、不用排序：每页按右上角的二维码归入案件。PDF（每个不超过 500 页、100 MB）、JPEG 或 PNG，150
        至 300 dpi，灰度或彩色均可。
      </p>
      <div className="row">
        <FileButton
          multiple
          accept="application/pdf,image/jpeg,image/png"
          aria-describedby={hint}
          aria-invalid={wrong === undefined ? undefined : true}
          onChange={(event) => {
            setFiles([...(event.target.files ?? [])])
            setWrong(undefined)
          }}
        >
          选择文件
        </FileButton>
        <button type="submit" className="button primary" disabled={handing.isPending}>
          上传并归档
        </button>
      </div>
      {files.length > 0 && (
        <p className="small">已选：{files.map((file) => `${file.name}（${fileSize(file.size)}）`).join('、')}</p>
      )}
      {wrong !== undefined && (
        <p className="error-text small" role="alert">
          {wrong}
        </p>
      )}
      <p role="status" className="small">
        {handing.isPending && `正在上传第 ${share.file + 1} 个，${Math.round(share.part * 100)} %`}
        {handing.isSuccess && '已上传，正在后台读取，可以离开本页。'}
      </p>
      {handing.isError && <ErrorPanel error={handing.error} />}
    </form>
  )
}
