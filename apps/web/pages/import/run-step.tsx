import { Link } from '@tanstack/react-router'
import type { ImportDetail } from '#registry/contract'
import { count, fileSize, instant } from '../../format.ts'
import { AskButton, DecisionForm } from './decide-forms.tsx'
import { isLeaving, isMoving } from './import-words.ts'
import { useMoveOf } from './use-run.ts'

type RunProps = { run: ImportDetail }

function Moving({ run }: RunProps) {
  const read = run.bytesTotal === 0 ? null : run.bytesRead / run.bytesTotal
  return (
    <>
      <progress max={1} value={read ?? 0} aria-label={run.state === 'applying' ? '写入进度' : '检查进度'} />
      <p className="small">
        {run.state === 'applying' ? '正在写入名册。' : '正在读取、检查并与名册比对，名册没有任何变动。'}已读{' '}
        {fileSize(run.bytesRead)}，共 {fileSize(run.bytesTotal)}，{count(run.rows)} 行。可以离开这一页，检查会继续。
      </p>
    </>
  )
}

function Failed({ run }: RunProps) {
  return (
    <div className="notice red stack-small" role="alert">
      <p className="strong">没有导入，名册没有任何变动。</p>
      <p>{run.failure}</p>
      <p>
        <Link to="/imports">改好后重新上传</Link>
      </p>
    </div>
  )
}

function Drop({ run }: RunProps) {
  const drop = useMoveOf('registry.drop-import')
  if (!run.may.drop) return null
  return (
    <AskButton
      label="放弃这次导入"
      title="放弃这次导入"
      button="放弃"
      busy={drop.isPending}
      error={drop.error}
      onSure={() => drop.mutate({ params: { importId: run.importId } })}
    >
      <p>名册没有任何变动。这次的差异和读法不再保留；需要时重新上传同一份文件即可。</p>
    </AskButton>
  )
}

/** What submitting leads to. */
function afterCommit({ changed, removed, needsSecond }: ImportDetail): string {
  if (changed === 0 && removed === 0) return '提交后退回的行可以逐行更正；不需要的，放弃即可。'
  return needsSecond
    ? '这次导入涉及金额、账户、发放，或改回较早的值、移出名册：提交后，另一人确认了才写入名册。'
    : '提交后立即写入名册；没有别的内容以它为依据之前，可以撤回。'
}

/** Why there is nothing to write. */
function unchanged({ accepted, kept, quarantined }: ImportDetail): string {
  if (accepted === 0 && quarantined > 0) return '没有一行合格：全部退回，原因列在下面，名册没有任何变动。'
  if (kept.total > 0) return '名册没有任何变动：不同的内容以本系统为准，列在下面。'
  if (quarantined > 0) return '合格的行与名册现有内容相同，名册没有任何变动；退回的行列在下面。'
  return '文件与名册现有内容相同，名册没有任何变动。'
}

function Checked({ run }: RunProps) {
  const commit = useMoveOf('registry.commit-import')
  return (
    <>
      {run.changed === 0 && run.removed === 0 && <p className="notice">{unchanged(run)}</p>}
      {run.blocked === null ? <p>请核对下面的差异和退回的行。{afterCommit(run)}</p> : <p className="notice red">{run.blocked}</p>}
      {commit.isError && <Refused error={commit.error} />}
      <div className="row">
        {run.may.commit && run.blocked === null && (
          <button
            type="button"
            className="button primary"
            disabled={commit.isPending}
            onClick={() => commit.mutate({ params: { importId: run.importId } })}
          >
            {commit.isPending ? '正在提交…' : run.needsSecond ? '提交，由另一人确认' : '提交，写入名册'}
          </button>
        )}
        <Drop run={run} />
      </div>
    </>
  )
}

function Refused({ error }: { error: Error }) {
  return (
    <p className="notice red" role="alert">
      {error.message}
    </p>
  )
}

function Confirming({ run }: RunProps) {
  const confirm = useMoveOf('registry.confirm-import')
  if (run.may.confirm) {
    return (
      <>
        <p>{run.committed?.by} 已核对并提交。请核对下面的差异，确认后写入名册；退回后由经办人处理。</p>
        <DecisionForm
          title="确认或退回导入"
          accept="确认，写入名册"
          refuse="退回经办人"
          hint="例如：已与各乡镇盖章的台账核对，金额合计一致。"
          busy={confirm.isPending}
          error={confirm.error}
          onDecide={(accept, reason) => confirm.mutate({ params: { importId: run.importId }, body: { accept, reason } })}
        />
      </>
    )
  }
  return (
    <>
      <p className="notice amber">
        {run.committed?.by} 已提交，等另一人确认，名册尚未变动。提交的人不能自己确认
        {run.next === null ? '' : `；${run.next}`}。
      </p>
      <div className="row">
        <Drop run={run} />
      </div>
    </>
  )
}

