/** Saved views: a name for the filters of a list, which live in the address of its page. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'

const Page = z.string().regex(/^\/[a-z][a-z/-]{0,60}$/, '页面地址有误')

export const SavedView = z.object({
  viewId: z.string(),
  page: z.string(),
  name: z.string(),
  /** Address part after '?'. */
  search: z.string(),
  shared: z.boolean(),
  own: z.boolean(),
  ownerName: z.string(),
})
export type SavedView = z.infer<typeof SavedView>

/** The caller's own views and those colleagues share, for one page. */
export const listViews = defineRoute({
  name: 'identity.list-views',
  method: 'GET',
  path: '/api/views',
  permission: 'signed-in',
  query: z.object({ page: Page }),
  output: z.object({ rows: z.array(SavedView) }),
})

/** Saves a view; one of the same name and page is replaced. No citizen number may be part of it. */
export const saveView = defineRoute({
  name: 'identity.save-view',
  method: 'POST',
  path: '/api/views',
  permission: 'signed-in',
  body: z.object({
    page: Page,
    name: z.string().trim().min(1, '请给视图取一个名字').max(40, '名字不超过 40 字'),
    search: z.string().max(1000, '条件太长'),
    shared: z.boolean().default(false),
  }),
  output: SavedView,
})

export const deleteView = defineRoute({
  name: 'identity.delete-view',
  method: 'DELETE',
  path: '/api/views/:viewId',
  permission: 'signed-in',
  params: z.object({ viewId: z.uuid('视图编号有误') }),
  output: z.object({ deleted: z.boolean() }),
})
