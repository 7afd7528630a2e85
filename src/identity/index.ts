import type { Action, Actor } from '#platform/action'
import type { Sql } from '#platform/db'
import { previewCalendarAction, readCalendarAction, saveCalendarAction } from './actions/calendar.ts'
import { assignDutyAction, endDutyAction, listDutyAction, listOfficersAction } from './actions/duty.ts'
import { decideResetAction, resetPasswordAction } from './actions/resets.ts'
import { confirmSealAction, endSealAction, enterSealAction, listSealsAction, readSealAction } from './actions/seals.ts'
import {
  changePasswordAction,
  type IdentityDoor,
  moveClockAction,
  readSessionAction,
  signInAction,
  signOutAction,
} from './actions/sign-in.ts'
import { listStoppedWorkAction, retryWorkAction } from './actions/stopped-work.ts'
import {
  changeUserAction,
  createUserAction,
  decideRoleChangeAction,
  listUsersAction,
  switchUserAction,
  unlockUserAction,
} from './actions/users.ts'
import { deleteViewAction, listViewsAction, saveViewAction } from './actions/views.ts'
import { actorOf } from './sessions.ts'
import { findLogin, findUser, listNames } from './store/users.ts'

export { type DutyOfficer, dutyOfficers, moveDuties } from './actions/duty.ts'
export { sealImageOf, sealImages } from './actions/seals.ts'
export type { IdentityDoor } from './actions/sign-in.ts'
export { isPermitted, PERMISSIONS } from './contract/permissions.ts'
export { isRole, ROLES, type Role, roleLabel } from './contract/roles.ts'
export { type DemoPlaces, type DemoUser, makeDemoUsers, makeUser } from './demo-users.ts'
export { keepHolidayNotices } from './holidays.ts'
export { newPassword } from './passwords.ts'
export { scopeOf } from './scope.ts'
export { openSessions, type Sessions, sweepSessions } from './sessions.ts'
export { identityImports } from './table-imports.ts'

/** The actions behind identity's routes. */
export function identityActions(door: IdentityDoor): Action[] {
  return [
    signInAction(door),
    readSessionAction(door),
    signOutAction(door),
    moveClockAction(door),
    changePasswordAction(door),
    listUsersAction(door),
    createUserAction(door),
    changeUserAction(door),
    switchUserAction(door),
    resetPasswordAction(),
    decideResetAction(door),
    unlockUserAction,
    decideRoleChangeAction(door),
    listDutyAction(door),
    listOfficersAction,
    assignDutyAction(door),
    endDutyAction,
    readCalendarAction,
    previewCalendarAction,
    saveCalendarAction,
    listViewsAction,
    saveViewAction,
    deleteViewAction,
    listSealsAction(door),
    enterSealAction(door),
    confirmSealAction,
    endSealAction,
    readSealAction,
    listStoppedWorkAction(door),
    retryWorkAction(door),
  ]
}

/** Names of users by id, for people reading lists; ids without a user are left out. */
export async function userNames(sql: Sql, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await listNames(sql, userIds)
  return new Map(rows.map((row) => [row.user_id, row.display_name]))
}

/** The actor behind a user id, for work done later in his name; undefined when the account is gone or out of use. */
export async function findActor(sql: Sql, userId: string): Promise<Actor | undefined> {
  const user = await findUser(sql, userId)
  return user === undefined || user.disabled ? undefined : actorOf(user)
}

/** The actor behind an account; undefined when there is none or it is out of use. */
export async function findActorByLogin(sql: Sql, login: string): Promise<Actor | undefined> {
  const user = await findLogin(sql, login)
  return user === undefined || user.disabled ? undefined : actorOf(user)
}
