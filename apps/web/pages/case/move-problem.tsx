import { ErrorPanel } from '../../ui/states.tsx'

/** The problem of a move; after somebody else's move it offers to read the case again, and what was typed stays. */
export function MoveProblem({ error, onReload }: { error: unknown; onReload: () => void }) {
  const changed = error instanceof Error && 'code' in error && error.code === 'casework.changed'
  return (
    <>
      <ErrorPanel error={error} />
      {changed && (
        <p>
          <button type="button" className="button primary" onClick={onReload}>
            重新载入案件，保留已填内容
          </button>
        </p>
      )}
    </>
  )
}
