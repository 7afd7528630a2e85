import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import { CallProblem, call } from '../../client.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Evidence } from '../../ui/evidence.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { fieldProblems } from './words.ts'

/** A photo of the board: proves the posting of the whole notice. */
export function ProveDialog({ noticeNo, onClose }: { noticeNo: string; onClose: () => void }) {
  const queries = useQueryClient()
  const [files, setFiles] = useState<readonly StoredFile[]>([])
  const [postedOn, setPostedOn] = useState('')
  const [place, setPlace] = useState('')
  const [lateReason, setLateReason] = useState('')
  const prove = useMutation({
    mutationFn: () =>
      call('casework.prove-notice', {
        params: { noticeNo },
        body: { postedOn, place, lateReason, sha256: files[0]?.sha256 ?? '' },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries()
      onClose()
    },
  })
  const problems = prove.error instanceof CallProblem ? fieldProblems(prove.error.fields) : {}

  function submit(event: FormEvent) {
    event.preventDefault()
    prove.mutate()
  }

  return (
    <Dialog title="登记张贴照片" onClose={onClose}>
      {prove.isError && <ErrorPanel error={prove.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <DateField
          label="拍摄日期"
          hint="首日和末日各拍一张；首张晚于公示起始日的，公示期从张贴之日起算"
          value={postedOn}
          error={problems.postedOn}
          onChange={(event) => setPostedOn(event.target.value)}
        />
        <TextField
          label="张贴地点"
          value={place}
          error={problems.place}
          maxLength={100}
          onChange={(event) => setPlace(event.target.value)}
        />
        <TextField
          label="补登说明（公示期满后补登时填写）"
          required={false}
          hint="公示期满后补登以前日期的照片，写明为什么没有在公示期内登记"
          value={lateReason}
          error={problems.lateReason}
          maxLength={400}
          onChange={(event) => setLateReason(event.target.value)}
        />
        <Evidence
          label="照片"
          hint="JPEG 或 PNG，一次一张，能看清公示栏全貌"
          files={files}
          onChange={(list) => setFiles(list.slice(-1))}
          error={problems.sha256 === undefined ? undefined : '请上传张贴照片'}
        />
        <div className="row">
          <button type="submit" className="button primary" disabled={prove.isPending}>
            {prove.isPending ? '正在保存…' : '登记照片'}
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}
