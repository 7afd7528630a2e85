import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import type { Campaign } from '#verification/contract'
import { reading } from '../../client.ts'
import { SelectField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
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
      choices={rows.map((c) => ({ value: c.campaignId, label: `${c.title}（${chineseDate(c.asOf)}）` }))}
    />
  )
}

/** What a page shows while there is no campaign to speak of. */
export function NoCampaign({ query }: { query: UseQueryResult<unknown> }) {
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (query.data === undefined) return <Loading />
  return (
    <Empty title="还没有核对批次">
      <p>
        <Hint todo={todos.importDistrict()} lead="先：" />
      </p>
      <p>
        <Hint todo={todos.startCampaign()} lead="再：" />
      </p>
    </Empty>
  )
}
