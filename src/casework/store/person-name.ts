/**
 * SQL: the name of whoever acted. An account of an area above the reader's cannot be read, so it is told by where it stands, never by the
 * account itself.
 */
export function nameOf(name: string, userId: string): string {
  return `coalesce(${name}, case when ${userId} like 'system:%' then '系统' else '上级办理人员' end)`
}
