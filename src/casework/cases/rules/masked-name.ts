/**
 * Names of a list as they may be shown.
 *
 * M1 a masked name keeps surname and last character (王*英, 欧阳*, 赵*); M2 two different names of one list that are masked alike are told
 * apart by 甲, 乙, …; the same name twice stays the same; M3 a minor never stands as applicant by name: only the surname is published.
 */
import { maskName } from '#kernel/person-name'

const STEMS = [...'甲乙丙丁戊己庚辛壬癸']

/** What stands for a given name that is never published. */
const HIDDEN = '某某'

/** The name a list publishes for an applicant: of a minor only the surname. */
export function publishedName(name: string, minor: boolean): string {
  if (!minor) return name
  const masked = maskName(name)
  const surname = masked.includes('*') ? masked.slice(0, masked.indexOf('*')) : [...name].slice(0, 1).join('')
  return `${surname}${HIDDEN}`
}

function masked(name: string): string {
  return name.endsWith(HIDDEN) || name.includes('*') ? name : maskName(name)
}

/** 甲 to 癸, then numbers: enough for any list. */
function stemAt(at: number): string {
  return STEMS[at] ?? String(at + 1)
}

/** The names of one list, masked, in the order given. */
export function maskNames(names: readonly string[]): string[] {
  const alike = new Map<string, string[]>()
  for (const name of names) {
    const shown = masked(name)
    const known = alike.get(shown) ?? []
    if (!known.includes(name)) alike.set(shown, [...known, name])
  }
  return names.map((name) => {
    const shown = masked(name)
    const group = alike.get(shown) ?? []
    return group.length < 2 ? shown : `${shown}${stemAt(group.indexOf(name))}`
  })
}
