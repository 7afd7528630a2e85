import type { Action } from '#platform/action'
import type { Sql } from '#platform/db'
import { type IdentityDoor, readSessionAction, signInAction, signOutAction } from './actions/sign-in.ts'
import { listNames } from './store.ts'

export type { IdentityDoor } from './actions/sign-in.ts'
export { type DemoPlaces, type DemoUser, makeDemoUsers, makeUser } from './demo-users.ts'
export { isPermitted, isRole, PERMISSIONS, ROLES, type Role, roleLabel } from './permissions.ts'
export { scopeOf } from './scope.ts'
export { openSessions, type Sessions, sweepSessions } from './sessions.ts'

/** The actions behind identity's routes. */
export function identityActions(door: IdentityDoor): Action[] {
  return [signInAction(door), readSessionAction(door), signOutAction(door)]
}

/** Names of users by id, for people reading lists; ids without a user are left out. */
export async function userNames(sql: Sql, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await listNames(sql, userIds)
  return new Map(rows.map((row) => [row.user_id, row.display_name]))
}
