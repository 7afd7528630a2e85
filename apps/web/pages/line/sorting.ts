import type { NodeRow } from '#exchange/contract'

export type LineSearch = {
  show?: string | undefined
  sort?: string | undefined
  q?: string | undefined
}

/** True while no statement of the node tells otherwise. */
export function isReconciled(row: Pick<NodeRow, 'statedAt' | 'differences'>): boolean {
  return row.statedAt === null || row.differences === 0
}

/** What the list may be narrowed to. */
export const shown: Readonly<Record<string, { label: string; fits: (row: NodeRow) => boolean }>> = {
  late: { label: '答复超时', fits: (row) => row.lateSince !== null },
  offline: { label: '不在线', fits: (row) => row.link !== 'online' && row.link !== 'revoked' },
  parked: { label: '有待处理报文', fits: (row) => row.parked > 0 },
  difference: { label: '对账不符', fits: (row) => !isReconciled(row) },
  keys: { label: '密钥该换', fits: (row) => row.keyDue },
}

const last = Number.POSITIVE_INFINITY
const seen = (at: string | null): number => (at === null ? last : Date.parse(at))

/** Smaller comes first. */
const orders: Readonly<Record<string, { label: string; key: (row: NodeRow) => number }>> = {
  oldest: { label: '最久未答复', key: (row) => seen(row.oldestAt) },
  slow: { label: '答复最慢（95%）', key: (row) => -(row.p95Minutes ?? -1) },
  open: { label: '未答复最多', key: (row) => -row.open },
  quota: {
    label: '限额用得最多',
    key: (row) => (row.terms.requestsPerDay === null ? last : -row.askedToday / row.terms.requestsPerDay),
  },
  silent: { label: '最久没有联系', key: (row) => (row.seenAt === null ? 0 : Date.parse(row.seenAt)) },
}
export const sortChoices = Object.entries(orders).map(([value, { label }]) => ({ value, label }))
export const showChoices = Object.entries(shown).map(([value, { label }]) => ({ value, label }))

/** Whoever needs a person first: tasks, lateness, lines that are off; those shut out last. */
function urgency(row: NodeRow): number {
  if (row.link === 'revoked') return 4
  if (row.tasks > 0) return 0
  if (row.lateSince !== null) return 1
  return row.link === 'online' ? 3 : 2
}

/** The rows of a search, in its order. */
export function chosenRows(rows: readonly NodeRow[], { show, sort, q }: LineSearch): NodeRow[] {
  const fits = show === undefined ? undefined : shown[show]?.fits
  const word = q?.trim() ?? ''
  const key = sort === undefined ? urgency : (orders[sort]?.key ?? urgency)
  return rows
    .filter((row) => (fits?.(row) ?? true) && (row.name.includes(word) || row.nodeId.includes(word)))
    .map((row) => ({ row, rank: key(row) }))
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank) || (a.row.nodeId < b.row.nodeId ? -1 : 1))
    .map(({ row }) => row)
}
