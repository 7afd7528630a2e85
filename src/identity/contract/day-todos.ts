/** What the first screens tell somebody to do; apart from the other hints, for pages get these from the server. */
import { todo } from './todos.ts'

export const dayTodos = {
  drawOpen: () => todo('casework.sample', '对已到审批的案件抽签', ['/samples', '去抽签']),
  visitDrawn: () => todo('casework.sample', '抽中的入户抽查后在案件中登记', ['/tasks?step=approval', '去登记']),
  decideCases: () => ({ ...todo('casework.settle', '审批或作出决定', ['/tasks', '去审批']), by: ['district_approver'] }),
  hangDistrict: () => ({ ...todo('casework.publish', '编制并发布区级公示', ['/notices', '去公示']), by: ['district_approver'] }),
  serveDecisions: () => todo('casework.notify', '把决定送达申请人并登记', ['/cases?unserved=yes', '去送达']),
  lookCases: () => todo('casework.read', '查看在办案件', ['/cases?state=running', '看案件']),
  lookOverdue: () => todo('casework.read', '查看超期的案件', ['/cases?state=running&overdue=yes', '看超期']),
  lookUnproved: () => todo('casework.read', '查看没有张贴照片的公示', ['/notices?tab=posted&proof=missing', '看公示']),
  lookRelated: () => todo('casework.read', '查看近亲属备案的案件', ['/cases?state=running&related=yes', '看案件']),
  lookObjections: () => todo('casework.objections', '查看没有答复的异议和举报', ['/objections?state=open', '看异议']),
  visitToday: () => todo('casework.open', '按安排入户，登记调查表', ['/tasks?step=visit', '看全部入户']),
  collectSignatures: () => todo('casework.open', '请家庭成员在申请书和承诺书上签字', ['/tasks?step=intake', '看全部申请']),
  photoNotices: () => todo('casework.prove', '到公示栏拍照并登记', ['/notices?tab=posted', '看全部公示']),
  confirmRolls: () => todo('payment.confirm', '核对并确认发放名册', ['/payments', '去确认']),
} as const
