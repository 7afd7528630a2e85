/** What the registry tells of a person (Member) and a household (Group), by what it may be asked for, and which rights cover it. */

export const RECORD_TYPES = ['Member', 'Group'] as const
export type RecordType = (typeof RECORD_TYPES)[number]

export const QUERY_TYPES = ['idtype-value', 'expression', 'predicate'] as const
export type QueryType = (typeof QUERY_TYPES)[number]

export const EVENT_TYPES = ['REGISTER', 'NewHouseHoldMember'] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Attributes that a right names one by one; nothing else leaves the registry. */
export const GRANTS = {
  Member: [
    'identifier',
    'name',
    'sex',
    'birth_date',
    'marital_status',
    'employment_status',
    'is_disabled',
    'relationship',
    'group_identifier',
    'place',
    'programme',
  ],
  Group: ['group_identifier', 'group_type', 'group_size', 'member_list', 'place', 'programme'],
} as const satisfies Record<RecordType, readonly string[]>
export type Grant = (typeof GRANTS)[RecordType][number]

export const OPERATORS = ['eq', 'in', 'gt', 'ge', 'lt', 'le'] as const
export type Operator = (typeof OPERATORS)[number]

/** An attribute that a query may compare. */
export interface Comparable {
  /** Names under which senders know it, in lower case. */
  readonly names: readonly string[]
  readonly operators: readonly Operator[]
  readonly values: 'citizen-number' | 'text' | 'date' | 'month' | 'count' | 'division' | { readonly codes: readonly string[] }
  /** The grant it needs; null: asking by it says only what the sender knows already. */
  readonly grant: Grant | null
}

const same = ['eq', 'in'] as const
const ordered = ['eq', 'gt', 'ge', 'lt', 'le'] as const

/** DCI code → ours. */
export const SEX = { male: ['1'], female: ['2'], unknown: ['0', '9'] } as const
export const MARITAL = { S: ['10'], M: ['20', '21', '22', '23'], W: ['30'], D: ['40'], U: ['90'] } as const
export const EMPLOYMENT = {
  '1': ['employed', 'flexible'],
  '2': ['registered_unemployed', 'unregistered_unemployed', 'unable', 'elderly', 'minor', 'student'],
} as const
export const PROGRAMMES = { 'dibao-urban': ['urban'], 'dibao-rural': ['rural'] } as const
export const ENROLMENT = { active: ['active'], ended: ['ended'] } as const

const shared = {
  group_identifier: {
    names: ['group_identifier', 'household_no', 'household_id'],
    operators: same,
    values: 'text',
    grant: null,
  },
  place: { names: ['place', 'location', 'division_code'], operators: same, values: 'division', grant: 'place' },
  programme: {
    names: ['programme', 'programme_identifier'],
    operators: same,
    values: { codes: Object.keys(PROGRAMMES) },
    grant: 'programme',
  },
  enrolment_date: { names: ['enrolment_date'], operators: ordered, values: 'month', grant: 'programme' },
  enrolment_status: {
    names: ['enrolment_status'],
    operators: same,
    values: { codes: Object.keys(ENROLMENT) },
    grant: 'programme',
  },
} as const satisfies Record<string, Comparable>

export const COMPARABLE: Readonly<Record<RecordType, Readonly<Record<string, Comparable>>>> = {
  Member: {
    identifier: {
      names: ['identifier', 'identifier_value', 'uin', 'nin', 'nid', 'nationalid', 'national_id', 'citizen_number'],
      operators: same,
      values: 'citizen-number',
      grant: null,
    },
    name: { names: ['name'], operators: ['eq'], values: 'text', grant: 'name' },
    sex: { names: ['sex', 'gender'], operators: same, values: { codes: Object.keys(SEX) }, grant: 'sex' },
    birth_date: { names: ['birth_date'], operators: ordered, values: 'date', grant: 'birth_date' },
    marital_status: {
      names: ['marital_status'],
      operators: same,
      values: { codes: Object.keys(MARITAL) },
      grant: 'marital_status',
    },
    employment_status: {
      names: ['employment_status'],
      operators: same,
      values: { codes: Object.keys(EMPLOYMENT) },
      grant: 'employment_status',
    },
    ...shared,
  },
  Group: {
    ...shared,
    group_size: { names: ['group_size', 'household_size'], operators: ordered, values: 'count', grant: 'group_size' },
  },
}

/** A query after reading: what the store makes a WHERE of. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare'
      readonly attribute: string
      readonly operator: Operator
      readonly values: readonly (string | number)[]
    }

/** A right of a partner: what it may ask for which purpose. Nothing is allowed that no right names. */
export interface Right {
  readonly purpose: string
  readonly recordType: RecordType
  readonly attributes: readonly string[]
  readonly queries: readonly string[]
  readonly events: readonly string[]
  /** `YYYY-MM-DD`, the last day; null: until it is taken away. */
  readonly validTo: string | null
}
