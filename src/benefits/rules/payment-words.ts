/** Words for the differences between what stands and the rolls, and for a grant that was only registered. */
import type { ClearanceKind } from '../contract/go-live.ts'
import type { DifferenceKind } from '../contract/payment.ts'

const LABELS: Readonly<Record<DifferenceKind, string>> = {
  no_account: '没有开户银行或账号',
  stopped: '已停发',
  suspended: '暂停发放',
  paid_elsewhere: '已在别处发放',
  double: '与其他家庭重复',
  not_made: '尚未编入名册',
  undone: '名册上的决定已撤回',
  amount: '金额不符',
  expired: '有效期已过',
}

const REASONS: Readonly<Record<DifferenceKind, string>> = {
  no_account: '该户没有登记开户银行或账号：由乡镇（街道）经办人登记账户，另一人确认后再编名册',
  stopped: '保障已在本月之前终止：不再编入名册；已经编入的名册不能确认，请查明后撤回名册重新编制',
  suspended: '已决定暂停发放：恢复之前不编入名册；已经编入而未确认的名册不能确认，请撤回名册重新编制',
  paid_elsewhere:
    '导入的发放记录显示该户本月已在别处发放：由资金发放员提出算作已发或仍要发放，写明理由，另一人确认；处理之前不编入名册，已经编入的名册不能确认',
  double:
    '同一人或同一账户也在另一户在保家庭：由资金发放员提出照常发放或暂不发放，写明理由，另一人确认；处理之前不编入名册，已经编入的名册不能确认',
  not_made: '还没有编入本月名册，请编制；已经编过的再次编制，补入本月',
  undone: '名册编制后决定被撤回，该名册不能确认，请查明后撤回名册重新编制',
  amount: '名册编制后金额有变动，请查明差额；名册未确认的，撤回后重新编制',
  expired: '决定的有效期已过；到期不自动停发，请复核后作出决定',
}

/** Label of a kind of difference. */
export function differenceLabel(kind: DifferenceKind): string {
  return LABELS[kind]
}

/** Why a household is on a decision but not on a roll as decided, and what to do. */
export function differenceReason(kind: DifferenceKind): string {
  return REASONS[kind]
}

/** What stands where a decision's number would, for a grant that was registered and runs on. */
export const RUNS_ON = '原批准'

const CLEARANCES: Readonly<Record<ClearanceKind, string>> = { counts: '算作已发', pay: '仍要发放' }

/** How what was paid elsewhere is cleared. */
export function clearanceLabel(kind: ClearanceKind): string {
  return CLEARANCES[kind]
}

/** Why a household stays a difference although its payment elsewhere counts: an open roll lists it. */
export const STILL_LISTED = '已确认算作已发，但仍在未确认的名册上：请撤回该名册，再重新编制'
