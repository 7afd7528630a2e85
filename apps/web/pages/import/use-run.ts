import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, type Input, type RouteName } from '../../client.ts'

/** Calls that move an import on. */
type Move = Extract<
  RouteName,
  | 'registry.answer-import'
  | 'registry.commit-import'
  | 'registry.confirm-import'
  | 'registry.drop-import'
  | 'registry.withdraw-import'
  | 'registry.confirm-withdrawal'
>

/** Where the focus goes when what was pressed is gone: the heading that says where the import stands. */
export const standId = 'import-stands'

/** Moves an import on, reads it again and puts the focus where it now stands. */
export function useMoveOf<N extends Move>(name: N) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input<N>) => call(name, input),
    onSuccess: async () => {
      await Promise.all(
        ['registry.read-import', 'registry.list-imports', 'registry.list-waiting-imports', 'registry.list-differences'].map(
          (key) => queries.invalidateQueries({ queryKey: [key] }),
        ),
      )
      document.getElementById(standId)?.focus()
    },
  })
}
