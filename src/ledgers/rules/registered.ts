/** What the registry has of the households and persons that a workbook speaks of. */

export interface RegisteredHousehold {
  readonly householdNo: string
  /** By column, written as a core file has it; only what is not empty. */
  readonly given: Readonly<Record<string, string>>
}

export interface RegisteredPerson {
  readonly personNo: string
  readonly householdNo: string
  readonly idNumber: string
  readonly given: Readonly<Record<string, string>>
}

export interface RegisteredPayment {
  readonly paymentNo: string
  readonly given: Readonly<Record<string, string>>
}

export interface Registered {
  readonly households: ReadonlyMap<string, RegisteredHousehold>
  /** Persons by citizen number. */
  readonly byNumber: ReadonlyMap<string, readonly RegisteredPerson[]>
  /** Persons by household. */
  readonly members: ReadonlyMap<string, readonly RegisteredPerson[]>
  /** Payments by household and month, with a line break between. */
  readonly payments: ReadonlyMap<string, RegisteredPayment>
  /** Households by the digits of their account. */
  readonly byAccount: ReadonlyMap<string, readonly string[]>
}

/** What is to be looked up. */
export interface Wanted {
  readonly householdNos: readonly string[]
  readonly idNumbers: readonly string[]
  readonly accounts: readonly string[]
}
