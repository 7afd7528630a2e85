/** Filing of scanned papers: a stack is read in the background, pages with a code file themselves, the others wait for a person. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText, pageOf, pageQuery, Reason, StoredFile } from '#kernel/schema'

export const ScanStack = z.object({
  stackId: z.string(),
  fileName: z.string(),
  size: Count,
  state: z.enum(['waiting', 'reading', 'done', 'failed']),
  /** null until the file was opened */
  pages: Count.nullable(),
  /** pages by what became of them, in the caller's sight */
  filed: Count,
  waiting: Count,
  aside: Count,
  repeated: Count,
  failure: z.string().nullable(),
  byName: z.string(),
  at: InstantText,
})
export type ScanStack = z.infer<typeof ScanStack>

export const ScanPage = z.object({
  pageId: z.string(),
  stackId: z.string(),
  fileName: z.string(),
  page: Count,
  state: z.enum(['waiting', 'filed', 'aside', 'repeated']),
  /** why it did not file itself, or what is doubtful about it; null when all is well */
  remark: z.string().nullable(),
  caseNo: z.string().nullable(),
  applicantName: z.string().nullable(),
  form: z.string().nullable(),
  formLabel: z.string().nullable(),
  formVersion: Count.nullable(),
  formPage: Count.nullable(),
  byHand: z.boolean(),
  reason: z.string().nullable(),
  /** false when the page cannot be shown */
  hasPicture: z.boolean(),
  byName: z.string(),
  at: InstantText,
})
export type ScanPage = z.infer<typeof ScanPage>

const Page = z.object({ pageId: z.uuid('页面编号有误') })

/** Hands in scanned files, uploaded before; each is read in the background. */
export const startScans = defineRoute({
  name: 'casework.start-scans',
  method: 'POST',
  path: '/api/scans',
  permission: 'casework.scan',
  body: z.object({ files: z.array(StoredFile).min(1, '请先选择扫描件').max(50, '一次最多上传 50 个文件，请分几次上传') }),
  output: z.object({ stackIds: z.array(z.string()) }),
})

/** The newest stacks in the caller's scope, and the forms a page may be filed under by hand. */
export const listScans = defineRoute({
  name: 'casework.list-scans',
  method: 'GET',
  path: '/api/scans',
  permission: 'casework.scan',
  output: z.object({
    stacks: z.array(ScanStack),
    waiting: Count,
    forms: z.array(z.object({ form: z.string(), label: z.string() })),
  }),
})

/** Pages by what became of them. */
export const listScanPages = defineRoute({
  name: 'casework.list-scan-pages',
  method: 'GET',
  path: '/api/scan-pages',
  permission: 'casework.scan',
  query: z.object({ ...pageQuery, state: ScanPage.shape.state.default('waiting'), stack: z.uuid('扫描件编号有误').optional() }),
  output: pageOf(ScanPage),
})

/** The picture of a page; it shows persons, so each opening is journalled. */
export const readScanPage = defineRoute({
  name: 'casework.read-scan-page',
  method: 'GET',
  path: '/api/scan-pages/:pageId/picture',
  permission: 'casework.print',
  params: Page,
  output: z.unknown(),
  download: true,
})

/** Files a waiting page by hand: which case, which form. */
export const fileScanPage = defineRoute({
  name: 'casework.file-scan-page',
  method: 'POST',
  path: '/api/scan-pages/:pageId/filing',
  permission: 'casework.scan',
  params: Page,
  body: z.object({
    caseNo: z.string().trim().min(1, '请填写案号').max(40, '案号不超过 40 个字'),
    form: z.string().min(1, '请选择是哪种材料').max(40),
  }),
  output: ScanPage,
})

/** Sets waiting pages aside that belong to no case. They stay, with the reason. */
export const setScanPagesAside = defineRoute({
  name: 'casework.set-scan-pages-aside',
  method: 'POST',
  path: '/api/scan-pages/aside',
  permission: 'casework.scan',
  body: z.object({ pageIds: z.array(z.uuid()).min(1, '请先勾选页面').max(500, '一次最多 500 页'), reason: Reason }),
  output: z.object({ pages: Count }),
})

/** Puts a page that was filed wrongly or set aside by mistake back among the waiting ones. */
export const returnScanPage = defineRoute({
  name: 'casework.return-scan-page',
  method: 'POST',
  path: '/api/scan-pages/:pageId/return',
  permission: 'casework.scan',
  params: Page,
  body: z.object({ reason: Reason }),
  output: ScanPage,
})

export const scanRoutes = {
  startScans,
  listScans,
  listScanPages,
  readScanPage,
  fileScanPage,
  setScanPagesAside,
  returnScanPage,
}
