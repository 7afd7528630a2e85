/** What an action did, as a sentence for the person whose data it was. An action without one shows its name. */
const sentences: Readonly<Record<string, string>> = {
  'identity.sign-in': '登录系统',
  'identity.sign-out': '退出系统',
  'journal.list-looks': '查询谁看过此人的信息',
  'registry.open-household': '查看家庭登记信息',
  'registry.reveal-number': '查看完整证件号码',
  'registry.correct-field': '更正登记信息',
  'registry.correct-row': '更正退回的数据行',
  'registry.open-quarantine-row': '查看退回的数据行',
  'registry.start-import': '导入数据',
  'registry.export-package': '导出数据',
  'registry.download-quarantine': '下载退回的数据行',
  'export.table': '导出名册（工作簿）',
  'casework.open': '开立案件',
  'casework.open-draft': '查看申请内容',
  'casework.save-draft': '填写申请内容',
  'casework.print-paper': '打印申请材料',
  'casework.file-related': '登记近亲属备案',
  'casework.settle-old-grant': '处理原低保待遇',
  'verification.query': '向协查单位查询',
  'verification.compare': '比对申报与查询结果',
  'verification.open-household': '查看家庭核对结果',
  'verification.explain-household': '查看核对数字的由来',
  'verification.clear-finding': '核实一条核对结果',
  'verification.confirm-clearing': '复核一条核对结果',
  'verification.reopen-finding': '重新打开一条核对结果',
  'verification.read-report': '查看核对报告',
  'verification.print-report': '打印核对报告',
  'verification.print-village': '打印全村核对报告',
  'verification.issue-report': '签发核对报告',
  'verification.raise-objection': '登记异议',
  'verification.review-objection': '复核异议',
  'verification.suspend-household': '中止核对',
  'verification.terminate-household': '终止核对',
  'verification.resume-household': '恢复核对',
  'verification.rerun-household': '重新核对一户',
}

/** Chinese sentence of an action's name. */
export function actionSentence(action: string): string {
  return sentences[action] ?? action
}
