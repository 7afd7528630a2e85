import { useMutation } from '@tanstack/react-query'
import type { NodeChange } from '#exchange/contract'
import { call } from '../../client.ts'
import { useFresh } from './parked-list.tsx'

/** Asks for a change that another person confirms. */
export function useProposal(onDone: () => void) {
  const fresh = useFresh()
  return useMutation({
    mutationFn: ({ unit, change, reason }: { unit: string; change: NodeChange; reason: string }) =>
      call('exchange.propose-change', { params: { unit }, body: { change, reason } }),
    onSuccess: async () => {
      await fresh()
      onDone()
    },
  })
}

/** What is wrong with a reason; undefined when nothing is. */
export function reasonFault(reason: string): string | undefined {
  return reason.trim().length < 4 ? '请写明理由，至少 4 个字' : undefined
}
