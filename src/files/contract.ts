/** Files that people hand in: what is taken, how large it may be. */
import { z } from 'zod'
import type { FileType } from '#kernel/file-type'
import { defineRoute } from '#kernel/route'
import { StoredFile } from '#kernel/schema'

const MB = 1_048_576

/** Pictures only: photos of visits and notices. */
export const PICTURES: readonly FileType[] = ['image/jpeg', 'image/png']
/** What shows a paper: a photo, or a scan. */
export const PAPERS: readonly FileType[] = ['image/jpeg', 'image/png', 'application/pdf']

/** What a person may hand in one at a time; a limit is a bound on what the server stores, not a rule of the law. */
export const fileKinds = {
  /** evidence, photos and papers of a case or household: a phone's photo has 3 to 8 MB */
  paper: { maxBytes: 20 * MB },
  /** a stack of scanned papers, read page by page */
  scan: { maxBytes: 100 * MB },
} as const

export type FileKind = keyof typeof fileKinds

/** Takes one file; the body is the file itself, streamed. It belongs to nothing until an action names it as its evidence. */
export const takeFile = defineRoute({
  name: 'files.take-file',
  method: 'POST',
  path: '/api/files',
  permission: 'files.take',
  query: z.object({
    name: z.string().trim().min(1, '请写明文件名').max(200, '文件名不超过 200 个字'),
    kind: z.enum(['paper', 'scan'], '文件用途有误').default('paper'),
  }),
  upload: true,
  output: StoredFile,
})

/** A file that belongs to something, as pages show it: it opens by its id. */
export const ShownFile = StoredFile.extend({ fileId: z.uuid().nullable().default(null) })
export type ShownFile = z.infer<typeof ShownFile>

export const filesRoutes = { takeFile }
