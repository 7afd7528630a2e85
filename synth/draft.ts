import { addDays, addMonths, dateOf, dayNumber, firstDay, fullYears, monthNumber, monthText } from './calendar.ts'
import type { CoreTable, RecordName } from './layout.ts'
import type { Human } from './people.ts'
import type { Village } from './places.ts'
import type { ExpectedFinding, ForbiddenFinding } from './planted.ts'
import { marriageRow, recordRow } from './record-templates.ts'
import type { Cells, World } from './world.ts'

export interface Fault {
  readonly column: string
  readonly code: string
  readonly severity: 'error' | 'warn'
}

/** A row that will be written, with what an importer must say about it. */
export interface RowDraft {
  readonly table: CoreTable | RecordName
  readonly cells: Cells
  readonly faults: Fault[]
  shape: 'whole' | 'short' | 'long'
}

/** A listed person or a supporter of a household in the making. The rows may be changed until the household is written. */
export interface Person extends Human {
  readonly no: string
  readonly row: RowDraft
  register: RowDraft | null
  auth: RowDraft | null
}

export interface HumanChoice {
  readonly age?: number
  readonly birth?: string
  readonly sex?: '1' | '2'
  readonly name?: string
}

export interface HouseholdChoice {
  readonly kind?: 'new' | 'existing'
  readonly programme?: 'urban' | 'rural'
  readonly aidFrom?: number
  readonly appliedOn?: string
}

const usualAge = (relation: string, headAge: number): number => {
  if (relation === 'child') return Math.max(1, Math.min(15, headAge - 24))
  if (relation === 'parent') return headAge + 25
  return relation === 'grandparent' ? 79 : Math.max(25, headAge - 1)
}

export const newRow = (table: CoreTable | RecordName, cells: Cells): RowDraft => ({ table, cells, faults: [], shape: 'whole' })

/** One household in the making, with everything the units know of its people. */
export class Draft {
  readonly world: World
  readonly no: string
  readonly village: Village
  readonly kind: 'new' | 'existing'
  readonly programme: 'urban' | 'rural'
  readonly house: RowDraft
  readonly persons: Person[] = []
  readonly supporters: Person[] = []
  readonly rows: RowDraft[] = []
  readonly sources: RowDraft[] = []
  readonly book: string
  /** Months and yuan of the aid paid; by default the last twelve months. */
  payments: { month: number; amount: string }[] | null = null
  /** Record types whose absence a plant relies on. */
  readonly absent = new Set<RecordName>()
  /** Units whose list of unanswered persons a plant relies on. */
  readonly lists = new Set<string>()
  /** What this household is for, in the list of plants. */
  note = ''
  private readonly names = new Set<string>()
  readonly expectations: ExpectedFinding[] = []
  readonly prohibitions: ForbiddenFinding[] = []

  constructor(world: World, no: string, village: Village, choice: HouseholdChoice) {
    this.world = world
    this.no = no
    this.village = village
    this.kind = choice.kind ?? 'existing'
    this.programme = choice.programme ?? village.programme
    const aidFrom = choice.aidFrom ?? world.month - 20
    this.book = `HH${world.token('book')}`
    const existing = this.kind === 'existing'
    this.house = newRow('households', {
      household_no: no,
      programme: this.programme,
      kind: this.kind,
      division_code: village.code,
      address: `${village.name}${world.rng.between(1, 9)}组${world.rng.between(1, 200)}号`,
      applied_on: choice.appliedOn ?? (existing ? addDays(firstDay(aidFrom - 1), 9) : addDays(world.asOf, -50)),
      aid_from: existing ? monthText(aidFrom) : '',
      single_applicant: 'no',
      bank_name: '甲山农商银行',
      account_no: world.account(),
    })
  }

  get aidFrom(): number {
    return monthNumber(this.house.cells.aid_from as string)
  }

  /** Somebody new, with a name nobody of this household has. */
  human(choice: HumanChoice = {}): Human {
    const { world } = this
    const birth =
      choice.birth ??
      dateOf(dayNumber(addMonths(world.asOf, -12 * (choice.age ?? world.rng.between(36, 55)))) - world.rng.between(1, 300))
    const sex = choice.sex ?? world.people.sex()
    let name = choice.name ?? world.people.name()
    while (choice.name === undefined && this.names.has(name)) name = world.people.name()
    this.names.add(name)
    return { id: world.people.number(birth, sex), name, sex, birth }
  }

