import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Division } from '#registry/contract'
import { reading } from '../../client.ts'
import { SelectField, TextField } from '../../ui/field.tsx'

type SearchProps = { label: string; word: string | undefined; onType: (word: string) => void }

/** A search box: the list follows while typing, a moment after the last key. */
export function SearchBox({ label, word = '', onType }: SearchProps) {
  const [text, setText] = useState(word)
  const [seen, setSeen] = useState(word)
  if (seen !== word) {
    setSeen(word)
    if (text.trim() !== word) setText(word)
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  function type(next: string) {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onType(next.trim()), 250)
  }
  return (
    <TextField
      label={label}
      wide
      type="search"
      value={text}
      onChange={(event) => type(event.target.value)}
      autoComplete="off"
      maxLength={40}
    />
  )
}

/** A division with the names people may still know it by. */
export function divisionLabel(division: Pick<Division, 'name' | 'formerly'>): string {
  const names = [...new Set(division.formerly.map((former) => former.name))].filter((name) => name !== division.name)
  return names.length === 0 ? division.name : `${division.name}（原${names.join('、')}）`
}

type Place = { township?: string | undefined; village?: string | undefined }

/** Township, then its villages. */
export function PlaceFields({ place, onPick }: { place: Place; onPick: (place: Place) => void }) {
  const townships = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } })).data?.rows ?? []
  const villages = useQuery({
    ...reading('registry.list-divisions', { query: { parent: place.township, limit: 1000 } }),
    enabled: place.township !== undefined,
  })
  return (
    <>
      <SelectField
        label="乡镇街道"
        all="全部"
        value={place.township ?? ''}
        onPick={(township) => onPick({ township, village: undefined })}
        choices={townships.map((d) => ({ value: d.code, label: divisionLabel(d) }))}
      />
      <SelectField
        label="村社区"
        all={place.township === undefined ? '先选乡镇' : '全部'}
        value={place.village ?? ''}
        onPick={(village) => onPick({ village })}
        choices={(villages.data?.rows ?? []).map((d) => ({ value: d.code, label: divisionLabel(d) }))}
      />
    </>
  )
}
