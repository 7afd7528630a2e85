/** The signed papers of a household's subjects and their scans. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, FileHash, InstantText, StoredFile } from '#kernel/schema'

/** The file that shows a paper. */
export const AuthorisationScan = z.object({
  authorisationNo: z.string(),
  /** The number read from the paper. */
  paperNo: z.string(),
  fileName: z.string(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'application/pdf']),
  size: Count,
  sha256: FileHash,
  /** Null when the file does not tell. */
  pages: Count.nullable(),
  scannedAt: InstantText,
  scannedBy: z.string(),
  /** What is to be looked at again, in words; null when nothing is. */
  question: z.string().nullable(),
})
export type AuthorisationScan = z.infer<typeof AuthorisationScan>

/** One paper of one subject as it stands today; a subject without any has one entry without a number. */
export const AuthorisationPaper = z.object({
  authorisationNo: z.string().nullable(),
  subjectNo: z.string(),
  subjectName: z.string(),
  relationLabel: z.string(),
  state: z.enum(['signed', 'guardian', 'missing', 'withdrawn', 'expired']),
  signature: z.string().nullable(),
  signatureLabel: z.string().nullable(),
  signedOn: DateText.nullable(),
  validTo: DateText.nullable(),
  withdrawnOn: DateText.nullable(),
  /** Categories agreed to, in words. */
  items: z.array(z.string()),
  scan: AuthorisationScan.nullable(),
})
export type AuthorisationPaper = z.infer<typeof AuthorisationPaper>

/** Takes an uploaded file as the scan of a paper, in place of the one before. */
export const attachScan = defineRoute({
  name: 'registry.attach-scan',
  method: 'POST',
  path: '/api/registry/authorisations/:authorisationNo/scan',
  permission: 'registry.correct',
  params: z.object({ authorisationNo: z.string() }),
  body: z.object({
    file: StoredFile,
    /** The number that stands on the paper, as the clerk reads it. */
    paperNo: z.string().trim().min(1, '请照抄纸质授权书上的编号').max(60, '编号不超过 60 个字'),
  }),
  output: AuthorisationScan,
})

/** The scan of a paper; it shows the person's number in clear, so it takes the same permission, and stands in the journal. */
export const readScan = defineRoute({
  name: 'registry.read-scan',
  method: 'GET',
  path: '/api/registry/authorisations/:authorisationNo/scan',
  permission: 'registry.reveal',
  params: z.object({ authorisationNo: z.string() }),
  download: true,
  output: z.instanceof(Uint8Array),
})