  /** A listed person: a row of persons, a register row in the household's book and a full authorisation. */
  add(relation: string, choice: HumanChoice = {}): Person {
    return this.list(this.human(this.plausible(relation, choice)), relation)
  }

  /** Age and sex that fit the relation, where nothing else is asked for. */
  private plausible(relation: string, choice: HumanChoice): HumanChoice {
    const head = this.persons[0]
    if (head === undefined) return choice
    const headAge = fullYears(head.birth, this.world.asOf)
    const usual: HumanChoice = choice.birth === undefined && choice.age === undefined ? { age: usualAge(relation, headAge) } : {}
    const sex =
      relation === 'spouse' && choice.sex === undefined ? { sex: head.sex === '1' ? ('2' as const) : ('1' as const) } : {}
    return { ...usual, ...sex, ...choice }
  }

  /** Lists a human being who exists already. */
  list(human: Human, relation: string): Person {
    this.names.add(human.name)
    const no = `${this.no}-${this.persons.length + 1}`
    const age = fullYears(human.birth, this.world.asOf)
    const row = newRow('persons', {
      person_no: no,
      household_no: this.no,
      name: human.name,
      id_number: human.id,
      gender: human.sex,
      birth_date: human.birth,
      relation,
      marital_status: age < 22 ? '10' : '20',
      health: 'good',
      work_status: age < 16 ? 'minor' : age >= 60 ? 'elderly' : 'flexible',
      student_level: 'none',
      counted: 'yes',
    })
    const person = { ...human, no, row, register: this.registered(human, this.book), auth: this.authorised(no, human) }
    this.persons.push(person)
    this.link(person, relation)
    return person
  }

  head(choice: HumanChoice = {}): Person {
    return this.add('head', choice)
  }

  /** A supporter of a listed person, registered in a book of his own. */
  supporter(of: Person, relation: string, choice: HumanChoice = {}): Person {
    return this.support(of, relation, this.human(choice))
  }

  support(of: Person, relation: string, human: Human): Person {
    const no = `${this.no}-S${this.supporters.length + 1}`
    const row = newRow('supporters', {
      supporter_no: no,
      household_no: this.no,
      supported_person_no: of.no,
      relation,
      name: human.name,
      id_number: human.id,
      monthly_income: '2500.00',
      household_persons: '3',
      supported_count: '1',
    })
    const register = this.registered(human, `HH${this.world.token('book')}`)
    if (relation === 'son' || relation === 'daughter') register.cells[of.sex === '1' ? 'father_id' : 'mother_id'] = of.id
    const person = { ...human, no, row, register, auth: this.authorised(no, human) }
    this.supporters.push(person)
    return person
  }

  private authorised(no: string, human: Human): RowDraft {
    const signedOn = addDays(this.world.asOf, -60)
    return newRow('authorisations', {
      subject_no: no,
      signature: fullYears(human.birth, signedOn) < 18 ? 'guardian' : 'signed',
      signed_on: signedOn,
      items: 'all',
    })
  }

  private registered(human: Human, book: string): RowDraft {
    const division = this.village.code
    return newRow(
      'police/register',
      recordRow(this.world, 'police/register', human, {
        register_household_no: book,
        division_code: division,
        address: this.village.name,
      }),
    )
  }

  /** Husband and wife, parents and children know each other in the register. */
  private link(person: Person, relation: string): void {
    const head = this.persons[0] as Person
    const spouse = this.persons.find((p) => p.row.cells.relation === 'spouse')
    const parentOf = (child: Person, parent: Person): void => {
      if (child.register) child.register.cells[parent.sex === '1' ? 'father_id' : 'mother_id'] = parent.id
    }
    if (relation === 'spouse') {
      if (head.register) head.register.cells.spouse_id = person.id
      if (person.register) person.register.cells.spouse_id = head.id
    } else if (relation === 'child') {
      parentOf(person, head)
      if (spouse) parentOf(person, spouse)
    } else if (relation === 'parent') {
      parentOf(head, person)
    }
  }

