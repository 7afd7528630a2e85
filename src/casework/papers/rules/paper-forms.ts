/** Form of the print shop → form of the file. */
import type { FormName } from '#documents'

const FILED: Partial<Record<FormName, string>> = {
  application: 'application',
  'household-economics': 'household_economics',
  proxy: 'proxy',
  'missing-items-notice': 'missing_items',
  'acceptance-notice': 'acceptance',
  'rejection-notice': 'not_accepted',
  'verification-order': 'verification_order',
  'home-visit': 'home_visit',
  'neighbour-interview': 'interview',
  'written-inquiry': 'inquiry',
  deliberation: 'deliberation',
  'three-plus-one': 'sheet',
  'review-form': 'approval',
  confirmation: 'granted',
  refusal: 'refused',
  'related-party': 'related_filing',
  'card-agreement': 'card_agreement',
  'dynamic-record': 'dynamic_record',
  adjustment: 'adjustment',
  'archive-cover': 'archive_cover',
}

/** Under which form a paper of the print shop is filed with its case; null for none. */
export function filedForm(form: string): string | null {
  return Object.hasOwn(FILED, form) ? (FILED[form as FormName] ?? null) : null
}
