import { useQuery } from '@tanstack/react-query'
import { reading } from './client.ts'

/** The pages of the navigation, in its order, and what each needs. */
export const officePages = [
  { to: '/tasks', label: '待办', permission: 'casework.move' },
  { to: '/cases', label: '全部案件', permission: 'casework.read' },
  { to: '/intake', label: '受理', permission: 'casework.open' },
  { to: '/clean-up', label: '全面清理', permission: 'casework.read' },
  { to: '/deliberation', label: '民主评议', permission: 'casework.pool' },
  { to: '/notices', label: '公示', permission: 'casework.read' },
  { to: '/objections', label: '异议举报', permission: 'casework.objections' },
  { to: '/samples', label: '入户抽查', permission: 'casework.sample' },
  { to: '/scans', label: '扫描归档', permission: 'casework.scan' },
  { to: '/payments', label: '资金发放', permission: 'payment.read' },
  { to: '/progress', label: '核对进度', permission: 'verification.read' },
  { to: '/households', label: '家庭', permission: 'verification.read' },
  { to: '/units', label: '成员单位', permission: 'verification.read' },
  { to: '/imports', label: '导入', permission: 'registry.read' },
  { to: '/quality', label: '数据质量', permission: 'registry.read' },
  { to: '/statistics', label: '统计', permission: 'verification.statistics' },
  { to: '/exports', label: '导出', permission: 'export.use' },
  { to: '/background', label: '后台任务', permission: 'system.retry' },
  { to: '/duty', label: '包村', permission: 'duty.assign' },
  { to: '/users', label: '账号', permission: 'identity.users' },
  { to: '/lines', label: '线路', permission: 'exchange.read' },
  { to: '/divisions', label: '行政区划', permission: 'seal.keep' },
  { to: '/calendar', label: '工作日历', permission: 'calendar.edit' },
  { to: '/policy', label: '政策', permission: 'policy.read' },
  { to: '/tables', label: '表格导入', permission: 'table.hand-in' },
  { to: '/templates', label: '文书模板', permission: 'template.read' },
  { to: '/dictionary', label: '数据字典', permission: 'division.read' },
  { to: '/data-standard', label: '数据标准', permission: 'standard.read' },
  { to: '/proofs', label: '存证检查', permission: 'journal.proofs' },
  { to: '/looks', label: '查询留痕', permission: 'journal.read' },
] as const

/**
 * The task centre for whoever moves cases; undefined for whoever only sees them; the check of what is stored for the auditor; otherwise the
 * first page the permissions open.
 */
export function homeOf(permissions: readonly string[]): (typeof officePages)[number]['to'] | undefined {
  if (permissions.includes('casework.read') && !permissions.includes('casework.move')) return undefined
  if (permissions.includes('journal.settle') && !permissions.includes('identity.grant')) return '/proofs'
  return officePages.find((page) => permissions.includes(page.permission))?.to
}

/**
 * What the signed-in person may do. It only hides what would be refused: the server decides, every time.
 */
export function useCan(): (permission: string) => boolean {
  const session = useQuery(reading('identity.read-session', {})).data
  return (permission) => session?.permissions.includes(permission) ?? false
}

/** The day it is for the server, which a demo moves on; the session is there before any page is. */
export function useToday(): string {
  return useQuery(reading('identity.read-session', {})).data?.today ?? ''
}
