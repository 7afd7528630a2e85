import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Campaign } from '#verification/contract'
import { reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { SelectField } from '../../ui/field.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'

/** All campaigns, newest first, and the one that is meant: by number, else the newest. */
export function useCampaign(wanted: string | undefined) {
  const query = useQuery(reading('verification.list-campaigns', {}))
  const rows = query.data?.rows ?? []
  return { query, rows, campaign: rows.find((c) => c.campaignId === wanted) ?? rows[0] }
}

type ChoiceProps = { rows: readonly Campaign[]; campaign: Campaign; onPick: (campaignId: string) => void }

/** Choice of the campaign, shown only where there is one. */
export function CampaignChoice({ rows, campaign, onPick }: ChoiceProps) {
  if (rows.length < 2) return null
  return (
    <SelectField
      label="核对批次"
      value={campaign.campaignId}
      onPick={onPick}
      choices={rows.map((c) => ({ value: c.campaignId, label: `${c.title}（${c.asOf}）` }))}
    />
  )
}

/** What a page shows while there is no campaign to speak of. */
export function NoCampaign({ query }: { query: UseQueryResult<unknown> }) {
  const can = useCan()
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (query.data === undefined) return <Loading />
  return (
    <Empty title="还没有核对批次">
      {can('registry.import') ? (
        <p>
          先<Link to="/imports">导入名册</Link>，再在“核对进度”里新建批次。
        </p>
      ) : (
        <p>核对中心建立批次后，这里显示进度。</p>
      )}
    </Empty>
  )
}
