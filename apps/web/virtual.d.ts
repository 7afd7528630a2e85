declare module 'virtual:route-table' {
  /** Route name → [method, path], made from the contracts at build time. */
  export const routeTable: Record<string, readonly [string, string]>
}
declare module '*.css'
