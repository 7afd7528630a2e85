import type { DraftConflict } from '#casework/contract'
import { SECTION_LABELS } from '#casework/words'
import { instant } from '../../format.ts'
import type { DraftPart } from './parts.ts'
import type { Saving } from './use-saving.ts'

function nameOf(saving: Saving, { section, row }: DraftConflict): string {
  if (section === 'household') return ''
  const name = saving.valueOf(section, row, 'name')
  return name === '' ? '' : `（${name}）`
}

type OneProps = { saving: Saving; conflict: DraftConflict; onGo: (part: DraftPart) => void }

function One({ saving, conflict, onGo }: OneProps) {
  const { section, column, columnLabel, mine, theirs, gone, by, at } = conflict
  const where = column === '' ? columnLabel : `${SECTION_LABELS[section]}${nameOf(saving, conflict)}的“${columnLabel}”`
  return (
    <li className="stack-small">
      <p>
        {where}在另一处改过（{by} {instant(at)} 保存）。您{column === '' ? '要' : '填的是'}“{mine}”，
        {gone ? '这一行已被删除。' : `现在是“${theirs}”。`}
      </p>
      <div className="row">
        {!gone && (
          <button type="button" className="button" onClick={() => saving.settle(conflict, true)}>
            {column === '' ? '仍然移除' : '用我填的'}
            <span className="hidden">：{columnLabel}</span>
          </button>
        )}
        <button type="button" className="button" onClick={() => saving.settle(conflict, false)}>
          {gone ? '知道了' : column === '' ? '不移除' : '用对方的'}
          <span className="hidden">：{columnLabel}</span>
        </button>
        <button type="button" className="button plain" onClick={() => onGo(section)}>
          去看这一部分<span className="hidden">：{columnLabel}</span>
        </button>
      </div>
    </li>
  )
}

/** Places for which there are two values, whatever part of the application is open: nothing was overwritten, a person chooses. */
export function DraftConflicts({ saving, onGo }: { saving: Saving; onGo: (part: DraftPart) => void }) {
  return (
    <div className="notice amber" role="alert">
      <p className="strong">{saving.conflicts.length} 处与另一页面或他人填写的不一致，您填的没有覆盖对方的，请逐处选择</p>
      <ul className="stack-small">
        {saving.conflicts.map((conflict) => (
          <One key={`${conflict.section} ${conflict.row} ${conflict.column}`} saving={saving} conflict={conflict} onGo={onGo} />
        ))}
      </ul>
    </div>
  )
}
