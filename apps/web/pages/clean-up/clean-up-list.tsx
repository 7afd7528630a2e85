import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { CleanUp, CleanUpHousehold } from '#casework/contract'
import { call, type Output } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'

type ListProps = { cleanUp: CleanUp; area: string | undefined; areaName: string }
type State = 'open' | 'applied' | 'settled' | 'all'

/** Asks what becomes of one old grant, with the reason. */
function SettleDialog({ cleanUpId, row, onClose }: { cleanUpId: string; row: CleanUpHousehold; onClose: () => void }) {
  const queries = useQueryClient()
  const [settled, setSettled] = useState('')
  const [reason, setReason] = useState('')
  const settle = useMutation({
    mutationFn: () =>
      call('casework.settle-old-grant', {
        params: { cleanUpId },
        body: { householdNo: row.householdNo, settled: settled as 'kept' | 'stopped', reason },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['casework.list-clean-up-households'] })
      await queries.invalidateQueries({ queryKey: ['casework.read-clean-up'] })
      await queries.invalidateQueries({ queryKey: ['casework.list-clean-ups'] })
      onClose()
    },
  })
  return (
    <Dialog title={`处理 ${row.headName} 的原待遇`} onClose={onClose}>
      <form
        className="stack-small"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          settle.mutate()
        }}
      >
        {settle.isError && <ErrorPanel error={settle.error} />}
        <SelectField
          label="处理意见"
          required
          value={settled}
          onPick={setSettled}
          all="请选择"
          choices={[
            { value: 'kept', label: '保留，继续发放' },
            { value: 'stopped', label: '提出停发，须两人办理' },
          ]}
        />
        {settled === 'stopped' && (
          <p className="muted small">
            停发由两人办理：这里只是提出，由有权决定的另一人在待办中同意或驳回，决定之前照常发放。同意后从下月（已确认发放的，从其后一月）起停发，并打印、送达告知书；驳回的，退回这里再处理。
          </p>
        )}
        <TextField
          label="理由（至少 4 个字）"
          required
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          wide
        />
        <div className="row">
          <button
            type="submit"
            className="button primary"
            disabled={settle.isPending || settled === '' || reason.trim().length < 4}
          >
            确认
          </button>
          <button type="button" className="button" onClick={onClose}>
            取消
          </button>
        </div>
      </form>
    </Dialog>
  )
}

const outcomes: Readonly<Record<string, string>> = {
  granted: '已批准',
  refused: '不予批准',
  rejected_at_intake: '不予受理',
  discarded: '草稿作废',
  withdrawn: '已撤回',
  terminated: '已终止',
}

/** What was said of its old grant; null before anybody said something. */
function settlementText({ settled, changeNo, settledReason, settledBy }: CleanUpHousehold): string | null {
  if (settled === null && changeNo === null) return null
  const word = settled === null ? '停发（待决定）' : settled === 'kept' ? '保留' : '停发'
  return `${word}：${settledReason ?? ''}（${settledBy ?? ''}）`
}

function stateText(row: CleanUpHousehold): string {
  if (row.caseNo === null) return '未申请'
  return row.result === null ? '在办' : (outcomes[row.result] ?? row.result)
}

/** so many opened cases are listed without being asked for */
const shownAtOnce = 20

type RowProps = {
  row: CleanUpHousehold
  picked: boolean
  onPick: () => void
  mayOpen: boolean
  maySettle: boolean
  busy: boolean
  onOpen: () => void
  onSettle: () => void
}

/** Without an application that runs or was decided on, and not settled. */
function waits({ caseNo, result, settled }: CleanUpHousehold): boolean {
  return settled === null && (caseNo === null || (result !== null && result !== 'granted' && result !== 'refused'))
}

