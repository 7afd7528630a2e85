/** Which elements and codes the choices of the page leave, and its words with their tones. */
import type { DataElement, MappedList, Sensitivity, StandardMark } from '#verification/contract'
import type { Tone } from '../../wording.ts'

export const markTones: Readonly<Record<StandardMark, Tone>> = {
  sourced: 'green',
  known: 'blue',
  uncertain: 'amber',
  proposal: 'grey',
}

export const sensitivityTones: Readonly<Record<Sensitivity, Tone>> = {
  identifier: 'red',
  sensitive: 'amber',
  personal: 'blue',
  none: 'grey',
}

/** The page's address. `id`: whether the standard's own identifier (for a code, its code) is known. */
export interface StandardSearch {
  readonly part?: string | undefined
  readonly class?: string | undefined
  readonly mark?: string | undefined
  readonly id?: string | undefined
  readonly sensitivity?: string | undefined
  readonly q?: string | undefined
}

const fits = (choice: string | undefined, value: string): boolean => choice === undefined || choice === '' || choice === value
const stateOf = (id: string | null): string => (id === null ? 'blank' : 'known')
const says = (texts: readonly (string | null)[], word: string): boolean =>
  texts.some((text) => text?.toLowerCase().includes(word) === true)
const wordOf = ({ q = '' }: StandardSearch): string => q.trim().toLowerCase()

/** Whether any choice narrows what is shown. */
export function isNarrowed({ part: _, ...choices }: StandardSearch): boolean {
  return Object.values(choices).some((choice) => choice !== undefined && choice.trim() !== '')
}

/** Elements that fit every choice. */
export function chosenElements(elements: readonly DataElement[], search: StandardSearch): DataElement[] {
  const word = wordOf(search)
  return elements.filter(
    (each) =>
      fits(search.class, each.class) &&
      fits(search.mark, each.mark) &&
      fits(search.sensitivity, each.sensitivity) &&
      fits(search.id, stateOf(each.standardId)) &&
      says([each.tableLabel, each.table, each.label, each.column, each.definition, each.reference, each.standardId], word),
  )
}

/** Lists with the codes that fit every choice; a list that is itself named keeps all that fit the others. */
export function chosenLists(lists: readonly MappedList[], search: StandardSearch): MappedList[] {
  const word = wordOf(search)
  return lists.flatMap((list) => {
    const named = says([list.label, list.list, list.reference], word)
    const codes = list.codes.filter(
      (each) =>
        fits(search.mark, each.mark ?? list.mark) &&
        fits(search.id, stateOf(each.standardCode)) &&
        (named || says([each.code, each.label, each.standardCode, each.standardLabel], word)),
    )
    return codes.length === 0 ? [] : [{ ...list, codes }]
  })
}
