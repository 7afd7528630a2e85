/**
 * Builders for tests of the verification rules: a household with the few facts a case is about; everything else is
 * ordinary. The as-of date is 2026-09-30, the district 629901.
 */

import { loadPack, resolveVerify } from '#policy'
import type { DeclaredIncomeRow, OfficialRow, PaymentRow, PersonRow, SupporterRow } from '#registry'
import { type RecordName, type RecordRows, recordNames } from '#sources/contract'
import { type Comparison, compareHousehold } from '../src/verification/rules/findings/compare.ts'
import { prepareRules, type RuleContext } from '../src/verification/rules/findings/prepare.ts'
import type { Dossier, PairStatus, RegisterExtract, SubjectAnswers } from '../src/verification/rules/household/dossier.ts'

export const AS_OF = '2026-09-30'
export const HOUSEHOLD = 'H1'

const reference = resolveVerify(loadPack('reference'), AS_OF)

/** The reference pack on the as-of date, with some parameters replaced. */
export function rulesWith(changes: Partial<RuleContext['params']> = {}, asOf = AS_OF): RuleContext {
  return prepareRules({ ...reference, ...changes }, asOf, '629901')
}

type Rows = { [R in RecordName]?: readonly Partial<RecordRows[R]>[] }

/** What a test says of a person or supporter. */
export interface SubjectFacts {
  rows?: Rows
  /** statuses other than HIT for what has rows and NO_RECORD for the rest */
  status?: Partial<Record<RecordName, PairStatus>>
  /** no register row is made up */
  unregistered?: boolean
  registerMismatch?: SubjectAnswers['registerMismatch']
}

export type PersonFacts = SubjectFacts & { row?: Partial<PersonRow> }
export type SupporterFacts = SubjectFacts & { row?: Partial<SupporterRow> }

/** What a test says of a household. */
export interface DossierFacts
  extends Partial<Omit<Dossier, 'household' | 'persons' | 'supporters' | 'payments' | 'incomes' | 'lookups'>> {
  household?: Partial<Dossier['household']>
  persons?: readonly PersonFacts[]
  supporters?: readonly SupporterFacts[]
  /** month → yuan */
  paid?: Readonly<Record<string, number>>
  payments?: readonly Partial<PaymentRow>[]
  incomes?: readonly Partial<DeclaredIncomeRow>[]
  lookups?: Partial<Dossier['lookups']>
}

const numbers = ['11010519800101001X', '110105198203040026', '110105201005060038', '110105201207080045', '110105195001010059']

const household: Dossier['household'] = {
  household_no: HOUSEHOLD,
  programme: 'urban',
  kind: 'existing',
  division_code: '629901001001',
  address: null,
  applied_on: '2025-12-10',
  aid_from: '2026-01',
  aid_to: null,
  tier: null,
  approved_amount: null,
  single_applicant: 'no',
  bank_name: null,
  account_no: null,
  account_holder: null,
  account_holder_id: null,
  account_proxy_filed: null,
  handler_no: null,
  incomplete_members: false,
  incomplete_supporters: false,
  incomplete: false,
}

function personRow(index: number): PersonRow {
  const id = numbers[index] ?? ''
  return {
    person_no: `${HOUSEHOLD}-${index + 1}`,
    household_no: HOUSEHOLD,
    name: ['甲春山', '乙秋水', '丙冬雪', '丁夏雨', '戊长风'][index] ?? '己某',
    id_number: id,
    gender: '1',
    birth_date: `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`,
    relation: index === 0 ? 'head' : 'child',
    marital_status: null,
    health: null,
    work_status: null,
    student_level: null,
    counted: 'yes',
    aid_from: null,
    aid_to: null,
    top_ups: [],
    phone: null,
  }
}

function supporterRow(index: number): SupporterRow {
  return {
    supporter_no: `${HOUSEHOLD}-S${index + 1}`,
    household_no: HOUSEHOLD,
    supported_person_no: `${HOUSEHOLD}-1`,
    relation: 'son',
    name: ['庚远', '辛达'][index] ?? '壬某',
    id_number: ['110105197506070061', '11010519770809008X'][index] ?? '',
    work_unit: null,
    monthly_income: null,
    household_persons: null,
    supported_count: null,
    support_agreed: null,
    support_paid: null,
  }
}