function StateCell({ row }: { row: CleanUpHousehold }) {
  const can = useCan()
  const settlement = settlementText(row)
  return (
    <td>
      {row.caseNo !== null && (
        <Link to="/cases/$caseNo" params={{ caseNo: row.caseNo }}>
          {row.caseNo}（{stateText(row)}）
        </Link>
      )}
      {row.caseNo === null && settlement === null && stateText(row)}
      {settlement}
      {row.changeNo !== null && can('verification.read') && (
        <>
          {' '}
          <Link to="/households/$householdNo" params={{ householdNo: row.householdNo }} hash="grant">
            看变动<span className="hidden">：{row.headName}</span>
          </Link>
        </>
      )}
    </td>
  )
}

function Row({ row, picked, onPick, mayOpen, maySettle, busy, onOpen, onSettle }: RowProps) {
  const isOpen = waits(row)
  return (
    <tr>
      <td>
        {isOpen && mayOpen && <input type="checkbox" aria-label={`勾选 ${row.headName}`} checked={picked} onChange={onPick} />}
      </td>
      <th scope="row">{row.headName}</th>
      <td className="mono">{row.householdNo}</td>
      <td>{row.villageName}</td>
      <StateCell row={row} />
      <td>
        <div className="row">
          {isOpen && mayOpen && (
            <button type="button" className="button" disabled={busy} onClick={onOpen}>
              开立申请<span className="hidden">：{row.headName}</span>
            </button>
          )}
          {isOpen && maySettle && row.changeNo === null && (
            <button type="button" className="button" onClick={onSettle}>
              处理原待遇<span className="hidden">：{row.headName}</span>
            </button>
          )}
        </div>
      </td>
    </tr>
  )
}

function useOpening(cleanUpId: string, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { area?: string; householdNos?: string[] }) =>
      call('casework.open-clean-up-cases', { params: { cleanUpId }, body }),
    onSuccess: async () => {
      onDone()
      await queries.invalidateQueries({ queryKey: ['casework.list-clean-up-households'] })
      await queries.invalidateQueries({ queryKey: ['casework.read-clean-up'] })
    },
  })
}

function CaseLink({ caseNo }: { caseNo: string }) {
  return (
    <Link to="/cases/$caseNo" params={{ caseNo }}>
      {caseNo}
    </Link>
  )
}

