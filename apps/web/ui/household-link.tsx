import { Link } from '@tanstack/react-router'
import { useCan } from '../session.ts'

type Props = { householdNo: string; className?: string }

/** The number of a household: a link for whoever may open its page, else the number alone. */
export function HouseholdLink({ householdNo, className }: Props) {
  const can = useCan()
  if (!can('verification.read')) return <span className={className}>{householdNo}</span>
  return (
    <Link to="/households/$householdNo" params={{ householdNo }} className={className}>
      {householdNo}
    </Link>
  )
}
