/**
 * Who may do what: role × permission, as data. System administration, security administration and audit are separate persons, and none
 * of the three opens household data for work. Scope (which divisions) is the database's affair, not this table's.
 */

import { isRole, type Role } from './roles.ts'

const centre = ['verification_centre'] as const
const centreAndApprover = ['verification_centre', 'district_approver'] as const
const caseworkers = ['verification_centre', 'district_approver', 'township_clerk'] as const
const townshipLeaders = ['township_leader', 'township_head'] as const
const readers = [...caseworkers, ...townshipLeaders, 'inspector', 'leader'] as const
const administrators = ['district_admin', 'security_admin'] as const

/** Permission → roles that hold it. 'public' and 'signed-in' are not in the table: they need no role. */
export const PERMISSIONS: Readonly<Record<string, readonly Role[]>> = {
  // Whoever makes a move may hand in what belongs to it.
  'files.take': [...caseworkers, ...townshipLeaders, 'village_assistant'],
  'registry.read': [...readers, 'village_assistant'],
  'registry.reveal': caseworkers,
  'registry.correct': ['verification_centre', 'township_clerk'],
  // The verification centre for all, a township for its own rows, an administrator for the first roll.
  'registry.import': ['verification_centre', 'township_clerk', 'district_admin'],
  'registry.see-import': [...readers, 'village_assistant', 'district_admin'],
  'registry.compare': [...caseworkers, ...townshipLeaders],
  // The second person of an import: never who started or committed it.
  'registry.confirm-import': [...centreAndApprover, ...townshipLeaders],
  'registry.export': centre,
  // The account a household is paid to: asked for by one person, confirmed by another.
  'account.read': [...readers, 'payment_officer'],
  'account.propose': ['township_clerk'],
  'account.confirm': [...townshipLeaders, 'district_approver', 'payment_officer'],
  'account.proof': ['township_clerk', ...townshipLeaders, 'district_approver', 'payment_officer'],
  'verification.read': readers,
  'verification.statistics': readers,
  'verification.start': centre,
  'verification.rerun': centre,
  'verification.remind': centre,
  'verification.report': centre,
  'verification.clear': ['verification_centre', 'township_clerk'],
  'verification.confirm': centreAndApprover,
  'verification.suspend': centreAndApprover,
  'verification.object': ['verification_centre', 'township_clerk'],
  'verification.review': centreAndApprover,
  'verification.print': [...caseworkers, ...townshipLeaders, 'leader'],
  'casework.read': [...readers, 'village_assistant', 'payment_officer'],
  'casework.open': ['township_clerk', 'village_assistant'],
  // As the procedures have it: pages offer the move to nobody else.
  'casework.accept': ['township_clerk'],
  'casework.print': [...caseworkers, ...townshipLeaders, 'village_assistant'],
  'casework.clean-up': centreAndApprover,
  'casework.settle': ['township_head', 'district_approver'],
  'casework.move': [...caseworkers, ...townshipLeaders, 'village_assistant', 'payment_officer'],
  'casework.scan': ['township_clerk', 'village_assistant', 'district_approver'],
  'casework.pool': ['township_clerk', 'village_assistant'],
  'casework.convene': ['township_clerk'],
  'casework.publish': ['township_clerk', 'district_approver'],
  'casework.prove': ['township_clerk', 'village_assistant', 'district_approver'],
  'casework.print-notice': ['township_clerk', ...townshipLeaders, 'district_approver', 'village_assistant'],
  'casework.object': ['township_clerk', 'district_approver'],
  // Who objected or reported is known to few: neither to village assistants nor to payment officers.
  'casework.objections': ['township_clerk', ...townshipLeaders, 'district_approver', 'inspector'],
  'casework.assign-objection': ['township_clerk', ...townshipLeaders, 'district_approver'],
  'casework.answer': ['township_clerk', ...townshipLeaders, 'district_approver'],
  // What member units noticed of a person: for whoever decides about the household.
  'casework.change': caseworkers,
  'casework.sample': ['district_approver', 'township_head'],
  'casework.notify': ['township_clerk', 'township_head', 'district_approver'],
  'casework.extend': ['township_head', 'district_approver'],
  // A running grant: suspended, stopped or resumed by two persons; the database compares them.
  'grant.propose': ['township_clerk', 'district_approver'],
  // Whoever proposed, a settlement of a clean-up too: only one's own, which the action compares.
  'grant.withdraw': ['township_clerk', 'township_head', 'district_approver'],
  'grant.decide': ['township_head', 'district_approver'],
  'payment.read': ['payment_officer', 'district_approver', 'township_head', 'inspector', 'leader'],
  'payment.make': ['payment_officer'],
  'payment.confirm': ['payment_officer', 'district_approver'],
  // The go-live month, and what becomes of who was paid elsewhere: proposed by one person, decided by another; the database compares them.
  'payment.propose': ['payment_officer'],
  'payment.decide': ['district_approver'],
  'casework.assign': [...townshipLeaders, 'district_approver', 'verification_centre'],
  'policy.read': ['policy_officer', 'district_approver', 'inspector', 'leader', 'verification_centre'],
  'policy.edit': ['policy_officer'],
  // Never by whoever wrote the revision: the database compares the persons.
  'policy.publish': ['policy_officer', 'district_approver'],
  // Units and lines of the exchange: what gives a node something is asked for by one person and confirmed by another.
  'exchange.read': [...centreAndApprover, 'inspector', 'leader', ...administrators],
  'exchange.agree': centreAndApprover,
  'exchange.settle': centre,
  'exchange.change': ['verification_centre', 'district_admin'],
  'exchange.confirm': ['verification_centre', ...administrators],
  // What was asked of one's own unit: figures, no person.
  'unit.read': ['unit_officer'],
  'journal.read': ['auditor', 'inspector'],
  // Whether what is stored still is what was sealed and signed.
  'journal.proofs': ['auditor', 'security_admin', 'inspector'],
  'journal.settle': ['auditor', 'security_admin'],
  // The administrator keeps accounts, the security administrator confirms every power given: neither can give one to himself alone.
  'identity.users': [...administrators, 'auditor'],
  'identity.account': ['district_admin'],
  'identity.password': administrators,
  'identity.confirm-password': [...administrators, 'auditor'],
  'identity.grant': ['security_admin'],
  'duty.read': [...readers, 'village_assistant', 'district_admin'],
  'duty.assign': ['district_admin', 'township_clerk', ...townshipLeaders],
  'calendar.edit': ['district_admin'],
  // Background work that stopped: done again, never changed.
  'system.retry': ['district_admin'],
  // A template is written by one person and released by another: the database compares them.
  'template.read': ['district_admin', 'policy_officer', 'district_approver', 'inspector'],
  'template.edit': ['district_admin', 'policy_officer'],
  'template.release': ['district_admin', 'policy_officer', 'district_approver'],
  'division.read': [...readers, 'village_assistant', ...administrators],
  'division.edit': ['district_admin'],
  // Which of our columns is which of the ministry's: no value of a person.
  'standard.read': ['verification_centre', 'inspector', 'unit_officer', ...administrators],
  // A seal prints only when a second administrator has confirmed it.
  'seal.keep': administrators,
  'seal.enter': ['district_admin'],
  'seal.confirm': ['security_admin'],
  // What the kinds of tables ask for each, together.
  'table.hand-in': ['township_clerk', 'village_assistant', ...townshipLeaders, 'district_admin'],
  'export.use': [...readers, 'payment_officer'],
  'export.households': caseworkers,
  'export.cases': [...caseworkers, ...townshipLeaders],
}

/** True when a role holds a permission. 'public' is open to anybody, 'signed-in' to every role; an unknown permission to nobody. */
export function isPermitted(role: string | null, permission: string): boolean {
  if (permission === 'public') return true
  if (role === null || !isRole(role)) return false
  if (permission === 'signed-in') return true
  return Object.hasOwn(PERMISSIONS, permission) && (PERMISSIONS[permission] ?? []).includes(role)
}

/** Every permission of a role. */
export function permissionsOf(role: string): string[] {
  return Object.keys(PERMISSIONS).filter((permission) => isPermitted(role, permission))
}