const defaults: { [R in RecordName]?: Partial<RecordRows[R]> } = {
  'police/register': {
    former_name: null,
    gender: '1',
    register_household_no: 'B1',
    register_type: 'family',
    division_code: '629901001001',
    state: 'normal',
    cancel_reason: null,
    father_id: null,
    mother_id: null,
    spouse_id: null,
  },
  'police/vehicles': {
    plate_no: 'P1',
    brand: null,
    vehicle_type: 'car',
    vehicle_use: 'private',
    acquired_on: '2015-05-05',
    purchase_price: 3_000_000,
    current_value: 1_000_000,
    status: 'normal',
  },
  'police/custody': { state: 'prison', to_date: null },
  'police/exit_entry': { reason: 'tourism' },
  'hrss/contributions': { insurance_kind: 'pension_employee', payer_unit: null, payer_kind: 'enterprise', base: 400_000 },
  'hrss/benefits': {
    benefit_no: 'D1',
    kind: 'employee_pension',
    monthly_amount: 0,
    base_part: null,
    from_month: '2020-01',
    last_paid_month: '2026-09',
    state: 'paying',
  },
  'finance/payroll': { post_kind: 'civil_servant', net_pay: 310_000 },
  'finance/subsidy_card': { project: 'land_transfer', amount: 0, paid_on: '2026-01-10' },
  'tax/personal_income': { payer: '甲厂', item: 'wage', month: '2026-01', income: 0, declared_on: '2026-09-01' },
  'natural_resources/titles': {
    unit_no: 'U1',
    location: null,
    house_use: 'residential',
    acquired_by: 'purchase',
    area: 10_000,
    share_percent: 10_000,
    issued_on: '2010-01-01',
    state: 'valid',
  },
  'natural_resources/transfers': { unit_no: 'U1', kind: 'sale' },
  'housing/presale_contracts': { unit_no: 'U1', state: 'valid' },
  'housing/housing_aid': { project: 'public_rental', unit_no: null, to_date: null, state: 'active' },
  'market/officers': {
    credit_code: 'C1',
    enterprise: null,
    enterprise_type: 'company',
    enterprise_state: 'active',
    post: 'legal_rep',
  },
  'market/investors': {
    credit_code: 'C1',
    enterprise: null,
    enterprise_type: 'company',
    enterprise_state: 'active',
    subscribed_capital: 0,
  },
  'market/self_employed': { credit_code: 'C1', shop_name: null, state: 'open', opened_on: '2020-01-01' },
  'housing_fund/accounts': { account_no: 'G1', state: 'active', base: 0, first_month: '2020-01', last_month: '2026-08' },
  'agriculture/machinery': { owner_kind: 'individual', machine_kind: null, price: 0 },
  'civil_affairs/marriages': { kind: 'marriage', state: 'valid' },
  'civil_affairs/other_aid': { project: 'extreme_hardship', to_month: null, state: 'active' },
  'disabled_federation/certificates': { disability_class: '4', grade: '1', valid_to: '2030-01-01', state: 'valid' },
  'medical_security/settlements': { settlement_no: 'J1', discharged_on: null, total: 0, reimbursed: 0, medical_aid: null },
  'education/enrolments': {
    school: null,
    level: 'senior',
    state: 'enrolled',
    leaving_on: null,
    annual_fee: null,
    fee_payer: null,
  },
  'banks/deposits': {
    bank: '甲行',
    account_no: 'A1',
    account_kind: 'current',
    balance: 0,
    wealth_value: null,
    bank_total: null,
    outflow_6m: null,
    outflow_purpose: null,
  },
  'securities/holdings': { broker: '甲证券', account_no: 'Z1', kind: 'fund', market_value: 0, cash: null },
  'insurance/policies': {
    policy_no: 'Y1',
    insurer: null,
    kind: 'life',
    role: 'holder',
    payer: 'self',
    annual_premium: 0,
    last_paid_on: '2026-03-01',
    cash_value: null,
    state: 'in_force',
  },
  'third_party_payment/balances': { operator: '甲支付', account_no: 'W1', balance: 0 },
}

