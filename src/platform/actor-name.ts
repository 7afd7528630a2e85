/**
 * The name of whoever acted. An account of an area above the reader's cannot be read, so it is told by where it stands, never by the account
 * itself: no page shows the id of a user.
 */
const ABOVE = '上级办理人员'
const SYSTEM = '系统'

/** SQL: the name found for an id of a user, else what stands for it. */
export function nameOf(name: string, userId: string): string {
  return `coalesce(${name}, case when ${userId} like 'system:%' then '${SYSTEM}' else '${ABOVE}' end)`
}

/** The same where the names were looked up before. */
export function actorName(names: ReadonlyMap<string, string>, userId: string): string {
  return names.get(userId) ?? (userId.startsWith('system:') ? SYSTEM : ABOVE)
}