  /** Adds a record a unit holds about somebody; returns its number. */
  source(record: Exclude<RecordName, 'civil_affairs/marriages'>, who: Human, changes: Cells = {}): string {
    const cells = recordRow(this.world, record, who, changes)
    this.sources.push(newRow(record, cells))
    return cells.source_record_id as string
  }

  /** Adds a register row of somebody who is not on the roll. */
  registerOf(human: Human, book: string, changes: Cells = {}): string {
    const row = this.registered(human, book)
    Object.assign(row.cells, changes)
    this.sources.push(row)
    return row.cells.source_record_id as string
  }

  marriage(a: Human, b: Human, changes: Cells = {}): string {
    const cells = marriageRow(this.world, a, b, changes)
    this.sources.push(newRow('civil_affairs/marriages', cells))
    return cells.source_record_id as string
  }

  /** A declared income; without months it covers the last twelve whole months. */
  income(person: Person, item: string, amount: string, from = this.world.month - 12, to = this.world.month - 1): RowDraft {
    return this.row('declared_income', {
      line_no: this.world.serial('SR'),
      household_no: this.no,
      person_no: person.no,
      item,
      amount,
      period_from: monthText(from),
      period_to: monthText(to),
    })
  }

  asset(person: Person, kind: string, cells: Cells): RowDraft {
    return this.row('declared_assets', {
      line_no: this.world.serial('CC'),
      household_no: this.no,
      person_no: person.no,
      kind,
      ...cells,
    })
  }

  expense(person: Person, kind: string, amount: string): RowDraft {
    return this.row('declared_expenditure', {
      line_no: this.world.serial('ZC'),
      household_no: this.no,
      person_no: person.no,
      kind,
      amount,
      period_from: monthText(this.world.month - 12),
      period_to: monthText(this.world.month - 1),
    })
  }

  query(subject: Person, record: RecordName, on: string): string {
    const cells = {
      query_no: this.world.serial('CX'),
      subject_no: subject.no,
      record,
      queried_on: on,
      operator: 'G00002',
      purpose: '低保复核',
    }
    this.row('query_log', cells)
    return cells.query_no
  }

  filing(official: string, relation: string, filedOn: string): void {
    this.row('relative_filings', {
      filing_no: this.world.serial('BA'),
      official_no: official,
      household_no: this.no,
      relation,
      filed_on: filedOn,
    })
  }

  row(table: CoreTable, cells: Cells): RowDraft {
    const row = newRow(table, cells)
    this.rows.push(row)
    return row
  }

  /** Aid paid in these months, ends included. */
  pay(from: number, to: number, amount = '300.00'): void {
    this.payments ??= []
    for (let month = from; month <= to; month++) this.payments.push({ month, amount })
  }

  /** States that the finding must be there. */
  expect(rule: string, person: Person | null, source: string, record: string, value?: string, limit?: string): void {
    this.expectations.push({
      household_no: this.no,
      person: person?.no ?? '',
      rule,
      source,
      source_record_id: record,
      ...(value === undefined ? {} : { value }),
      ...(limit === undefined ? {} : { limit }),
      note: this.note,
    })
  }

  /** States that no finding of the rule may be there for this person (of this record). */
  forbid(rule: string, person: Person | null, record?: string): void {
    this.prohibitions.push({
      household_no: this.no,
      person: person?.no ?? '',
      rule,
      ...(record === undefined ? {} : { source_record_id: record }),
      note: this.note,
    })
  }

  /** The unit was asked about this person and could not answer; without a record name for none of its records. */
  unanswered(unit: string, id: string, record = '*'): void {
    this.lists.add(unit)
    this.world.unanswered.push({
      unit,
      cells: { record, id_number: id, state: this.world.rng.pick(['timeout', 'source_error', 'pending']) },
    })
  }

  /** Marks a cell of a row with what is wrong with it. */
  spoil(row: RowDraft, column: string, text: string, code: string, severity: 'error' | 'warn'): void {
    row.cells[column] = text
    row.faults.push({ column, code, severity })
  }
}
