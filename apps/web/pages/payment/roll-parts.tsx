import { Link } from '@tanstack/react-router'
import type { PaymentRoll } from '#benefits/contract'
import { Tag } from '../../ui/tag.tsx'

/** Whom a line pays: the case that decided it, or that it is an older grant which runs on. */
export function Grantee({ name, caseNo }: { name: string; caseNo: string | null }) {
  if (caseNo === null) {
    return (
      <>
        {name} <Tag tone="grey">原批准</Tag>
      </>
    )
  }
  return (
    <Link to="/cases/$caseNo" params={{ caseNo }}>
      {name}
    </Link>
  )
}

/** Heads of the columns of money, in yuan. */
export function MoneyHeads() {
  return (
    <>
      <th scope="col" className="num">
        基本金额（元）
      </th>
      <th scope="col" className="num">
        分类施保（元）
      </th>
      <th scope="col" className="num">
        合计（元）
      </th>
    </>
  )
}

/** Which rolls are ticked to be confirmed. */
export interface Choice {
  chosen: ReadonlySet<string>
  mayConfirm: boolean
  onChoose: (chosen: ReadonlySet<string>) => void
}

/** Whether the caller may still confirm a roll: it is open and somebody else made it. */
export function mayConfirmNow(roll: PaymentRoll): boolean {
  return roll.confirmedAt === null && !roll.mine
}
