/**
 * The paper of an authorisation: how it stands on a day, and what a file must be to pass as its scan.
 */
import type { FileType } from '#kernel/file-type'
import type { AuthorisationRow } from '../rows.ts'

export type PaperState = 'signed' | 'guardian' | 'missing' | 'withdrawn' | 'expired'

/** How a paper stands on a day. It ends with its last day, and is withdrawn from the day of the withdrawal on. */
export function paperState(
  paper: Pick<AuthorisationRow, 'signature' | 'signed_on' | 'valid_to' | 'withdrawn_on'> | undefined,
  on: string,
): PaperState {
  if (paper === undefined || paper.signature === 'missing' || paper.signed_on === null || paper.signed_on > on) return 'missing'
  if (paper.withdrawn_on !== null && paper.withdrawn_on <= on) return 'withdrawn'
  if (paper.valid_to !== null && paper.valid_to < on) return 'expired'
  return paper.signature === 'guardian' ? 'guardian' : 'signed'
}

/** Bytes a scan may have. */
export const LARGEST_SCAN = 10 * 1024 * 1024

/** Pages of a scan: one of a picture; of a PDF as many page objects as stand in clear, null when they are packed. */
export function scanPages(type: FileType, bytes: Uint8Array): number | null {
  if (type !== 'application/pdf') return 1
  return new TextDecoder('latin1').decode(bytes).match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? null
}
