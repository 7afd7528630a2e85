import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

function RevealDialog({ subjectNo, name, onClose }: { subjectNo: string; name: string; onClose: () => void }) {
  const [wrong, setWrong] = useState<string>()
  const reveal = useMutation({
    mutationFn: (reason: string) => call('registry.reveal-number', { params: { subjectNo }, body: { reason } }),
    gcTime: 0,
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    setWrong(reason.length < 4 ? '请写明用途，至少 4 个字' : undefined)
    if (reason.length >= 4) reveal.mutate(reason)
  }

  return (
    <Dialog title={`显示 ${name} 的身份证号`} onClose={onClose}>
      <p className="muted">用途和时间记入日志，当事人可以查询。</p>
      {reveal.isError && <ErrorPanel error={reveal.error} />}
      <p role="status" className="mono strong">
        {reveal.data?.idNumber ?? ''}
      </p>
      <form className="stack-small" onSubmit={submit} noValidate>
        {reveal.data === undefined && <TextField label="用途" name="reason" maxLength={200} autoComplete="off" error={wrong} />}
        <div className="row">
          {reveal.data === undefined && (
            <button type="submit" className="button primary" disabled={reveal.isPending}>
              显示
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            关闭
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** A masked number in clear, for a stated purpose; it goes away with the window. */
export function RevealNumber({ subjectNo, name }: { subjectNo: string; name: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button plain no-print" onClick={() => setOpen(true)}>
        显示<span className="hidden">{name}的号码</span>
      </button>
      {open && <RevealDialog subjectNo={subjectNo} name={name} onClose={() => setOpen(false)} />}
    </>
  )
}
