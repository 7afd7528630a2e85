import { useQuery } from '@tanstack/react-query'
import { reading } from './client.ts'

/**
 * What the signed-in person may do. It only hides buttons that would be refused: the server decides, every time.
 */
export function useCan(): (permission: string) => boolean {
  const session = useQuery(reading('identity.read-session', {})).data
  return (permission) => session?.permissions.includes(permission) ?? false
}
