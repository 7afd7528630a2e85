/** The pages of the product in named groups: what each shows, who works with it, and by which words it is found. */

/** Short names of the roles, as the table below has them. */
const roleOf: Readonly<Record<string, string>> = {
  admin: 'district_admin',
  centre: 'verification_centre',
  approver: 'district_approver',
  clerk: 'township_clerk',
  second: 'township_leader',
  head: 'township_head',
  village: 'village_assistant',
  inspector: 'inspector',
  leader: 'leader',
  unit: 'unit_officer',
  policy: 'policy_officer',
  payment: 'payment_officer',
  security: 'security_admin',
  auditor: 'auditor',
}

export const groups = ['办件', '核对', '发放', '名册', '公开公示', '监督', '系统'] as const
export type Group = (typeof groups)[number]

interface OfficePage {
  readonly to: string
  readonly label: string
  readonly group: Group
  /** what the page's first question takes */
  readonly permission: string
  /** who works with it day by day; whoever else may read it finds it by search */
  readonly used: string
  /** what is to be seen there */
  readonly shows: string
  /** other words people look for it by */
  readonly words: string
}

/** In the order of the navigation. */
export const officePages = [
  {
    to: '/tasks',
    label: '待办',
    group: '办件',
    permission: 'casework.move',
    used: 'centre approver clerk second head village',
    shows: '本岗位要办的步骤，按期限排列。',
    words: '任务中心 审批 审核 签批 退回 已办 办结 超期',
  },
  {
    to: '/cases',
    label: '全部案件',
    group: '办件',
    permission: 'casework.read',
    used: 'centre approver clerk second head village inspector leader',
    shows: '全部救助案件：办到哪一步、还剩几天、由谁办，可按乡镇、步骤、是否超期筛选。',
    words: '案件查询 案号 送达 告知 进度',
  },
  {
    to: '/intake',
    label: '受理',
    group: '办件',
    permission: 'casework.open',
    used: 'clerk village',
    shows: '查找家庭，开立和填写申请。',
    words: '新增申请 申请 登记 开户',
  },
  {
    to: '/deliberation',
    label: '民主评议',
    group: '办件',
    permission: 'casework.pool',
    used: 'clerk village',
    shows: '各村的评议人员库和评议会。',
    words: '评议 听证 抽取评议人员 人员库',
  },
  {
    to: '/scans',
    label: '扫描归档',
    group: '办件',
    permission: 'casework.scan',
    used: 'clerk village approver',
    shows: '扫描件归档。',
    words: '扫描件 二维码 高拍仪 材料',
  },
  {
    to: '/samples',
    label: '入户抽查',
    group: '办件',
    permission: 'casework.sample',
    used: 'approver head',
    shows: '入户抽查的抽签及其种子。',
    words: '抽签 抽查 随机',
  },
  {
    to: '/clean-up',
    label: '全面清理',
    group: '办件',
    permission: 'casework.read',
    used: 'centre approver clerk second head inspector leader',
    shows: '全面清理的进度：各乡镇已重新申请、待重新申请的户数。',
    words: '重新申请 清理规范 复核 专项治理',
  },
  {
    to: '/progress',
    label: '核对进度',
    group: '核对',
    permission: 'verification.read',
    used: 'centre approver clerk second head inspector leader',
    shows: '核对批次的进度，到乡镇、到村。',
    words: '核对批次 新建核对 信息核对',
  },
  {
    to: '/households',
    label: '家庭',
    group: '核对',
    permission: 'verification.read',
    used: 'centre approver clerk second head inspector',
    shows: '家庭的核对结论、各来源答复和疑点。',
    words: '核对结果 疑点 户 在保家庭 核对报告',
  },
  {
    to: '/units',
    label: '成员单位',
    group: '核对',
    permission: 'verification.read',
    used: 'centre inspector leader',
    shows: '各成员单位答复了多少、超时多少。',
    words: '部门 来源 催办 答复',
  },
  {
    to: '/lines',
    label: '线路',
    group: '核对',
    permission: 'exchange.read',
    used: 'centre approver admin security',
    shows: '与成员单位的线路：通断、延误、对账。',
    words: '节点 公钥 查询权 数据交换 接口',
  },
  {
    to: '/payments',
    label: '资金发放',
    group: '发放',
    permission: 'payment.read',
    used: 'payment approver head inspector leader',
    shows: '每月应发、名册、差异和确认情况。',
    words: '发放名册 花名册 银行 低保金 启用月份',
  },
  {
    to: '/accounts',
    label: '发放账户',
    group: '发放',
    permission: 'account.read',
    used: 'payment approver clerk second head',
    shows: '等待确认的发放账户登记和变更。',
    words: '银行卡 存折 账号 开户银行',
  },
  {
    to: '/imports',
    label: '导入',
    group: '名册',
    permission: 'registry.see-import',
    used: 'centre approver clerk second head admin',
    shows: '名册的导入记录和退回的行。',
    words: '上传 花名册 Excel 退回行 撤回导入',
  },
  {
    to: '/quality',
    label: '数据质量',
    group: '名册',
    permission: 'registry.read',
    used: 'centre clerk second head inspector',
    shows: '各乡镇人员信息一次正确率，账户和授权书的核查。',
    words: '一次正确率 校验 错误',
  },
  {
    to: '/tables',
    label: '表格导入',
    group: '名册',
    permission: 'table.hand-in',
    used: 'clerk second head village admin',
    shows: '按模板导入表格。',
    words: '模板 批量 上传表格',
  },
  {
    to: '/duty',
    label: '包村',
    group: '名册',
    permission: 'duty.assign',
    used: 'admin clerk second head',
    shows: '谁负责哪个村。',
    words: '包村干部 责任人',
  },
  {
    to: '/notices',
    label: '公示',
    group: '公开公示',
    permission: 'casework.read',
    used: 'clerk village approver second head inspector',
    shows: '正在公示和公示期满的名单。',
    words: '公示单 张贴 照片 公告',
  },
  {
    to: '/standing-list',
    label: '在保名单',
    group: '公开公示',
    permission: 'casework.read',
    used: 'clerk village approver inspector',
    shows: '各村长期公示的在保名单。',
    words: '长期公示 低保户名单',
  },
  {
    to: '/objections',
    label: '异议举报',
    group: '公开公示',
    permission: 'casework.objections',
    used: 'clerk second head approver inspector',
    shows: '异议、举报和投诉，以及答复。',
    words: '投诉 举报 信访 答复',
  },
  {
    to: '/statistics',
    label: '统计',
    group: '监督',
    permission: 'verification.statistics',
    used: 'centre approver second head inspector leader',
    shows: '核对结论、疑点和金额的统计。',
    words: '报表 汇总 数字',
  },
  {
    to: '/exports',
    label: '导出',
    group: '监督',
    permission: 'export.use',
    used: 'centre approver clerk second head inspector leader payment',
    shows: '导出表格和下载。',
    words: '下载 Excel 工作簿',
  },
  {
    to: '/looks',
    label: '查询留痕',
    group: '监督',
    permission: 'journal.read',
    used: 'auditor inspector',
    shows: '谁在何时看过一个人的信息，哪些查看不寻常。',
    words: '谁看过 日志 审计 异常查看',
  },
  {
    to: '/proofs',
    label: '存证检查',
    group: '监督',
    permission: 'journal.proofs',
    used: 'auditor security inspector',
    shows: '日志、封记和核对报告是否还是当初的样子。',
    words: '封记 防篡改 完整性',
  },
  {
    to: '/users',
    label: '账号',
    group: '系统',
    permission: 'identity.users',
    used: 'admin security auditor',
    shows: '账号、岗位和待确认的变更。',
    words: '用户 岗位 权限 重置口令 解锁',
  },
  {
    to: '/divisions',
    label: '行政区划',
    group: '系统',
    permission: 'seal.keep',
    used: 'admin security',
    shows: '乡镇街道、村社区和机关印章。',
    words: '村 社区 乡镇 印章 区划代码',
  },
  {
    to: '/background',
    label: '后台任务',
    group: '系统',
    permission: 'system.retry',
    used: 'admin',
    shows: '停下的后台任务，可再试一次。',
    words: '失败 重试',
  },
  {
    to: '/calendar',
    label: '工作日历',
    group: '系统',
    permission: 'calendar.edit',
    used: 'admin',
    shows: '工作日和节假日。',
    words: '节假日 调休 放假',
  },
  {
    to: '/policy',
    label: '政策',
    group: '系统',
    permission: 'policy.read',
    used: 'policy approver centre',
    shows: '政策包：标准、扣减、期限及其依据。',
    words: '低保标准 修订 测算 重算 依据 条款',
  },
  {
    to: '/templates',
    label: '文书模板',
    group: '系统',
    permission: 'template.read',
    used: 'admin policy approver',
    shows: '文书模板。',
    words: '通知书 告知书 打印格式',
  },
  {
    to: '/dictionary',
    label: '数据字典',
    group: '系统',
    permission: 'division.read',
    used: 'admin',
    shows: '各代码表。',
    words: '代码 字典',
  },
  {
    to: '/data-standard',
    label: '数据标准',
    group: '系统',
    permission: 'standard.read',
    used: 'admin unit centre',
    shows: '本系统的数据项与部颁标准的对应。',
    words: '部颁标准 数据项 对照',
  },
] as const satisfies readonly OfficePage[]

export type Page = (typeof officePages)[number]

/** The pages a role works with, in the order of the navigation. */
export function pagesOf(role: string): readonly Page[] {
  return officePages.filter(({ used }) => used.split(' ').some((name) => roleOf[name] === role))
}

/** The same by group; a group without a page is left out. @param home the page that stands before the groups */
export function groupsOf(role: string, home?: string): readonly { readonly group: Group; readonly pages: readonly Page[] }[] {
  const pages = pagesOf(role).filter(({ to }) => to !== home)
  return groups
    .map((group) => ({ group, pages: pages.filter((page) => page.group === group) }))
    .filter((each) => each.pages.length > 0)
}
