/** Identity's routes; the server mounts each, the browser client is typed from them. */
import { previewCalendar, readCalendar, saveCalendar } from './calendar.ts'
import { assignDuty, endDuty, listDuty, listOfficers } from './duty.ts'
import { confirmSeal, endSeal, enterSeal, listSeals, readSeal } from './seals.ts'
import { changePassword, moveClock, readSession, signIn, signOut } from './session.ts'
import { listStoppedWork, retryWork } from './stopped-work.ts'
import {
  changeUser,
  createUser,
  decideReset,
  decideRoleChange,
  listUsers,
  resetPassword,
  switchUser,
  unlockUser,
} from './users.ts'
import { deleteView, listViews, saveView } from './views.ts'

export * from './calendar.ts'
export * from './duty.ts'
export * from './seals.ts'
export * from './session.ts'
export * from './stopped-work.ts'
export * from './users.ts'
export * from './views.ts'

export const identityRoutes = {
  signIn,
  readSession,
  signOut,
  changePassword,
  moveClock,
  listUsers,
  createUser,
  changeUser,
  switchUser,
  resetPassword,
  unlockUser,
  decideReset,
  decideRoleChange,
  listDuty,
  listOfficers,
  assignDuty,
  endDuty,
  readCalendar,
  previewCalendar,
  saveCalendar,
  listViews,
  saveView,
  deleteView,
  listSeals,
  enterSeal,
  confirmSeal,
  endSeal,
  readSeal,
  listStoppedWork,
  retryWork,
}
