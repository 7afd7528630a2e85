import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { Task } from '#casework/contract'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { type BatchMove, batchMovesOf } from './batch-moves.ts'
import { taskId } from './task-list.tsx'

const BatchDialog = lazy(async () => ({ default: (await import('./batch-dialog.tsx')).BatchDialog }))

type BatchBarProps = {
  rows: readonly Task[]
  picked: ReadonlySet<string>
  onPick: (picked: ReadonlySet<string>) => void
  onDone: () => void
}

const most = 500

function Choices({ tasks, onChoose }: { tasks: readonly Task[]; onChoose: (move: BatchMove) => void }) {
  const roles = useQuery(reading('identity.read-session', {})).data?.roles ?? []
  const steps = [...new Set(tasks.map((task) => task.step))]
  if (steps.length > 1) return <span>请只勾选同一步骤的案件，再成批办理。</span>
  const moves = batchMovesOf(steps[0] ?? '', roles)
  if (moves.length === 0) return <span>“{tasks[0]?.stepLabel}”须逐件办理，没有可以成批办理的事项。</span>
  return moves.map((move) => (
    <button key={move.command} type="button" className="button primary" onClick={() => onChoose(move)}>
      成批“{move.label}”（{count(tasks.length)} 件）
    </button>
  ))
}

type StepPicksProps = Pick<BatchBarProps, 'rows' | 'onPick'>

/** The steps of the list that can be handled together, each ticked by one click. */
function StepPicks({ rows, onPick }: StepPicksProps) {
  const roles = useQuery(reading('identity.read-session', {})).data?.roles ?? []
  const offered = [...new Set(rows.map((task) => task.step))]
    .filter((step) => batchMovesOf(step, roles).length > 0)
    .map((step) => ({ step, tasks: rows.filter((task) => task.step === step).slice(0, most) }))
    .filter(({ tasks }) => tasks.length > 1)
  if (offered.length === 0) return null
  return (
    <section className="row no-print" aria-label="成批勾选">
      {offered.map(({ step, tasks }) => (
        <button key={step} type="button" className="button" onClick={() => onPick(new Set(tasks.map(taskId)))}>
          勾选全部“{tasks[0]?.stepLabel}”（{count(tasks.length)} 件）
        </button>
      ))}
    </section>
  )
}

/** What can be done with the ticked tasks: nothing is done before its dry run was shown. */
export function BatchBar({ rows, picked, onPick, onDone }: BatchBarProps) {
  const [move, setMove] = useState<BatchMove | null>(null)
  const tasks = rows.filter((task) => picked.has(taskId(task)))
  return (
    <>
      {/* stays when something is ticked: without it the rows would move up under the next press */}
      <StepPicks rows={rows} onPick={onPick} />
      {(tasks.length > 0 || move !== null) && (
        <section className="batch-bar no-print" aria-label="成批办理">
          <strong>已勾选 {count(tasks.length)} 件</strong>
          <Choices tasks={tasks} onChoose={setMove} />
          <button
            type="button"
            className="button"
            onClick={() =>
              onPick(
                new Set(
                  rows
                    .filter((task) => task.step === tasks[0]?.step)
                    .slice(0, most)
                    .map(taskId),
                ),
              )
            }
          >
            勾选已列出的同一步骤
          </button>
          <button type="button" className="button" onClick={() => onPick(new Set())}>
            取消勾选
          </button>
          {move !== null && (
            <Suspense fallback={null}>
              <BatchDialog
                move={move}
                caseNos={tasks.map((task) => task.caseNo)}
                onClose={(done) => {
                  setMove(null)
                  if (!done) return
                  onPick(new Set())
                  onDone()
                }}
              />
            </Suspense>
          )}
        </section>
      )}
    </>
  )
}
