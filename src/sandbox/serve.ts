/** Inside a confined process: answers the questions of the process that started it, and goes when that one goes. */
import { Worker } from 'node:worker_threads'
import { CsvFault } from '#kernel/csv'
import { isProblem } from '#kernel/problem'
import type { Answer } from './confined.ts'
import { leaveNetwork } from './no-network.ts'

function answerOf(error: unknown): Answer {
  if (error instanceof CsvFault) return { csvFault: { fault: error.fault, row: error.row } }
  if (!isProblem(error)) return { failure: error instanceof Error ? error.message : String(error) }
  const { code, message, status, details } = error
  return { problem: { code, message, status, details } }
}

/** Answers until the asking process ends. `answer` may throw a Problem. */
export function serve(answer: (question: unknown) => unknown): void {
  const [, , mostBytes, rights] = process.argv
  if (rights === 'native') leaveNetwork()
  const workerData = { mostBytes: Number(mostBytes), parent: process.ppid }
  new Worker(new URL('./watch.ts', import.meta.url), { workerData }).unref()
  process.on('disconnect', () => process.exit())
  process.on('message', async (question) => {
    let said: Answer
    try {
      said = { value: await answer(question) }
    } catch (error) {
      said = answerOf(error)
    }
    process.send?.(said)
  })
}
