/**
 * What pages and refusals tell somebody to do, each with the permission it takes and the page where it is done. What a case needs next
 * stands with its procedure (src/casework/procedure/rules/needs.ts). A test follows every one of them for every role.
 */
import type { Todo } from '#kernel/todo'
import { PERMISSIONS } from './permissions.ts'

type Page = readonly [to: string, label: string]

/** A thing that whoever holds a permission does. */
export function todo(permission: string, what: string, page: Page | null = null): Todo {
  const by = [...(PERMISSIONS[permission] ?? [])]
  return { what, by, another: false, page: page === null ? null : { to: page[0], label: page[1] } }
}

/** The same by somebody else than the reader. */
const other = (permission: string, what: string, page: Page | null = null): Todo => ({
  ...todo(permission, what, page),
  another: true,
})

export const todos = {
  // registry and verification
  importDistrict: () => todo('registry.import', '导入区划和家庭名册', ['/imports', '去导入']),
  confirmImport: () => other('registry.confirm-import', '确认或退回这次导入', ['/imports', '去导入记录']),
  startCampaign: () => todo('verification.start', '新建核对批次', ['/progress', '去核对进度']),
  clearFindings: () => todo('verification.clear', '在“疑点处置”中逐条处置，再由另一人复核'),
  confirmFinding: () => other('verification.confirm', '复核这条疑点的处置'),
  reviewObjection: () => other('verification.review', '在“报告与异议”中复核异议'),
  resumeVerification: () => todo('verification.suspend', '先恢复该户的核对'),
  issueReport: () => todo('verification.report', '恢复核对、复核异议或等待答复之后签发'),
  signAuthorisation: () => todo('casework.open', '在该户的案件中补签授权书', ['/cases', '去找案件']),
  correctPaper: () => todo('registry.correct', '先更正授权书的签署方式和日期'),
  // lines of the exchange
  registerNode: () => todo('exchange.change', '登记单位或节点、公钥和查询权', ['/lines', '去线路']),
  confirmChange: () => other('exchange.confirm', '确认这项变更', ['/lines', '去线路']),
  // casework
  fillPool: () => todo('casework.pool', '补充评议人员库', ['/deliberation', '去人员库']),
  convene: () => todo('casework.convene', '抽取评议人员', ['/deliberation', '去抽取']),
  drawSample: () => todo('casework.sample', '案件办到审批后抽签', ['/samples', '去抽签']),
  hangNotice: () => todo('casework.publish', '签批后编制并发布公示单', ['/notices', '去公示']),
  objectToNotice: () => todo('casework.object', '对公示的异议，在公示名单上登记', ['/notices?tab=posted', '去公示']),
  assignObjection: (no: string) => ({
    ...todo('casework.assign-objection', '由区级指派未参与该案的人员', [`/objections/${no}`, '去指派']),
    by: ['district_approver'],
  }),
  answerOthers: () => other('casework.answer', '书面答复', ['/objections', '去异议举报']),
  endOtherCase: () => todo('casework.open', '先办结或撤回正在办理的那一件', ['/cases?state=running', '去找案件']),
  proposeStop: () => todo('grant.propose', '决定作出后在本案“决定”部分提出停发，再由另一人决定'),
  confirmAccount: () => other('account.confirm', '对照证明材料确认账户变更', ['/accounts', '去发放账户']),
  startCleanUp: () => todo('casework.clean-up', '启动全面清理', ['/clean-up', '去启动']),
  acceptApplication: () => todo('casework.accept', '填齐后受理'),
  // payment
  makeRolls: () => todo('payment.make', '编制当月名册，再由另一人确认', ['/payments', '去编制']),
  proposeGoLive: () => todo('payment.propose', '提出启用月份，再由另一人确认', ['/payments', '去资金发放']),
  confirmGoLive: () => todo('payment.decide', '确认或驳回提出的启用月份', ['/payments', '去资金发放']),
  confirmOthersGoLive: () => other('payment.decide', '确认或驳回提出的启用月份', ['/payments', '去资金发放']),
  // policy and papers
  draftRevision: () => todo('policy.edit', '起草政策修订，另一人核对后发布', ['/policy/revisions', '去修订']),
  publishRevision: () => other('policy.publish', '核对后发布修订', ['/policy/revisions', '去修订']),
  releaseTemplate: () => other('template.release', '看过样张后发布模板', ['/templates', '去模板']),
  // administration
  changeRole: () => todo('identity.account', '确需办理的，调整岗位', ['/users', '去账号']),
  changeOwnRole: () => other('identity.account', '提出调整', ['/users', '去账号']),
  confirmRole: () => other('identity.grant', '确认岗位', ['/users', '去账号']),
  confirmSeal: () => other('seal.confirm', '确认印章', ['/divisions', '去行政区划']),
  // done on the machine, not on a page
  startJobs: () => todo('identity.account', '在服务器上启动后台任务'),
  restoreTemplate: () => todo('template.edit', '另存一版，由另一人发布', ['/templates', '去模板']),
  restoreFile: () => todo('identity.account', '在服务器上从备份恢复文件库'),
} as const satisfies Record<string, (no: string) => Todo>

/** Refusals that somebody can do something about, by the code of the problem. What is missing for a move of a case comes with its refusal. */
export const problemTodos: Readonly<Record<string, () => Todo>> = {
  'identity.not-permitted': todos.changeRole,
  'identity.own-power': todos.changeOwnRole,
  'identity.own-change': todos.confirmRole,
  'identity.seal-own': todos.confirmSeal,
  'registry.paper-unsigned': todos.correctPaper,
  'verification.no-far-node': todos.registerNode,
  'verification.same-person': todos.reviewObjection,
  'verification.ended': todos.resumeVerification,
  'verification.open-findings': todos.clearFindings,
  'verification.not-issuable': todos.issueReport,
  'clearing.same_person': todos.confirmFinding,
  'exchange.no_right': todos.registerNode,
  'exchange.unit_unknown': todos.registerNode,
  'exchange.no_key': todos.registerNode,
  'exchange.node_unknown': todos.registerNode,
  'exchange.no_centre': todos.registerNode,
  'exchange.own_change': todos.confirmChange,
  'casework.body': todos.fillPool,
  'casework.no-session': todos.convene,
  'casework.answerer': todos.answerOthers,
  'casework.running': todos.endOtherCase,
  'casework.procedure': todos.draftRevision,
  'casework.notice-rule': todos.draftRevision,
  'casework.own-revision': todos.publishRevision,
  'documents.own-template': todos.releaseTemplate,
  'registry.import-own': todos.confirmImport,
  'registry.account-waiting': todos.confirmAccount,
  'registry.account-own': todos.confirmAccount,
  'payment.no-go-live': todos.proposeGoLive,
  'payment.go-live-waiting': todos.confirmGoLive,
  'payment.go-live-own': todos.confirmOthersGoLive,
  'casework.pack-altered': todos.draftRevision,
  'server.no-queue': todos.startJobs,
  'files.lost': todos.restoreFile,
  'blob.altered': todos.restoreFile,
  'documents.template-altered': todos.restoreTemplate,
}
