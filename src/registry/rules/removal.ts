/** How much of the register a complete package may take off. */

/** So few may go whatever their share: in a small register a single household is more than the share. */
const ALWAYS_FEW = 2

/**
 * Why a package that takes so many households off is not committed; null where it may be.
 * @param mostPercent of those registered, as the pack in force has it: more is a wrong or cut file rather than a month's changes
 */
export function removalBlocked(households: number, registered: number, mostPercent: number): string | null {
  if (households <= ALWAYS_FEW || households * 100 <= registered * mostPercent) return null
  const share = ((households * 100) / registered).toFixed(1)
  return `将移出 ${households} 户，占已登记 ${registered} 户的 ${share}%，超过 ${mostPercent}% 的上限，不能写入。请核对文件是否完整；只想更新文件中的家庭的，请重新上传，不要勾选“这是完整的名册”`
}
