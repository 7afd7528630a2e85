import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call, type Output, reading } from '../../client.ts'
import { actor, count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

type Proofs = Output<'journal.read-proofs'>
type Alarm = Proofs['alarms'][number]

const kinds = { report: '核对报告', journal: '日志', seal: '日志封记', anchor: '外存凭证' } as const

const proofs = reading('journal.read-proofs', {})

function Settled({ alarm, onSettle }: { alarm: Alarm; onSettle: (alarm: Alarm) => void }) {
  const can = useCan()
  if (alarm.settledAt !== null) {
    return (
      <>
        {instant(alarm.settledAt)} {actor(alarm.settledBy ?? '')}：{alarm.settledReason}
      </>
    )
  }
  if (!can('journal.settle')) return <>待审计管理员或安全管理员查明</>
  return (
    <button type="button" className="button" onClick={() => onSettle(alarm)}>
      登记查明情况
    </button>
  )
}

function AlarmTable({ alarms, onSettle }: { alarms: readonly Alarm[]; onSettle: (alarm: Alarm) => void }) {
  return (
    <Scroller label="存证异常，可左右滚动">
      <table className="data cards">
        <caption className="hidden">与签发或封记时不符的存档</caption>
        <thead>
          <tr>
            {['发现时间', '对象', '哪里不符', '处理'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={alarm.alarmId}>
              <td className="nowrap">{instant(alarm.foundAt)}</td>
              <th scope="row">
                {kinds[alarm.kind]} <span className="mono small">{alarm.subject}</span>
              </th>
              <td className="issues">{alarm.fault}</td>
              <td>
                <Settled alarm={alarm} onSettle={onSettle} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function LastCheck({ check }: { check: Proofs['lastCheck'] }) {
  if (check === null) {
    return <p className="notice amber">还没有检查过。系统每天夜里检查一次；管理员也可在服务器上运行 yingbao journal verify。</p>
  }
  const tone = check.failure !== null || check.faults > 0 ? 'red' : 'green'
  return (
    <div className={`notice ${tone}`} role={tone === 'red' ? 'alert' : undefined}>
      <p className="strong">
        {check.failure === null
          ? check.faults === 0
            ? '上次检查：全部完好。'
            : `上次检查：发现 ${count(check.faults)} 处不符，见下表。`
          : `上次检查没有完成：${check.failure}`}
      </p>
      <p className="small">
        {instant(check.startedAt)} 开始，{instant(check.endedAt)} 结束；日志 {count(check.entries)} 条、{count(check.chains)}{' '}
        条链，封记 {count(check.seals)} 枚（最后一枚第 {count(check.lastSeal)} 号），外存凭证 {count(check.anchors)} 件，核对报告{' '}
        {count(check.reports)} 份。
      </p>
    </div>
  )
}

/** Whether what is stored still is what was sealed and signed: the last check, and what was found. */
export function ProofsPage() {
  const query = useQuery(proofs)
  const queries = useQueryClient()
  const can = useCan()
  const [open, setOpen] = useState<Alarm | null>(null)
  const settle = useMutation({
    mutationFn: ({ alarmId, reason }: { alarmId: number; reason: string }) =>
      call('journal.settle-alarm', { params: { alarmId }, body: { reason } }),
    onSuccess: async () => {
      setOpen(null)
      await queries.invalidateQueries({ queryKey: proofs.queryKey })
    },
  })
  const show = (alarm: Alarm) => {
    settle.reset()
    setOpen(alarm)
  }
  return (
    <Page title="存证检查">
      <Show query={query}>
        {({ lastCheck, alarms, open: waiting }) => (
          <>
            <LastCheck check={lastCheck} />
            <section className="card stack-small" aria-labelledby="alarms-title">
              <h2 id="alarms-title">存证异常{waiting > 0 && `：${count(waiting)} 项待查明`}</h2>
              {alarms.length === 0 ? (
                <Empty title="没有发现与签发或封记时不符的存档" />
              ) : (
                <AlarmTable alarms={alarms} onSettle={show} />
              )}
            </section>
            {can('journal.read') && (
              <p className="small">
                查某一个人的查看记录：<Link to="/looks">查询留痕</Link>
              </p>
            )}
          </>
        )}
      </Show>
      {open !== null && (
        <ReasonDialog
          title={`${kinds[open.kind]} ${open.subject}`}
          text={`${open.fault}。查明后写清原因和处理（如：从备份恢复、重新签发），记入日志。再次发现同样的不符会再次提示。`}
          button="登记"
          busy={settle.isPending}
          error={settle.error}
          onSubmit={(reason) => settle.mutate({ alarmId: open.alarmId, reason })}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  )
}
