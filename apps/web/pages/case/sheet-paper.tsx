import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ErrorPanel } from '../../ui/states.tsx'
import { savePaper } from './print-menu.tsx'

/** The sheet of the assessment as paper, where the sheet and the papers of the case stand. */
export function SheetPaper({ caseNo }: { caseNo: string }) {
  const queries = useQueryClient()
  const making = useMutation({
    mutationFn: () => savePaper(caseNo, { form: 'three-plus-one', label: '测评表' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['casework.open-case'] }),
  })
  return (
    <div className="no-print">
      {making.isError && <ErrorPanel error={making.error} />}
      <button type="button" className="button" disabled={making.isPending} onClick={() => making.mutate()}>
        {making.isPending ? '正在生成…' : '打印综合测评表（3+1）'}
      </button>
    </div>
  )
}
