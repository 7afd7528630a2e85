import { Link } from '@tanstack/react-router'
import type { FormProps } from '../form-props.ts'

/** The body is drawn for the cases of a village together, on the village's own page. */
export function ConveneForm({ view }: FormProps) {
  return (
    <div className="stack">
      <p>评议人员按村（社区）抽取，一次评议会可以评议多户。请到本村的民主评议页勾选案件并抽取人员。</p>
      <div className="row">
        <Link className="button primary" to="/deliberation" search={{ village: view.head.villageCode, case: view.head.caseNo }}>
          去{view.head.villageName}民主评议
        </Link>
      </div>
    </div>
  )
}