function answersOf(facts: SubjectFacts, id: string, name: string): SubjectAnswers {
  const usable: Partial<Record<RecordName, object[]>> = {}
  const status = {} as Record<RecordName, PairStatus>
  const given = { ...(facts.unregistered ? {} : { 'police/register': [{}] }), ...facts.rows }
  for (const record of recordNames) {
    const rows = given[record] ?? []
    status[record] = facts.status?.[record] ?? (rows.length > 0 ? 'HIT' : 'NO_RECORD')
    if (status[record] !== 'HIT') continue
    usable[record] = rows.map((row, i) => ({
      source_record_id: `R${i + 1}`,
      as_of_date: '2026-09-20',
      id_number: id,
      name,
      ...defaults[record],
      ...row,
    }))
  }
  return { status, usable: usable as SubjectAnswers['usable'], registerMismatch: facts.registerMismatch ?? null }
}

function paymentsOf(facts: DossierFacts): PaymentRow[] {
  const paid = Object.entries(facts.paid ?? {}).map(([month, yuan]) => ({ month, amount: yuan * 100 }))
  return [...paid, ...(facts.payments ?? [])].map((row, i) => ({
    payment_no: `F${i + 1}`,
    household_no: HOUSEHOLD,
    month: '2026-01',
    amount: 0,
    paid_on: '2026-01-10',
    account_no: null,
    account_holder: null,
    ...row,
  }))
}

/** A dossier of the facts given. */
export function dossierOf(facts: DossierFacts): Dossier {
  const {
    household: own,
    persons = [{}],
    supporters = [],
    paid: _paid,
    payments: _payments,
    incomes = [],
    lookups,
    ...rest
  } = facts
  const people = persons.map((each, i) => ({ ...personRow(i), ...each.row }))
  const obligors = supporters.map((each, i) => ({ ...supporterRow(i), ...each.row }))
  return {
    asOf: AS_OF,
    districtCode: '629901',
    household: { ...household, ...own },
    persons: people,
    supporters: obligors,
    answers: new Map(people.map((row, i) => [row.person_no, answersOf(persons[i] ?? {}, row.id_number, row.name)])),
    supporterAnswers: new Map(
      obligors.map((row, i) => [row.supporter_no, answersOf(supporters[i] ?? {}, row.id_number, row.name)]),
    ),
    authorisations: [],
    incomes: incomes.map((row, i) => ({
      line_no: `L${i + 1}`,
      household_no: HOUSEHOLD,
      person_no: `${HOUSEHOLD}-1`,
      item: 'wage',
      amount: 0,
      period_from: '2025-09',
      period_to: '2026-08',
      ...row,
    })),
    assets: [],
    expenditures: [],
    payments: paymentsOf(facts),
    filings: [],
    queries: [],
    sameNumber: [],
    sameAccount: [],
    ...rest,
    lookups: {
      registerBook: () => [],
      registerChildren: () => [],
      registerPerson: () => [],
      dead: () => false,
      listedAnywhere: () => false,
      officials: [],
      ...lookups,
    },
  }
}

/** Compares a household made of the facts. */
export function compareFacts(facts: DossierFacts, ctx: RuleContext = rulesWith()): Comparison {
  return compareHousehold(dossierOf(facts), ctx)
}

/** The findings of one rule as `person record value limit`, with `-` for what is empty. */
export function findingsOf(rule: string, facts: DossierFacts, ctx: RuleContext = rulesWith()): string[] {
  return compareFacts(facts, ctx)
    .findings.filter((finding) => finding.rule === rule)
    .map((f) => [f.person, f.source_record_id, f.value, f.limit].map((each) => each || '-').join(' '))
}

/** A register row of a person beyond the roll. */
export function extract(row: Partial<RegisterExtract>): RegisterExtract {
  return {
    source_record_id: 'X1',
    as_of_date: '2026-09-20',
    id_number: '110105199001010070',
    name: '癸某',
    register_household_no: 'B1',
    father_id: null,
    mother_id: null,
    ...row,
  }
}

/** An official in office. */
export function official(row: Partial<OfficialRow>): OfficialRow {
  return {
    official_no: 'G1',
    name: '子明',
    id_number: '110105197001010082',
    role: 'handler',
    post: null,
    unit: null,
    division_code: '629901001000',
    in_office_from: '2020-01-01',
    in_office_to: null,
    ...row,
  }
}
