/** Words for what makes this month unlike the last. */
import type { PaymentChangeKind } from '../contract/payment-change.ts'

const LABELS: Readonly<Record<PaymentChangeKind, string>> = {
  granted: '新批准',
  resumed: '恢复发放',
  back: '上月算作在别处发放',
  other_in: '其他增加',
  stopped: '停止发放',
  suspended: '暂停发放',
  elsewhere: '本月算作在别处发放',
  other_out: '其他减少',
  raised: '金额增加',
  lowered: '金额减少',
  members: '人数或组成改变，金额不变',
}

const REASONS: Readonly<Record<PaymentChangeKind, string>> = {
  granted: '审核确认决定从本月起发放',
  resumed: '上月暂停或停止发放，本月恢复',
  back: '上月已在别处发放，不计入上月应发',
  other_in: '登记的保障从本月起计算，或原登记已更正',
  stopped: '已决定停止发放，或登记的保障到上月为止',
  suspended: '已决定暂停发放',
  elsewhere: '本月已在别处发放，不计入本月应发',
  other_out: '原决定已撤回，或原登记已更正、不再属于本辖区',
  raised: '登记的金额已更正',
  lowered: '登记的金额已更正',
  members: '登记的人数或分类施保已更正',
}

const RAISED: readonly PaymentChangeKind[] = ['raised', 'lowered', 'members']

/** Label of a group. */
export function changeLabel(kind: PaymentChangeKind): string {
  return LABELS[kind]
}

/** Why one household is in its group. */
export function changeReason(kind: PaymentChangeKind, decidedAnew: boolean): string {
  return decidedAnew && RAISED.includes(kind) ? '新的决定从本月起执行' : REASONS[kind]
}
