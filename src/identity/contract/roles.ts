/** The roles by name: one per person. */
export const ROLES = {
  district_admin: '系统管理员',
  verification_centre: '核对中心经办人',
  district_approver: '区级审核人',
  township_clerk: '乡镇（街道）经办人',
  township_leader: '乡镇（街道）分管领导',
  township_head: '乡镇（街道）主要负责人',
  village_assistant: '村（社区）协助员',
  inspector: '监督检查人员',
  leader: '单位负责人',
  unit_officer: '协查单位联络员',
  policy_officer: '政策管理员',
  payment_officer: '资金发放人员',
  security_admin: '安全管理员',
  auditor: '审计管理员',
} as const

export type Role = keyof typeof ROLES

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text)
}

/** Chinese name of a role; 系统 for the product itself. */
export function roleLabel(role: string): string {
  return isRole(role) ? ROLES[role] : '系统'
}
