import { useState } from 'react'
import { useCan } from '../../session.ts'
import type { Correction } from './correct-dialog.tsx'
import { CorrectDialog } from './lazy-correct.tsx'

/** The withdrawal of an authorisation is a correction of its paper: from that day on nothing more is asked. */
function withdrawalOf(name: string, authorisationNo: string): Correction {
  return {
    table: 'authorisations',
    key: authorisationNo,
    title: `登记 ${name} 撤回授权`,
    fields: [
      { column: 'withdrawn_on', label: '撤回日期', value: '', type: 'date', hint: '自这一天起不再查询，未答复的查询立即停止。' },
    ],
  }
}

/** Enters the withdrawal of one paper; shown to those who may correct. */
export function WithdrawButton({ name, authorisationNo }: { name: string; authorisationNo: string }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can('registry.correct')) return null
  return (
    <>
      <button type="button" className="button no-print" onClick={() => setOpen(true)}>
        登记撤回授权<span className="hidden">：{name}</span>
      </button>
      {open && <CorrectDialog correction={withdrawalOf(name, authorisationNo)} onClose={() => setOpen(false)} />}
    </>
  )
}
