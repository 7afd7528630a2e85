import { useState } from 'react'
import type { StoredFile } from '#kernel/schema'
import { DateField } from '../../../ui/date-field.tsx'
import { Evidence } from '../../../ui/evidence.tsx'
import { TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 登记张贴照片. */
export function ProveForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { postedOn: '', place: '', lateReason: '' })
  const [files, setFiles] = useState<readonly StoredFile[]>([])
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit({ ...form, sha256: files[0]?.sha256 ?? '' })}>
      <div className="form-grid">
        <DateField
          label="拍摄日期"
          hint="晚于公示起始日的，公示期从张贴之日起算"
          value={form.postedOn}
          error={problems.postedOn}
          onChange={(event) => set({ ...form, postedOn: event.target.value })}
        />
        <TextField
          label="张贴地点"
          value={form.place}
          error={problems.place}
          maxLength={100}
          onChange={(event) => set({ ...form, place: event.target.value })}
        />
        <TextField
          label="补登说明（公示期满后补登时填写）"
          required={false}
          hint="公示期满后补登以前日期的照片，写明为什么没有在公示期内登记"
          value={form.lateReason}
          error={problems.lateReason}
          maxLength={400}
          onChange={(event) => set({ ...form, lateReason: event.target.value })}
        />
      </div>
      <Evidence
        label="照片"
        hint="JPEG 或 PNG，一次一张，能看清公示栏全貌"
        files={files}
        onChange={(list) => setFiles(list.slice(-1))}
        error={problems.sha256 === undefined ? undefined : '请上传张贴照片'}
      />
    </FormFrame>
  )
}
