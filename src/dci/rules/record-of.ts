import { labelOf } from '#kernel/terms'
import { EMPLOYMENT, MARITAL, PROGRAMMES, type Right, SEX } from '../contract/index.ts'

/** What leaves the registry about a person or household: exactly the attributes of the right, in the words of the standard. */

/** A member as the store gives it. */
export interface MemberRow {
  readonly person_no: string
  readonly household_no: string
  readonly name: string
  readonly gender: string
  readonly birth_date: string
  readonly relation: string | null
  readonly marital_status: string | null
  readonly work_status: string | null
  readonly id_number: string
  readonly health: string | null
  readonly id_number_index: Buffer
  readonly division_code: string
  readonly division_name: string | null
  readonly programme: string
  readonly aid_from: string
  readonly aid_to: string | null
}

export interface GroupRow {
  readonly household_no: string
  readonly persons_count: number
  readonly division_code: string
  readonly division_name: string | null
  readonly programme: string
  readonly aid_from: string
  readonly aid_to: string | null
}

const CONTEXT = { spdci: 'https://schema.spdci.org/extensions/social/v1/' } as const

export type DciRecord = Readonly<Record<string, unknown>>

/** The standard's code of one of ours; undefined when it has none. */
function codeOf(table: Readonly<Record<string, readonly string[]>>, ours: string | null): string | undefined {
  return ours === null ? undefined : Object.entries(table).find(([, codes]) => codes.includes(ours))?.[0]
}

function programmeOf(row: MemberRow | GroupRow, month: string): DciRecord {
  const ended = row.aid_to !== null && row.aid_to < month
  return {
    programme: { programme_identifier: codeOf(PROGRAMMES, row.programme), programme_name: labelOf('programme', row.programme) },
    enrolment_date: row.aid_from,
    enrolment_status: ended ? 'ended' : 'active',
    ...(row.aid_to === null ? {} : { status_change_date: row.aid_to }),
  }
}

function placeOf(row: MemberRow | GroupRow): DciRecord {
  const name = row.division_name ?? row.division_code
  return { '@type': 'Place', identifier: [{ name: 'division', identifier: row.division_code }], name }
}

type Giver = (granted: (attribute: string) => boolean) => DciRecord

/** Fields whose attribute is granted and whose value is known; an unknown value is left out, never guessed. */
function fields(pairs: readonly (readonly [attribute: string, field: string, value: unknown])[]): Giver {
  return (granted) =>
    Object.fromEntries(
      pairs.flatMap(([attribute, field, value]) =>
        granted(attribute) && value !== undefined && value !== null ? [[field, value]] : [],
      ),
    )
}

/** A member. `today` is `YYYY-MM-DD`. */
export function memberRecord(row: MemberRow, right: Right, today: string): DciRecord {
  const granted = (attribute: string): boolean => right.attributes.includes(attribute)
  const number = [{ '@type': 'Identifier', identifier_type: 'UIN', identifier_value: row.id_number }]
  const person = fields([
    ['identifier', 'identifier', number],
    ['name', 'name', { '@type': 'Name', full_name: row.name }],
    ['sex', 'sex', codeOf(SEX, row.gender)],
    ['birth_date', 'birth_date', row.birth_date],
    ['place', 'place', placeOf(row)],
  ])(granted)
  return {
    '@context': CONTEXT,
    '@type': 'spdci:Member',
    member_identifier: [{ '@type': 'Identifier', identifier_type: 'PERSON_NO', identifier_value: row.person_no }],
    ...(Object.keys(person).length === 0 ? {} : { demographic_info: { '@type': 'SRPerson', ...person } }),
    ...fields([
      ['group_identifier', 'group_identifier', row.household_no],
      ['relationship', 'relationship_to_head', row.relation],
      ['is_disabled', 'is_disabled', row.health === null ? undefined : row.health === 'disabled'],
      ['marital_status', 'marital_status', codeOf(MARITAL, row.marital_status)],
      ['employment_status', 'employment_status', codeOf(EMPLOYMENT, row.work_status)],
      ['programme', 'programme_identifier', programmeOf(row, today.slice(0, 7))],
    ])(granted),
  }
}

/** A household; its members only when the right has `member_list`, and of each what `memberRight` covers. */
export function groupRecord(
  row: GroupRow,
  right: Right,
  today: string,
  members: readonly MemberRow[],
  memberRight: Right | undefined,
): DciRecord {
  const granted = (attribute: string): boolean => right.attributes.includes(attribute)
  const list = memberRight === undefined ? undefined : members.map((member) => memberRecord(member, memberRight, today))
  return {
    '@context': CONTEXT,
    '@type': 'spdci:Group',
    group_identifier: [{ '@type': 'Identifier', identifier_type: 'HOUSEHOLD_NO', identifier_value: row.household_no }],
    ...fields([
      ['group_type', 'group_type', 'household'],
      ['group_size', 'group_size', row.persons_count],
      ['place', 'place', placeOf(row)],
      ['programme', 'programme_identifier', programmeOf(row, today.slice(0, 7))],
      ['member_list', 'member_list', list],
    ])(granted),
  }
}
