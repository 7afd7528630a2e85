/** How a case ended and where it came from: words alone, so that a page can have them without the schemas. */
export const resultLabels = {
  granted: '已纳入保障',
  refused: '不予批准',
  rejected_at_intake: '不予受理',
  discarded: '草稿作废',
  withdrawn: '申请人撤回',
  terminated: '终止办理',
} as const

export const originLabels = {
  application: '本人申请',
  proxy: '委托代为申请',
  found: '主动发现',
  clean_up: '全面清理',
  review: '定期复核',
} as const
