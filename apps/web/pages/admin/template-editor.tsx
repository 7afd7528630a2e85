import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../client.ts'
import { callPaper } from '../../transfer.ts'
import { Field, TextField } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

const longest = 200_000

interface EditorProps {
  name: string
  /** The text the new version begins with. */
  start: string
  /** The form is printed blank too. */
  blank: boolean
}

/** Opens a paper that was made just now beside the page. */
function show(paper: Blob): void {
  const address = URL.createObjectURL(paper)
  window.open(address, '_blank')
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Changes a template's text, prints it on fictional data, and keeps it as a version that waits for a second person. */
export function TemplateEditor({ name, start, blank }: EditorProps) {
  const queries = useQueryClient()
  const [text, setText] = useState(start)
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<{ text?: string; note?: string }>({})
  const attempt = useMutation({
    mutationFn: (empty: boolean) => callPaper('documents.try-template', { params: { name }, body: { text, blank: empty } }),
    onSuccess: show,
  })
  const save = useMutation({
    mutationFn: () => call('documents.save-template', { params: { name }, body: { text, note } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['documents.open-template'] }),
  })
  async function upload(file: File | undefined): Promise<void> {
    if (file === undefined) return
    if (file.size > 4 * longest) setWrong({ text: `文件过大，模板最多 ${longest} 个字符` })
    else setText(await file.text())
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = {
      ...(text.trim() === '' ? { text: '模板不能为空' } : {}),
      ...(note.trim().length < 4 ? { note: '请写明改了什么，至少 4 个字' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) save.mutate()
  }
  const error = save.error ?? attempt.error
  return (
    <form className="card stack-small" onSubmit={submit} noValidate aria-labelledby="editor-title">
      <h2 id="editor-title">编写新版本</h2>
      <Field label="模板文字（Typst）" wide error={wrong.text} hint="只可引用 form.typ 和 paper.typ；不能引用外部程序包。">
        {(ids) => (
          <textarea
            {...ids}
            className="input mono"
            rows={18}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <TextField
        label="改了什么"
        required
        wide
        value={note}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setNote(event.target.value)}
        error={wrong.note}
      />
      <p role="status">{save.isSuccess ? `已保存为第 ${save.data.version} 版，等另一人看过样张后发布。` : ''}</p>
      {error !== null && <ErrorPanel error={error} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={save.isPending}>
          {save.isPending ? '正在试排并保存…' : '保存为新版本'}
        </button>
        <button type="button" className="button" disabled={attempt.isPending} onClick={() => attempt.mutate(false)}>
          {attempt.isPending ? '正在试打…' : '试打样张'}
        </button>
        {blank && (
          <button type="button" className="button" disabled={attempt.isPending} onClick={() => attempt.mutate(true)}>
            试打空白表
          </button>
        )}
        <FileButton
          accept=".typ,.txt"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            void upload(file)
          }}
        >
          从文件读入
        </FileButton>
      </div>
    </form>
  )
}
