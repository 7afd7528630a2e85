/** Words of the lines to member units and other nodes. */
import type { NodePage, NodeRow, NodeTask, NodeTerms, ParkedMessage } from '#exchange/contract'
import { instant } from '../../format.ts'
import type { Tone } from '../../wording.ts'

type Word = { label: string; tone: Tone }

export const lineWords: Readonly<Record<NodeRow['link'], Word>> = {
  online: { label: '在线', tone: 'green' },
  silent: { label: '离线', tone: 'red' },
  never: { label: '从未连接', tone: 'grey' },
  revoked: { label: '已吊销', tone: 'grey' },
}

export const kindWords: Readonly<Record<NodeRow['kind'], string>> = {
  unit: '成员单位',
  relay: '中转节点',
  node: '其他节点',
}

export const causeWords: Readonly<Record<NodeTask['cause'], string>> = {
  late: '答复超过约定时限',
  silent: '离线过久',
  parked: '有报文无法使用',
  difference: '对账不符',
}

export const carrierWords: Readonly<Record<NodeTerms['carrier'], string>> = { line: '线路', bundle: '离线包' }

export const markWords: Readonly<Record<NodeTerms['mark'], string>> = {
  sourced: '有出处',
  known: '无出处',
  uncertain: '推断',
  proposal: '本系统自设',
}

export const parkedWords: Readonly<Record<ParkedMessage['state'], Word>> = {
  open: { label: '待处理', tone: 'amber' },
  resent: { label: '已重新接收', tone: 'green' },
  given_up: { label: '已放弃', tone: 'grey' },
}

export const keyWords: Readonly<Record<NodePage['keys'][number]['state'], Word>> = {
  holds: { label: '在用', tone: 'green' },
  coming: { label: '未到启用时间', tone: 'amber' },
  ended: { label: '已停用', tone: 'grey' },
}

export const changeWords = { register: '登记节点', keys: '更换公钥', grant: '授予查询权' } as const

/** Since when a node is on or off line. */
export function sinceWords({ since }: Pick<NodeRow, 'since'>): string {
  return since === null ? '没有连接过' : `自 ${instant(since)}`
}

/** How a node is reached. */
export function wayOf(row: Pick<NodeRow, 'via' | 'terms'>): string {
  if (row.via !== null) return `经 ${row.via}`
  return row.terms.carrier === 'bundle' ? '离线包' : '直接连接'
}
