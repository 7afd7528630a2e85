/** The states in which planted cases lie: one exemplar each, brought there by its own moves, which the database checks one by one. */

/** Who makes the moves of a role: demo users, so that names stand beside the moves. The second approver leaves the first one free. */
export const MOVERS: Readonly<Record<string, string>> = {
  township_clerk: 'demo-township',
  verification_centre: 'demo-centre',
  village_assistant: 'demo-village',
  township_leader: 'demo-townleader',
  township_head: 'demo-townhead',
  district_approver: 'demo-approver2',
  payment_officer: 'demo-payment',
}

const [clerk, centre, leader, head, approver, payer] = [
  'township_clerk',
  'verification_centre',
  'township_leader',
  'township_head',
  'district_approver',
  'payment_officer',
]

/** A move: `step.command`, the mover's role, the step it opens again. */
export type PlantMove = readonly [name: string, role: string, reopen?: string]

const PATH: readonly PlantMove[] = [
  ['intake.accept', clerk],
  ['verification.commission', clerk],
  ['verification.report', centre],
  ['verification.tell', clerk],
  ['verification.conclude', clerk],
  ['visit.plan', clerk],
  ['visit.record', clerk],
  ['visit.complete', clerk],
  ['deliberation.convene', clerk],
  ['deliberation.hold', clerk],
  ['deliberation.pass', clerk],
  ['notice_village.publish', clerk],
  ['notice_village.prove', clerk],
  ['notice_village.close', clerk],
  ['sheet.assess', clerk],
  ['opinion.agree', clerk],
  ['leader.agree', leader],
  ['head.agree', head],
  ['notice_township.publish', clerk],
  ['notice_township.prove', clerk],
  ['notice_township.close', clerk],
  ['approval.approve', approver],
  ['notice_district.publish', approver],
  ['notice_district.close', approver],
  ['decision.decide', approver],
  ['payment.pay', payer],
]

/** The moves of the path up to one, and further ones. */
function upTo(last: string, ...more: PlantMove[]): PlantMove[] {
  return [...PATH.slice(0, PATH.findIndex(([name]) => name === last) + 1), ...more]
}

export interface Exemplar {
  readonly id: string
  /** of so many shares of all cases */
  readonly weight: number
  readonly moves: readonly PlantMove[]
  /** the step it lies at and the days until that is due, on the day of planting; null: without a limit or ended */
  readonly due: readonly [step: string, days: number] | null
  readonly decided?: 'granted' | 'refused'
  readonly related?: boolean
}

export const EXEMPLARS: readonly Exemplar[] = [
  { id: 'new', weight: 4, moves: [], due: null },
  { id: 'missing', weight: 2, moves: [['intake.ask-missing', clerk]], due: null },
  { id: 'accepted', weight: 5, moves: upTo('intake.accept'), due: ['verification', 3] },
  { id: 'asked', weight: 3, moves: upTo('verification.commission'), due: ['verification', 3] },
  { id: 'doubted', weight: 1, moves: upTo('verification.tell', ['verification.object', clerk]), due: ['verification', 8] },
  { id: 'verified', weight: 12, moves: upTo('verification.conclude'), due: ['visit', 8] },
  { id: 'visiting', weight: 3, moves: upTo('visit.record'), due: ['visit', 5] },
  { id: 'visited', weight: 3, moves: upTo('visit.complete'), due: ['deliberation', 6] },
  { id: 'called', weight: 2, moves: upTo('deliberation.convene'), due: ['deliberation', 4] },
  { id: 'passed', weight: 1, moves: upTo('deliberation.pass'), due: null },
  { id: 'posted', weight: 3, moves: upTo('notice_village.prove'), due: ['notice_village', 4] },
  {
    id: 'objected',
    weight: 1,
    moves: upTo('notice_village.prove', ['notice_village.object', clerk]),
    due: ['notice_village', 4],
  },
  { id: 'measured', weight: 2, moves: upTo('notice_village.close'), due: null },
  { id: 'reviewing', weight: 5, moves: upTo('sheet.assess'), due: ['opinion', 5] },
  { id: 'led', weight: 2, moves: upTo('opinion.agree'), due: null },
  { id: 'headed', weight: 2, moves: upTo('leader.agree'), due: null },
  { id: 'sent-back', weight: 1, moves: upTo('opinion.agree', ['leader.send-back', leader, 'visit']), due: ['visit', 5] },
  { id: 'town-posted', weight: 2, moves: upTo('notice_township.prove'), due: ['notice_township', 4] },
  { id: 'approving', weight: 10, moves: upTo('notice_township.close'), due: ['approval', 5] },
  { id: 'related', weight: 1, moves: upTo('notice_township.close'), due: ['approval', 5], related: true },
  { id: 'refused-back', weight: 1, moves: upTo('notice_township.close', ['approval.send-back', approver, 'sheet']), due: null },
  { id: 'district-posted', weight: 2, moves: upTo('notice_district.publish'), due: ['notice_district', 4] },
  { id: 'deciding', weight: 1, moves: upTo('notice_district.close'), due: ['decision', 3] },
  { id: 'paying', weight: 3, moves: upTo('decision.decide'), due: null, decided: 'granted' },
  { id: 'granted', weight: 22, moves: upTo('payment.pay'), due: null, decided: 'granted' },
  {
    id: 'refused',
    weight: 3,
    moves: upTo('notice_township.close', ['approval.refuse', approver]),
    due: null,
    decided: 'refused',
  },
  { id: 'declined', weight: 1, moves: [['intake.decline', clerk]], due: null },
  { id: 'withdrawn', weight: 1, moves: upTo('verification.conclude', ['visit.withdraw', clerk]), due: null },
  { id: 'terminated', weight: 1, moves: upTo('verification.conclude', ['visit.terminate', clerk]), due: null },
]

