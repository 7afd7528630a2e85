import { useCan } from '../../session.ts'
import { GrantCard } from '../grant/grant-card.tsx'
import { Doubles } from './doubles.tsx'
import { HouseholdCases } from './household-cases.tsx'

/** What stands for the household, and what keeps it from being paid. */
export function Standing({ householdNo }: { householdNo: string }) {
  const can = useCan()
  return (
    <>
      <GrantCard householdNo={householdNo} />
      <Doubles householdNo={householdNo} />
      {can('casework.read') && <HouseholdCases householdNo={householdNo} />}
    </>
  )
}