/** What rests on an import, each with the way to it. */
function Rests({ rests }: { rests: ImportDetail['rests'] }) {
  return (
    <div className="notice amber stack-small">
      <p className="strong">不能撤回：下列内容以这次导入为依据。</p>
      <ul className="dots">
        {rests.map((rest) => (
          <li key={rest.kind + rest.label}>
            {rest.href === null ? rest.label : <a href={rest.href}>{rest.label}</a>}（{count(rest.count)}）
          </li>
        ))}
      </ul>
      <p className="small">先撤回或办结这些内容；个别家庭有误时，在家庭页更正登记。</p>
    </div>
  )
}

function Withdrawal({ run }: RunProps) {
  const settle = useMoveOf('registry.confirm-withdrawal')
  const { withdrawal } = run
  if (isLeaving(run)) return <p className="notice amber">已由两人确认，正在撤回。</p>
  if (withdrawal === null) return null
  const asked = `${withdrawal.by} 于 ${instant(withdrawal.at)} 申请撤回：${withdrawal.reason}`
  if (!run.may.confirmWithdrawal) {
    return <p className="notice amber">{asked}。等另一人确认，名册尚未变动；申请的人不能自己确认。</p>
  }
  return (
    <>
      <p className="notice amber">{asked}。确认后名册恢复到导入以前。</p>
      <DecisionForm
        title="确认或不同意撤回"
        accept="确认撤回"
        refuse="不撤回"
        hint="例如：已与经办人核实，这份台账属于另一个乡镇。"
        busy={settle.isPending}
        error={settle.error}
        onDecide={(accept, reason) => settle.mutate({ params: { importId: run.importId }, body: { accept, reason } })}
      />
    </>
  )
}

function Done({ run }: RunProps) {
  const withdraw = useMoveOf('registry.withdraw-import')
  return (
    <>
      <p>
        {run.changed === 0 && run.removed === 0
          ? unchanged(run)
          : `已写入名册：新增和变动 ${count(run.changed)} 行${run.removed > 0 ? `，移出 ${count(run.removed)} 行` : ''}。`}
        {run.quarantined > 0 && `退回 ${count(run.quarantined)} 行，列在下面，改好后可以逐行更正，或下载改好后再次上传。`}
      </p>
      <Withdrawal run={run} />
      {run.rests.length > 0 && <Rests rests={run.rests} />}
      {run.may.withdraw && (
        <div className="row">
          <AskButton
            label="撤回这次导入"
            title="撤回这次导入"
            button="申请撤回"
            reason
            busy={withdraw.isPending}
            error={withdraw.error}
            onSure={(reason) => withdraw.mutate({ params: { importId: run.importId }, body: { reason } })}
          >
            <p>名册将恢复到这次导入以前：新增的移除，变动的改回，移出的恢复。另一人确认后撤回。</p>
          </AskButton>
        </div>
      )}
    </>
  )
}

function Withdrawn({ run }: RunProps) {
  return (
    <p className="notice">
      这次导入已撤回，名册恢复到导入以前。
      {run.withdrawal !== null && `${run.withdrawal.by}：${run.withdrawal.reason}`}
    </p>
  )
}

/** Where an import stands, and the one thing to do next. */
export function RunStep({ run }: RunProps) {
  if (isMoving(run.state)) return <Moving run={run} />
  switch (run.state) {
    case 'failed':
      return <Failed run={run} />
    case 'asking':
      return run.may.answer ? (
        <div className="row">
          <p>请确认下面的读法：建议已选好，逐项看过后按“确定”。名册没有任何变动。</p>
          <Drop run={run} />
        </div>
      ) : (
        <p className="notice amber">等经办人 {run.startedBy} 确认读法，名册没有任何变动。</p>
      )
    case 'checked':
      return <Checked run={run} />
    case 'confirming':
      return <Confirming run={run} />
    case 'done':
      return <Done run={run} />
    case 'withdrawn':
      return <Withdrawn run={run} />
    default:
      return (
        <p className="notice">
          已放弃，名册没有任何变动。需要时<Link to="/imports">重新上传</Link>。
        </p>
      )
  }
}