/** What was opened, what was not and why, each with the way to it. */
export function Opened({ done }: { done: Output<'casework.open-clean-up-cases'> }) {
  const { opened, refused, left } = done
  return (
    <div className={refused.length === 0 ? 'notice green' : 'notice amber'} role="status">
      <p>
        已开立 {count(opened.length)} 件{refused.length > 0 && `，${count(refused.length)} 户没有开立`}
        {left > 0 && `；还有 ${count(left)} 户，请再点一次`}。
      </p>
      {refused.length > 0 && (
        <ul className="dots">
          {refused.map((each) => (
            <li key={each.householdNo}>
              {each.headName} {each.householdNo}：{each.message} {each.caseNo !== null && <CaseLink caseNo={each.caseNo} />}
            </li>
          ))}
        </ul>
      )}
      {opened.length > 0 && (
        <details open={opened.length <= shownAtOnce}>
          <summary>开立的 {count(opened.length)} 件</summary>
          <ul className="dots">
            {opened.map((each) => (
              <li key={each.caseNo}>
                {each.headName} <CaseLink caseNo={each.caseNo} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function useList(cleanUpId: string, area: string | undefined, state: State) {
  const query = { ...(area === undefined ? {} : { area }), state }
  return useInfiniteQuery({
    queryKey: ['casework.list-clean-up-households', cleanUpId, query],
    queryFn: ({ pageParam, signal }) =>
      call(
        'casework.list-clean-up-households',
        { params: { cleanUpId }, query: { ...query, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

function toggled(picked: ReadonlySet<string>, householdNo: string): ReadonlySet<string> {
  const next = new Set(picked)
  if (!next.delete(householdNo)) next.add(householdNo)
  return next
}

/** most households one call opens */
const mostAtOnce = 500

type OpenProps = {
  area: string | undefined
  areaName: string
  total: number
  /** rows of the page without an application */
  rows: readonly CleanUpHousehold[]
  picked: ReadonlySet<string>
  busy: boolean
  onPick: (picked: ReadonlySet<string>) => void
  onOpen: (body: { area?: string; householdNos?: string[] }) => void
}

/** Opening by hundreds: what is ticked, or all of a street or village. */
export function OpenButtons({ area, areaName, total, rows, picked, busy, onPick, onOpen }: OpenProps) {
  const householdNos = [...picked]
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => onPick(picked.size === 0 ? new Set(rows.slice(0, mostAtOnce).map((row) => row.householdNo)) : new Set())}
      >
        {picked.size === 0 ? `勾选已显示的 ${count(Math.min(rows.length, mostAtOnce))} 户` : '取消勾选'}
      </button>
      {picked.size > 0 && (
        <button type="button" className="button primary" disabled={busy} onClick={() => onOpen({ householdNos })}>
          {busy ? '正在开立…' : `为勾选的 ${count(picked.size)} 户开立申请`}
        </button>
      )}
      {area !== undefined && picked.size === 0 && (
        <button type="button" className="button primary" disabled={busy} onClick={() => onOpen({ area })}>
          {busy ? '正在开立…' : `为${areaName} ${count(total)} 户开立申请`}
        </button>
      )}
    </>
  )
}

/** Households of a clean-up: who has not applied anew, opening their cases, settling old grants. */
export function CleanUpList({ cleanUp, area, areaName }: ListProps) {
  const { cleanUpId } = cleanUp
  const can = useCan()
  const [state, setState] = useState<State>('open')
  const [settling, settle] = useState<CleanUpHousehold | null>(null)
  const list = useList(cleanUpId, area, state)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const opening = useOpening(cleanUpId, () => setPicked(new Set()))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const total = list.data?.pages[0]?.total ?? 0
  return (
    <section className="card stack-small" aria-labelledby="list-title">
      <div className="spread">
        <h2 id="list-title">名单（{count(total)} 户）</h2>
        <div className="row no-print">
          <SelectField
            label="显示"
            value={state}
            onPick={(value) => setState(value as State)}
            choices={[
              { value: 'open', label: '待重新申请' },
              { value: 'applied', label: '已申请' },
              { value: 'settled', label: '原待遇已处理' },
              { value: 'all', label: '全部' },
            ]}
          />
          {can('casework.open') && state === 'open' && total > 0 && (
            <OpenButtons
              area={area}
              areaName={areaName}
              total={total}
              rows={rows.filter(waits)}
              picked={picked}
              busy={opening.isPending}
              onPick={setPicked}
              onOpen={(body) => opening.mutate(body)}
            />
          )}
        </div>
      </div>
      {opening.isError && <ErrorPanel error={opening.error} />}
      {opening.data !== undefined && <Opened done={opening.data} />}
      {list.isError && <ErrorPanel error={list.error} retry={list.refetch} />}
      {list.isPending && <Loading />}
      {list.isSuccess && rows.length === 0 && (
        <Empty title="没有这样的家庭">
          <p>{state === 'open' ? '这个范围内的家庭都已重新申请或处理完毕。' : '换一个条件再看。'}</p>
        </Empty>
      )}
      {rows.length > 0 && (
        <div className="scroller">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">
                  <span className="hidden">勾选</span>
                </th>
                <th scope="col">户主</th>
                <th scope="col">家庭编号</th>
                <th scope="col">村（社区）</th>
                <th scope="col">情况</th>
                <th scope="col">办理</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row
                  key={row.householdNo}
                  row={row}
                  picked={picked.has(row.householdNo)}
                  onPick={() => setPicked(toggled(picked, row.householdNo))}
                  mayOpen={can('casework.open')}
                  maySettle={can('casework.settle') && cleanUp.late && cleanUp.oldGrants === 'task_at_deadline'}
                  busy={opening.isPending}
                  onOpen={() => opening.mutate({ householdNos: [row.householdNo] })}
                  onSettle={() => settle(row)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MorePages query={list} />
      {settling !== null && <SettleDialog cleanUpId={cleanUpId} row={settling} onClose={() => settle(null)} />}
    </section>
  )
}
