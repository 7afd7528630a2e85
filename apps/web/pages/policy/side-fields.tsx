import { useQuery } from '@tanstack/react-query'
import { reading } from '../../client.ts'
import { DateField } from '../../ui/date-field.tsx'
import { FieldGroup, SelectField } from '../../ui/field.tsx'

export type Side = { packId: string; on: string; revisionId: string | null }

type SideFieldsProps = {
  legend: string
  side: Side
  onChange: (side: Side) => void
  /** whether a revision may be laid over it */
  revisions?: boolean
}

/** One side of a comparison: a pack on a day, with a revision over it. */
export function SideFields({ legend, side, onChange, revisions }: SideFieldsProps) {
  const packs = useQuery(reading('casework.list-packs', {})).data?.rows ?? []
  const drafts = useQuery(reading('casework.list-revisions', { query: { pack: side.packId } })).data?.rows ?? []
  return (
    <FieldGroup label={legend} className="stack-small">
      <div className="filters">
        <SelectField
          label="政策包"
          value={side.packId}
          onPick={(packId) => onChange({ ...side, packId, revisionId: null })}
          choices={packs.map((row) => ({ value: row.packId, label: row.inUse ? `${row.label}（现用）` : row.label }))}
        />
        <DateField label="日期" value={side.on} onChange={(event) => onChange({ ...side, on: event.target.value })} />
        {revisions === true && (
          <SelectField
            label="加上修订"
            all="不加"
            value={side.revisionId ?? ''}
            onPick={(id) => {
              const from = drafts.find((row) => row.revisionId === id)?.fromOn
              onChange({ ...side, revisionId: id === '' ? null : id, on: from ?? side.on })
            }}
            choices={drafts
              .filter(({ state, changes }) => state !== 'withdrawn' && changes > 0)
              .map((row) => ({ value: row.revisionId, label: row.title }))}
          />
        )}
      </div>
    </FieldGroup>
  )
}
