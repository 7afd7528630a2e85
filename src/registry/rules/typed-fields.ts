/** What a clerk types into a row of the registry and can be checked by itself, beside the checks of every row. */
import { accountFault } from '#kernel/bank-account'
import { isDate } from '#kernel/dates'
import { readIdNumber } from '#kernel/id-number'
import { contradictions, nameFault, phoneFault } from '#kernel/typed-person'

export interface TypedFault {
  readonly column: string
  readonly message: string
}

const faults: Readonly<Record<string, (text: string) => string | null>> = {
  name: nameFault,
  phone: phoneFault,
  account_holder: nameFault,
  account_no: accountFault,
}

type Fields = Readonly<Record<string, string>>

/** Faults of the fields that were typed; `whole` is the row as it would stand. What nobody touched is left as it came. */
export function typedFaults(
  table: string,
  typed: Fields,
  whole: Fields,
  { on, maxAge }: { on: string; maxAge: number },
): TypedFault[] {
  const own = Object.entries(typed).flatMap(([column, text]): TypedFault[] => {
    const message = text === '' ? null : (faults[column]?.(text) ?? null)
    return message === null ? [] : [{ column, message }]
  })
  const touches = ['id_number', 'gender', 'birth_date'].some((column) => Object.hasOwn(typed, column))
  if (table !== 'persons' || !touches) return own
  const idNumber = readIdNumber(whole.id_number ?? '', on, maxAge).value
  if (idNumber === null) return own
  // a date or code as another system writes it is read by the row's own checks
  const born = whole.birth_date ?? ''
  const { gender, birthDate } = contradictions({ idNumber, gender: whole.gender, birthDate: isDate(born) ? born : '' })
  return [
    ...own,
    ...(gender === undefined ? [] : [{ column: 'gender', message: gender }]),
    ...(birthDate === undefined ? [] : [{ column: 'birth_date', message: birthDate }]),
  ]
}
