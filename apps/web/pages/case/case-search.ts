import { useSearch } from '@tanstack/react-router'

/** The filters of the list of cases, as they stand in the address. */
export type CaseSearch = ReturnType<typeof useCaseSearch>

/** Reads them. */
export function useCaseSearch() {
  return useSearch({ from: '/office/cases' })
}
