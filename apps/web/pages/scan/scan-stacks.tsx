import type { ScanStack } from '#casework/contract'
import { count, fileSize, instant } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'

const stateWords = {
  waiting: { label: '排队中', tone: 'blue' },
  reading: { label: '正在读取', tone: 'blue' },
  done: { label: '已读完', tone: 'green' },
  failed: { label: '未读完', tone: 'red' },
} as const

/** True while a stack is still to be read. */
export const isOpen = ({ state }: ScanStack): boolean => state === 'waiting' || state === 'reading'

function Progress({ stack }: { stack: ScanStack }) {
  const read = stack.filed + stack.waiting + stack.aside + stack.repeated
  if (!isOpen(stack) || stack.pages === null) return <>{stack.pages === null ? '—' : `${count(stack.pages)} 页`}</>
  const label = `${stack.fileName}已读 ${count(read)} 页，共 ${count(stack.pages)} 页`
  return (
    <>
      <progress max={stack.pages} value={read} aria-label={label} />
      <div className="muted small">
        {count(read)} / {count(stack.pages)} 页
      </div>
    </>
  )
}

/** Scanned files with how far each is read and what became of its pages. */
export function ScanStacks({ stacks }: { stacks: readonly ScanStack[] }) {
  if (stacks.length === 0) {
    return <Empty title="还没有上传过扫描件">从系统打印的材料都带二维码，签字后整叠扫描上传即可。</Empty>
  }
  return (
    <Scroller label="上传记录，可左右滚动">
      <table className="data">
        <caption className="hidden">上传记录</caption>
        <thead>
          <tr>
            {['文件', '状态', '页数', '已归档', '待归档', '重复', '已搁置', '上传'].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stacks.map((stack) => (
            <tr key={stack.stackId}>
              <th scope="row">
                {stack.fileName}
                <div className="muted small">{fileSize(stack.size)}</div>
              </th>
              <td style={{ minWidth: '9em' }}>
                <WordTag word={stateWords[stack.state]} />
                {stack.failure !== null && <div className="small">{stack.failure}</div>}
              </td>
              <td className="nowrap">
                <Progress stack={stack} />
              </td>
              <td className="num">{count(stack.filed)}</td>
              <td className="num">{count(stack.waiting)}</td>
              <td className="num">{count(stack.repeated)}</td>
              <td className="num">{count(stack.aside)}</td>
              <td className="nowrap">
                {instant(stack.at)}
                <div className="muted small">{stack.byName}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
