import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'

/** On the home of whoever keeps the installation safe: stored documents that are not what was signed wait to be looked into. */
export function ProofNotice() {
  const query = useQuery(reading('journal.read-proofs', {}))
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { open } = query.data
  if (open === 0) return null
  return (
    <p className="notice red" role="alert">
      存证检查发现 {count(open)} 项与签发或封记时不符，待查明：<Link to="/proofs">去处理</Link>
    </p>
  )
}
