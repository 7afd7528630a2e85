import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { OfficeSeal } from '#identity/contract'
import { todos } from '#identity/todos'
import { addressOf, call, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

const states = {
  entered: { label: '待另一名管理员确认', tone: 'amber' },
  used: { label: '在用', tone: 'green' },
  ended: { label: '已停用', tone: 'grey' },
} as const

/** The bytes of a file as base64. */
async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function Seal({ seal, onEnd }: { seal: OfficeSeal; onEnd: () => void }) {
  const can = useCan()
  const queries = useQueryClient()
  const confirm = useMutation({
    mutationFn: () => call('identity.confirm-seal', { params: { sealId: seal.sealId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['identity.list-seals'] }),
  })
  const { label, tone } = states[seal.state]
  return (
    <li>
      <img src={addressOf('identity.read-seal', { params: { sealId: seal.sealId } })} alt={`${seal.divisionName}印章`} />
      <div className="stack-small">
        <p>
          <Tag tone={tone}>{label}</Tag> {seal.basis}
        </p>
        <p className="muted small">
          {seal.enteredByName} {instant(seal.enteredAt)} 录入
          {seal.confirmedByName !== null && `；${seal.confirmedByName} ${instant(seal.confirmedAt)} 确认`}
          {seal.endReason !== null && `；${instant(seal.endedAt)} 停用：${seal.endReason}`}
        </p>
        {seal.state === 'entered' && seal.mine && (
          <p className="muted small">
            <Hint todo={todos.confirmSeal()} lead="接下来：" />
          </p>
        )}
        {confirm.isError && <ErrorPanel error={confirm.error} />}
        {seal.state !== 'ended' && (
          <div className="row">
            {seal.state === 'entered' && !seal.mine && can('seal.confirm') && (
              <button type="button" className="button primary" disabled={confirm.isPending} onClick={() => confirm.mutate()}>
                确认启用
              </button>
            )}
            <button type="button" className="button" onClick={onEnd}>
              {seal.state === 'used' ? '停用' : '作废'}
            </button>
          </div>
        )}
      </div>
    </li>
  )
}

function EnterForm({ divisionCode }: { divisionCode: string }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File>()
  const [basis, setBasis] = useState('')
  const [wrong, setWrong] = useState<{ file?: string; basis?: string }>({})
  const enter = useMutation({
    mutationFn: async (picked: File) =>
      call('identity.enter-seal', { params: { divisionCode }, body: { image: await base64Of(picked), basis: basis.trim() } }),
    onSuccess: async () => {
      setFile(undefined)
      setBasis('')
      await queries.invalidateQueries({ queryKey: ['identity.list-seals'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = {
      ...(file === undefined ? { file: '请选择印章图片' } : {}),
      ...(basis.trim().length < 4 ? { basis: '请填写启用这枚印章的依据，如印模备案文号' } : {}),
    }
    setWrong(found)
    if (file !== undefined && Object.keys(found).length === 0) enter.mutate(file)
  }
  return (
    <form className="stack-small" onSubmit={submit} noValidate aria-label="录入印章">
      <div className="row">
        <FileButton accept="image/png" onChange={(event) => setFile(event.target.files?.[0])}>
          选择印章图片
        </FileButton>
        <span className="small">{file === undefined ? '背景透明的 PNG，边长 200 至 2000 像素，不超过 500 KB' : file.name}</span>
      </div>
      {wrong.file !== undefined && <p className="error">{wrong.file}</p>}
      <TextField
        label="启用依据"
        value={basis}
        maxLength={200}
        error={wrong.basis}
        onChange={(event) => setBasis(event.target.value)}
      />
      {enter.isError && <ErrorPanel error={enter.error} />}
      <button type="submit" className="button primary" disabled={enter.isPending}>
        {enter.isPending ? '正在上传…' : '录入'}
      </button>
    </form>
  )
}

/** 一个机关的印章：在用的、待确认的、停用的；录入由一人办，确认由另一人办。 */
export function SealDialog({ divisionCode, name, onClose }: { divisionCode: string; name: string; onClose: () => void }) {
  const can = useCan()
  const queries = useQueryClient()
  const [ending, setEnding] = useState<OfficeSeal | null>(null)
  const query = useQuery(reading('identity.list-seals', { params: { divisionCode } }))
  const end = useMutation({
    mutationFn: ({ seal, reason }: { seal: OfficeSeal; reason: string }) =>
      call('identity.end-seal', { params: { sealId: seal.sealId }, body: { reason } }),
    onSuccess: async () => {
      setEnding(null)
      await queries.invalidateQueries({ queryKey: ['identity.list-seals'] })
    },
  })
  return (
    <Dialog title={`${name}的印章`} onClose={onClose}>
      <p className="muted">在用的印章印在本机关出具的告知书、公示单和名册上；没有在用的印章时留空，打印后盖章。</p>
      <Show query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="还没有录入印章">
              选择印模图片，写明启用依据。
              <Hint todo={todos.confirmSeal()} lead="录入之后：" />
            </Empty>
          ) : (
            <ul className="seals stack-small">
              {rows.map((seal) => (
                <Seal key={seal.sealId} seal={seal} onEnd={() => setEnding(seal)} />
              ))}
            </ul>
          )
        }
      </Show>
      {can('seal.enter') && <EnterForm divisionCode={divisionCode} />}
      <button type="button" className="button" onClick={onClose}>
        关闭
      </button>
      {ending !== null && (
        <ReasonDialog
          title={ending.state === 'used' ? '停用印章' : '作废录入的印章'}
          text="停用后不再印在文书上；已经打印的文书不受影响。"
          button={ending.state === 'used' ? '停用' : '作废'}
          busy={end.isPending}
          error={end.error}
          onSubmit={(reason) => end.mutate({ seal: ending, reason })}
          onClose={() => setEnding(null)}
        />
      )}
    </Dialog>
  )
}
