import { useMutation } from '@tanstack/react-query'
import type { CaseView, OfferedMove } from '#casework/contract'
import { CallProblem, call, type Output } from '../../client.ts'
import { useKey } from '../../ui/once.ts'

export interface MoveInput {
  readonly move: OfferedMove
  readonly record?: object
  readonly reason?: string
  readonly reopen?: string
}

export interface Sent {
  readonly move: OfferedMove
  readonly answer: Output<'casework.move-case'>
}

/** What the server found wrong in the form, by path in the record. */
export function problemsOf(error: unknown): Record<string, string> {
  if (!(error instanceof CallProblem)) return {}
  return Object.fromEntries(error.fields.map(({ path, message }) => [path.replace(/^(body\.)?record\./, ''), message]))
}

/** Sends moves of a case: each once, whatever is clicked twice, under the version that was seen. */
export function useMove(view: CaseView, onSent: (sent: Sent) => void) {
  const keyFor = useKey()
  const { caseNo, version } = view.head
  return useMutation({
    mutationFn: async ({ move, record, reason, reopen }: MoveInput): Promise<Sent> => {
      const body = {
        step: move.step,
        command: move.command,
        version,
        reason,
        reopen,
        record: record as Record<string, unknown> | undefined,
      }
      const answer = await call('casework.move-case', { params: { caseNo }, body }, { key: keyFor([caseNo, body]) })
      return { move, answer }
    },
    onSuccess: onSent,
  })
}