/** What the sheets of the exemplars propose, fen per month. */
export const AMOUNT = { base: 52_000, topUp: 3000, total: 55_000 } as const

const visit = {
  visitedOn: '2026-06-03',
  absent: false,
  nextOn: null,
  met: '户主本人',
  identityChecked: true,
  place: '家中',
  latitude: null,
  longitude: null,
  dwelling: { kind: '砖混', area: 62, condition: '一般' },
  seen: ['电视机'],
  members: [{ name: '王秀英', atHome: true, health: '慢性病', work: '务农' }],
  income: [{ name: '王秀英', words: '种地，年收入约三千元', amount: 25_000 }],
  expenditure: '药费',
  hardship: '因病',
  statement: '',
  conclusion: '家庭困难，情况属实',
  investigators: ['李文', '周敏'].map((name) => ({ name, kind: 'signed', file: null, note: '' })),
  household: { name: '王秀英', kind: 'fingerprint', file: null, note: '' },
  witness: null,
  photos: [],
}
const figures = {
  ...AMOUNT,
  eligible: true,
  counted: 3,
  countableIncome: 25_000,
  perCapita: 8333,
  standard: 60_000,
  tier: null,
  topUps: [],
  lines: { marginalMonthly: 90_000, marginalYearly: 1_080_000, extremeHardshipMonthly: 78_000, extremeHardshipYearly: 936_000 },
  trace: [],
}
const pillars = ['residence', 'income', 'assets', 'deliberation'].map((pillar) => {
  const facts = [{ fact: '认定', value: '符合', saidBy: '经办人', source: '入户核实', asOf: '2026-06-03' }]
  const more = { contradiction: null, clause: null, imputed: false }
  return {
    pillar,
    label: pillar,
    finding: 'met',
    settledBy: 'person',
    why: ['核实无误'],
    facts: facts.map((each) => ({ ...each, ...more })),
  }
})
const opinion = { agrees: true, text: '同意，材料齐全，程序完整' }

/** What is written down with a move: kind and body. */
export const RECORDS: Readonly<Record<string, { readonly kind: string; readonly body: object }>> = {
  'intake.ask-missing': {
    kind: 'missing_items',
    body: { items: [{ what: '户口簿', problem: '', mend: '带来原件' }], toldOn: '2026-06-01', toldTo: '王秀英', again: '' },
  },
  'visit.plan': {
    kind: 'visit_plan',
    body: {
      investigators: ['李文', '周敏'].map((name) => ({ name, post: '民政干事', userId: null })),
      plannedOn: '2026-06-03',
      order: 1,
      note: '',
    },
  },
  'visit.record': { kind: 'visit', body: visit },
  'sheet.assess': {
    kind: 'sheet',
    body: {
      view: { pillars, conclusion: 'eligible', figures, exclusions: [], restsOnImputed: false, notes: [] },
      order: {},
      facts: null,
    },
  },
  'opinion.agree': { kind: 'opinion', body: opinion },
  'leader.agree': { kind: 'leader', body: opinion },
  'head.agree': { kind: 'head', body: opinion },
  'approval.approve': { kind: 'approval', body: { text: '同意审核意见', explanation: '' } },
  'decision.decide': { kind: 'decision', body: { note: '' } },
}
