/** Words for doubles, and which of them keep a household from being paid. Pure. */
import type { DoubleKind, DoubleVerdict } from '../contract/double.ts'

const KINDS: Readonly<Record<DoubleKind, string>> = { person: '同一人在两户', account: '同一账户' }

/** Label of a kind of double. */
export function doubleLabel(kind: DoubleKind): string {
  return KINDS[kind]
}

/** Whether the household is paid under a decision. */
export function paysUnder(verdict: DoubleVerdict): boolean {
  return verdict !== 'duplicate'
}

/** Whether a verdict says something about a kind of double. */
export function fitsKind(verdict: DoubleVerdict, kind: DoubleKind): boolean {
  if (verdict === 'shared') return kind === 'account'
  return verdict !== 'mistaken' || kind === 'person'
}

/** A double as it is told: who or what, and where else. */
export interface ToldDouble {
  readonly kind: DoubleKind
  /** the person; empty for an account */
  readonly who: string
  readonly other: { readonly name: string; readonly no: string; readonly township: string; readonly within: boolean } | null
  /** households that have the number */
  readonly many: number
}

/** What is double, and the other household: its number within the caller's range, else only its township. */
export function doubleText({ kind, who, other, many }: ToldDouble): string {
  if (other === null) return kind === 'person' ? `${who}的号码登记在 ${many} 户` : `账号为 ${many} 户共用`
  const where = other.within ? `${other.name}户（${other.no}）` : `${other.township}的一户家庭`
  return kind === 'person' ? `${who}同时是${where}的成员` : `账号与${where}相同`
}
