import type { Sql } from '#platform/db'

/** All SQL of saved views. */

export interface ViewRow {
  readonly view_id: string
  readonly owner: string
  readonly owner_name: string
  readonly page: string
  readonly name: string
  readonly search: string
  readonly shared: boolean
}

const COLUMNS = `v.view_id, v.owner, coalesce(u.display_name, '') as owner_name, v.page, v.name, v.search, v.shared
  from saved_view v left join app_user u on u.user_id = v.owner`

export interface Colleague {
  readonly userId: string
  readonly divisionCode: string
  readonly unitCode: string | null
}

/** A user's own views of a page, then those shared by colleagues of the same division and unit. */
export function listViewRows(sql: Sql, page: string, user: Colleague): Promise<ViewRow[]> {
  return sql.query<ViewRow>(
    `select ${COLUMNS} where v.page = $1
       and (v.owner = $2 or v.shared and v.division_code = $3 and v.unit_code is not distinct from $4)
     order by v.owner <> $2, v.name, v.view_id`,
    [page, user.userId, user.divisionCode, user.unitCode],
  )
}

export interface NewView {
  readonly viewId: string
  readonly page: string
  readonly name: string
  readonly search: string
  readonly shared: boolean
  readonly at: string
}

/** Saves a view; the owner's one of the same page and name keeps its id. Gives the id. */
export async function saveViewRow(sql: Sql, view: NewView, user: Colleague): Promise<string> {
  const row = await sql.one<{ view_id: string }>(
    `insert into saved_view (view_id, owner, division_code, unit_code, page, name, search, shared, saved_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (owner, page, name) do update set search = excluded.search, shared = excluded.shared, saved_at = excluded.saved_at,
       division_code = excluded.division_code, unit_code = excluded.unit_code
     returning view_id`,
    [view.viewId, user.userId, user.divisionCode, user.unitCode, view.page, view.name, view.search, view.shared, view.at],
  )
  return row.view_id
}

/** Deletes a view of its owner; false when there is none. */
export async function deleteViewRow(sql: Sql, viewId: string, owner: string): Promise<boolean> {
  return (await sql.execute('delete from saved_view where view_id = $1 and owner = $2', [viewId, owner])) === 1
}
