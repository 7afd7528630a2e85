import { useQuery } from '@tanstack/react-query'
import { reading } from '../../client.ts'
import { SelectField } from '../../ui/field.tsx'

const townships = reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } })

/** Whether the townships are still on their way. */
export function useTownshipsComing(): boolean {
  return useQuery(townships).isPending
}

/** Townships of the caller's area as choices. */
export function useTownships(): readonly { value: string; label: string }[] {
  const query = useQuery(townships)
  return (query.data?.rows ?? []).map((d) => ({ value: d.code, label: d.name }))
}

function useVillagesQuery(township: string) {
  return useQuery({
    ...reading('registry.list-divisions', { query: { parent: township, level: 'village', limit: 1000 } }),
    enabled: township !== '',
  })
}

/** Whether the villages of a township are still on their way. */
export function useVillagesComing(township: string): boolean {
  return useVillagesQuery(township).isLoading
}

/** Villages of a township as choices; none without one. */
export function useVillages(township: string): readonly { value: string; label: string }[] {
  const query = useVillagesQuery(township)
  return township === '' ? [] : (query.data?.rows ?? []).map((d) => ({ value: d.code, label: d.name }))
}

export type PlaceLevel = 'district' | 'township' | 'village'

type PlaceProps = {
  level: PlaceLevel
  /** The whole district, for those who work there. */
  district: { code: string; name: string }
  township: string
  village: string
  onPick: (place: { township: string; village: string }) => void
  error: string | undefined
}

/** The area of an account: the district, a township, or a village of one. */
export function PlaceChoice({ level, district, township, village, onPick, error }: PlaceProps) {
  const townships = useTownships()
  const villages = useVillages(level === 'village' ? township : '')
  if (level === 'district')
    return (
      <SelectField
        label="辖区"
        value={district.code}
        onPick={() => undefined}
        choices={[{ value: district.code, label: district.name }]}
      />
    )
  return (
    <>
      <SelectField
        label={level === 'township' ? '辖区（乡镇、街道）' : '乡镇、街道'}
        all="请选择"
        value={township}
        onPick={(code) => onPick({ township: code, village: '' })}
        choices={townships}
        error={township === '' ? error : undefined}
      />
      {level === 'village' && (
        <SelectField
          label="辖区（村、社区）"
          all="请选择"
          value={village}
          onPick={(code) => onPick({ township, village: code })}
          choices={villages}
          error={township !== '' && village === '' ? error : undefined}
        />
      )}
    </>
  )
}
