/** Files that belong to a case. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'

/** A file of a case; each opening is journaled. */
export const readCaseFile = defineRoute({
  name: 'casework.read-file',
  method: 'GET',
  path: '/api/cases/:caseNo/files/:fileId',
  permission: 'casework.print',
  params: z.object({ caseNo: z.string(), fileId: z.string() }),
  download: true,
  output: z.instanceof(Uint8Array),
})
