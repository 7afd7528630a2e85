import { useQuery } from '@tanstack/react-query'
import { reading } from './client.ts'

/** The page a role begins on that is no first screen of its own: the task centre of whoever moves cases; undefined: the first screen. */
export function homeOf(permissions: readonly string[]): '/tasks' | '/policy' | '/imports' | undefined {
  const may = (permission: string) => permissions.includes(permission)
  if (may('casework.move') && !may('payment.make')) return '/tasks'
  if (may('policy.edit')) return '/policy'
  return may('identity.account') ? '/imports' : undefined
}

/**
 * What the signed-in person may do. It only hides what would be refused: the server decides, every time.
 */
export function useCan(): (permission: string) => boolean {
  const session = useQuery(reading('identity.read-session', {})).data
  return (permission) => session?.permissions.includes(permission) ?? false
}

/** The day it is for the server, which a demo moves on; the session is there before any page is. */
export function useToday(): string {
  return useQuery(reading('identity.read-session', {})).data?.today ?? ''
}
