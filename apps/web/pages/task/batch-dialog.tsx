import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call, type Output } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { useKey } from '../../ui/once.ts'
import { ErrorPanel } from '../../ui/states.tsx'
import { type BatchMove, refusalsOf } from './batch-moves.ts'

type Preview = Output<'casework.preview-moves'>
type Outcome = Output<'casework.move-cases'>
const namesShown = 8

function Refusals({ preview }: { preview: Preview }) {
  const list = refusalsOf(preview.rows)
  if (list.length === 0) return null
  return (
    <ul className="dots">
      {list.map(({ reason, names }) => (
        <li key={reason}>
          {count(names.length)} 件：{reason}
          <span className="muted small">
            （{names.slice(0, namesShown).join('、')}
            {names.length > namesShown ? ' 等' : ''}）
          </span>
        </li>
      ))}
    </ul>
  )
}

function Result({ outcome, names, onClose }: { outcome: Outcome; names: ReadonlyMap<string, string>; onClose: () => void }) {
  return (
    <>
      <p role="status" className={`notice ${outcome.refused.length === 0 ? 'green' : 'amber'}`}>
        已办 {count(outcome.done)} 件{outcome.refused.length > 0 && `，${count(outcome.refused.length)} 件没有办成`}。
      </p>
      {outcome.refused.length > 0 && (
        <ul className="dots batch-refused">
          {outcome.refused.map(({ caseNo, message }) => (
            <li key={caseNo}>
              {names.get(caseNo) ?? ''} <span className="mono small">{caseNo}</span>：{message}
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="button primary" onClick={onClose}>
        关闭
      </button>
    </>
  )
}

type BatchDialogProps = { move: BatchMove; caseNos: readonly string[]; onClose: (done: boolean) => void }

function useBatch({ move, caseNos }: Pick<BatchDialogProps, 'move' | 'caseNos'>, text: string) {
  const keyFor = useKey()
  const order = {
    step: move.step,
    command: move.command,
    ...(move.text === undefined ? {} : { record: { ...move.text.beside, [move.text.field]: text } }),
  }
  const asked = { step: move.step, command: move.command, caseNos: [...caseNos] }
  const preview = useQuery({
    queryKey: ['casework.preview-moves', asked],
    queryFn: () => call('casework.preview-moves', { body: asked }),
    staleTime: 0,
    gcTime: 0,
  })
  const run = useMutation({
    mutationFn: (cases: { caseNo: string; version: number }[]) => {
      const body = { ...order, cases }
      return call('casework.move-cases', { body }, { key: keyFor(body) })
    },
  })
  return { preview, run }
}

type ReadyProps = { preview: Preview; pending: boolean }

function Ready({ preview, pending }: ReadyProps) {
  const ready = readyOf(preview)
  const amounts = ready.flatMap((row) => (row.amount === null ? [] : [row.amount]))
  return (
    <>
      <p role="status">
        <strong>
          {count(ready.length)} 件可办，{count(preview.rows.length - ready.length)} 件不可办
        </strong>
        {amounts.length > 0 && `；可办各件月金额合计 ${yuan(amounts.reduce((a, b) => a + b, 0))} 元`}
        {ready.length < preview.rows.length && '：'}
      </p>
      <Refusals preview={preview} />
      {ready.length > 0 && (
        <button type="submit" className="button primary" disabled={pending}>
          {pending ? '正在办理…' : `办理 ${count(ready.length)} 件`}
        </button>
      )}
    </>
  )
}

const readyOf = (preview: Preview) => preview.rows.filter((row) => row.refusal === null)

/** Many cases at once: first the dry run, which begins by itself and changes nothing, then the doing, then what was not done and why. */
export function BatchDialog({ move, caseNos, onClose }: BatchDialogProps) {
  const [text, setText] = useState(move.text?.preset ?? '')
  const [wrong, setWrong] = useState<string>()
  const { preview, run } = useBatch({ move, caseNos }, text)
  const names = new Map(preview.data?.rows.map((row) => [row.caseNo, row.applicantName]))

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const missing = move.text !== undefined && text.trim() === ''
    setWrong(missing ? '请写明意见' : undefined)
    if (missing || preview.data === undefined) return
    run.mutate(readyOf(preview.data).map(({ caseNo, version }) => ({ caseNo, version })))
  }

  return (
    <Dialog title={`成批“${move.label}”，${count(caseNos.length)} 件`} onClose={() => onClose(run.isSuccess)}>
      {run.data !== undefined ? (
        <Result outcome={run.data} names={names} onClose={() => onClose(true)} />
      ) : (
        <form className="stack-small" onSubmit={send} noValidate>
          {move.text !== undefined && (
            <Field label={move.text.label} error={wrong}>
              {(ids) => <textarea {...ids} value={text} maxLength={2000} onChange={(event) => setText(event.target.value)} />}
            </Field>
          )}
          {preview.isPending && <p className="muted">正在逐件检查，不改动任何案件…</p>}
          {preview.isError && <ErrorPanel error={preview.error} retry={preview.refetch} />}
          {run.isError && <ErrorPanel error={run.error} />}
          {preview.data !== undefined && <Ready preview={preview.data} pending={run.isPending} />}
          <button type="button" className="button" onClick={() => onClose(false)}>
            取消
          </button>
        </form>
      )}
    </Dialog>
  )
}
