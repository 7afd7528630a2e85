import { useMutation } from '@tanstack/react-query'
import { type ChangeEvent, useState } from 'react'
import type { NodeRow } from '#exchange/contract'
import { CallProblem, type Output } from '../../client.ts'
import { fileSize } from '../../format.ts'
import { callPaper, saveFile, sendTo } from '../../transfer.ts'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { useFresh } from './parked-list.tsx'

type Taken = Pick<Output<'exchange.take-bundle'>, 'file' | 'state' | 'message'>

const states = {
  taken: { label: '已接收', tone: 'green' },
  repeated: { label: '此前已接收', tone: 'grey' },
  waiting: { label: '暂未接收', tone: 'amber' },
  refused: { label: '未接收', tone: 'red' },
} as const

const largest = 300 * 1024 * 1024

/** One file; what went wrong with it is told beside the others. */
async function take(unit: string, file: File): Promise<Taken> {
  const refused = (message: string): Taken => ({ file: file.name, state: 'refused', message })
  if (file.size > largest) return refused(`文件有 ${fileSize(file.size)}，超过 300 MB，不像是离线包，请核对所选文件`)
  try {
    return await sendTo('exchange.take-bundle', { params: { unit }, query: { name: file.name } }, file)
  } catch (error) {
    if (error instanceof CallProblem) return refused(error.message)
    throw error
  }
}

/** Takes files one after the other, oldest name first: a later one waits for an earlier one. */
function useTaking(unit: string) {
  const fresh = useFresh()
  const [taken, setTaken] = useState<readonly Taken[]>([])
  const taking = useMutation({
    mutationFn: async (files: readonly File[]) => {
      setTaken([])
      for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const one = await take(unit, file)
        setTaken((before) => [...before, one])
      }
    },
    onSettled: fresh,
  })
  return { taking, taken }
}

function useMaking(unit: string) {
  const fresh = useFresh()
  return useMutation({
    mutationFn: async () => {
      const file = await callPaper('exchange.make-bundle', { params: { unit } })
      saveFile(file.name, file)
      return file
    },
    onSuccess: fresh,
  })
}

/** Bundles for a unit that is reached by a stick, or whose line is down: made here, and taken when they come back. */
export function NodeBundles({ row }: { row: NodeRow }) {
  const making = useMaking(row.unit)
  const { taking, taken } = useTaking(row.unit)
  function choose(event: ChangeEvent<HTMLInputElement>) {
    const files = [...(event.target.files ?? [])]
    event.target.value = ''
    if (files.length > 0) taking.mutate(files)
  }
  return (
    <section className="card stack-small" aria-label="离线包">
      <h2>离线包</h2>
      <p className="muted small">
        线路不通时用 U 盘往来。生成的文件（.ybx）已签名并封给{row.name}，装有还没有回执的报文和应交回的回执。
        {'对方带回的文件在此导入，可一次选择多个，重复导入不会重复计入。'}
      </p>
      <div className="row">
        <button type="button" className="button" disabled={making.isPending} onClick={() => making.mutate()}>
          生成离线包
        </button>
        <FileButton multiple accept=".ybx" disabled={taking.isPending} onChange={choose}>
          导入离线包
        </FileButton>
      </div>
      <div role="status" className="stack-small small">
        {making.isPending && <p>正在生成…</p>}
        {making.isSuccess && (
          <p>
            已生成 <span className="key-text">{making.data.name}</span>（{fileSize(making.data.size)}），请拷到介质后送交对方。
          </p>
        )}
        {taken.length > 0 && (
          <ul className="stack-small">
            {taken.map(({ file, state, message }) => (
              <li key={file}>
                <Tag tone={states[state].tone}>{states[state].label}</Tag> <span className="key-text">{file}</span>
                <div>{message}</div>
              </li>
            ))}
          </ul>
        )}
        {taking.isPending && <p>正在导入…</p>}
      </div>
      {making.isError && <ErrorPanel error={making.error} />}
      {taking.isError && <ErrorPanel error={taking.error} />}
    </section>
  )
}
