import { randomUUID } from 'node:crypto'
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { deleteView, listViews, type SavedView, saveView } from '../contract/views.ts'
import { deleteViewRow, listViewRows, saveViewRow, type ViewRow } from '../store/views.ts'

/** Saved views of lists. They hold filters, never rows; a citizen number is no filter to be kept. */

const BASIS = '个人信息保护法第五十一条'
/** Eleven digits in a row and more are a telephone or citizen number. */
const PERSONAL = /\d{11}/

function viewOf(row: ViewRow, userId: string): SavedView {
  const { page, name, search, shared } = row
  return { viewId: row.view_id, page, name, search, shared, own: row.owner === userId, ownerName: row.owner_name }
}

export const listViewsAction: Action = routeAction(listViews, {
  async run({ tx, actor }, { page }) {
    return { rows: (await listViewRows(tx, page, actor)).map((row) => viewOf(row, actor.userId)) }
  },
  journal: () => null,
})

/** Twelve digits of a division are no personal number. */
function holdsNumber(search: string): boolean {
  return [...new URLSearchParams(search)].some(
    ([key, value]) => !['township', 'village', 'division'].includes(key) && PERSONAL.test(value),
  )
}

export const saveViewAction: Action = routeAction(saveView, {
  async run({ tx, actor, clock }, { page, name, search, shared }) {
    if (holdsNumber(search))
      throw new Problem('identity.personal-view', '条件里有证件号码或电话，不能保存为视图，请去掉后再保存', { status: 422 })
    const view = { page, name, search, shared }
    const viewId = await saveViewRow(tx, { viewId: randomUUID(), ...view, at: isoInstant(clock.nowMs()) }, actor)
    return { viewId, ...view, own: true, ownerName: actor.name }
  },
  journal: ({ page, shared }) => ({ chain: 'system:views', basis: BASIS, purpose: '保存列表视图', detail: { page, shared } }),
})

export const deleteViewAction: Action = routeAction(deleteView, {
  async run({ tx, actor }, { viewId }) {
    const deleted = await deleteViewRow(tx, viewId, actor.userId)
    if (!deleted) throw new Problem('identity.no-view', '没有这个视图，或不是您保存的', { status: 404 })
    return { deleted }
  },
  journal: ({ viewId }) => ({ chain: 'system:views', basis: BASIS, purpose: '删除列表视图', detail: { viewId } }),
})
