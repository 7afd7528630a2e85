/**
 * Which papers bear the seal of the office they come from. Pure.
 *
 * A seal stands for something the office has done: on a notice it gives, once there is what it tells of. Forms that people fill in, drafts,
 * agreements and records leave the place empty, whatever the case holds.
 */

/** What the papers of an intake tell of. */
export interface Issued {
  readonly accepted: boolean
  /** kinds of the records of the case */
  readonly kinds: ReadonlySet<string>
}

/** Whether the township has given this paper of the intake, so that it bears the township's seal. */
export function isIssued(form: string, { accepted, kinds }: Issued): boolean {
  switch (form) {
    case 'acceptance-notice':
      return accepted
    case 'missing-items-notice':
      return kinds.has('missing_items')
    case 'rejection-notice':
      return kinds.has('not_accepted')
    default:
      return false
  }
}
