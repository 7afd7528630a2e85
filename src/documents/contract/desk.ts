/** The templates of a district's papers: looked at, changed, tried on fictional data, released by a second person. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, InstantText, Reason } from '#kernel/schema'

export const TemplateInForce = z.object({
  /** 0: the text the program brings along. */
  version: Count,
  sha256: z.string(),
  /** Null while nothing was ever released. */
  since: InstantText.nullable(),
})

export const TemplateLine = z.object({
  name: z.string(),
  label: z.string(),
  inForce: TemplateInForce,
  versions: Count,
  /** A version newer than any release waits for a second person. */
  waiting: Count.nullable(),
})
export type TemplateLine = z.infer<typeof TemplateLine>

export const listTemplates = defineRoute({
  name: 'documents.list-templates',
  method: 'GET',
  path: '/api/templates',
  permission: 'template.read',
  output: z.object({ rows: z.array(TemplateLine) }),
})

const NameParams = z.object({ name: z.string().min(1).max(60) })

export const TemplateVersion = z.object({
  version: Count,
  sha256: z.string(),
  note: z.string(),
  madeByName: z.string(),
  madeAt: InstantText.nullable(),
  /** The caller wrote it, so another person has to release it. */
  mine: z.boolean(),
})
export type TemplateVersion = z.infer<typeof TemplateVersion>

/** One template with its versions, newest first and the built-in last, and its releases. */
export const openTemplate = defineRoute({
  name: 'documents.open-template',
  method: 'GET',
  path: '/api/templates/:name',
  permission: 'template.read',
  params: NameParams,
  output: TemplateLine.extend({
    rows: z.array(TemplateVersion),
    releases: z.array(z.object({ version: Count, reason: z.string(), byName: z.string(), at: InstantText })),
    /** True for the forms of casework, which are printed blank too. */
    blank: z.boolean(),
  }),
})

export const readTemplateText = defineRoute({
  name: 'documents.read-template-text',
  method: 'GET',
  path: '/api/templates/:name/versions/:version',
  permission: 'template.read',
  params: NameParams.extend({ version: z.coerce.number().int().min(0) }),
  output: z.object({ version: Count, text: z.string(), sha256: z.string() }),
})

const Text = z.string().min(1, '模板不能为空').max(200_000, '模板最多 200000 个字符')

/** Keeps a text as the next version; it must print the fictional paper. */
export const saveTemplate = defineRoute({
  name: 'documents.save-template',
  method: 'POST',
  path: '/api/templates/:name/versions',
  permission: 'template.edit',
  params: NameParams,
  body: z.object({ text: Text, note: Reason }),
  output: z.object({ version: Count }),
})

/** Prints a fictional paper by a text that is not kept. */
export const tryTemplate = defineRoute({
  name: 'documents.try-template',
  method: 'POST',
  path: '/api/templates/:name/trial',
  permission: 'template.edit',
  params: NameParams,
  body: z.object({ text: Text, blank: z.boolean().default(false) }),
  output: z.unknown(),
  download: true,
})

/** Prints a fictional paper by a version. */
export const printTemplate = defineRoute({
  name: 'documents.print-template',
  method: 'GET',
  path: '/api/templates/:name/versions/:version/trial',
  permission: 'template.read',
  params: NameParams.extend({ version: z.coerce.number().int().min(0) }),
  query: z.object({ blank: z.enum(['yes']).optional() }),
  output: z.unknown(),
  download: true,
})

/** Puts a version in force: a new one by a second person, or an earlier one again. */
export const releaseTemplate = defineRoute({
  name: 'documents.release-template',
  method: 'POST',
  path: '/api/templates/:name/releases',
  permission: 'template.release',
  params: NameParams,
  body: z.object({ version: z.int().min(0), reason: Reason }),
  output: TemplateInForce,
})

export const documentsRoutes = {
  listTemplates,
  openTemplate,
  readTemplateText,
  saveTemplate,
  tryTemplate,
  printTemplate,
  releaseTemplate,
}
