/**
 * How what a move misses is mended: by another move of the step, or on another page by whoever may. Every need of needs.ts stands here or
 * among the conditions, which nobody can bring about; a test holds that, and follows each for every role.
 */
import { todo } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import type { Todo } from '#kernel/todo'

/** What the words of a mend may name. */
export interface Place {
  readonly caseNo: string
  readonly householdNo: string
  readonly villageCode: string
  /** last day of a step */
  readonly due: (step: string) => string | null
  /** the month a decision pays from */
  readonly month: string | null
}

/**
 * `unless`: a fact of needs.ts, or a sign, that makes it needless. `given`: a fact without which it cannot be begun. `what`: said in place of the
 * move's label.
 */
export type Mend = { readonly unless?: string; readonly given?: string } & (
  | { readonly move: string; readonly what?: string }
  | { readonly todo: (place: Place) => Todo }
)

/** What is looked up beside the facts of moves, only to say what comes next. */
export const SIGNS = ['commissioned', 'to-be-visited', 'listed-on-roll'] as const

const part = (name: string, what: string): Mend => ({
  todo: ({ caseNo }) => todo('casework.open', what, [`/intake/${caseNo}?part=${name}`, '去填写申请']),
})

const waiting = (what: string): Todo => ({ what, by: [], another: false, page: null })

const drawing: Mend = {
  unless: 'body-drawn',
  todo: ({ villageCode, caseNo }) =>
    todo('casework.convene', '抽取评议人员，召集评议会', [
      `/deliberation?village=${villageCode}&case=${caseNo}`,
      '去抽取评议人员',
    ]),
}

const answering: Mend = {
  todo: ({ caseNo }) => todo('casework.answer', '由未参与办理的人员书面答复异议', [`/objections?q=${caseNo}`, '去答复异议']),
}

const asked: readonly Mend[] = [
  { move: 'commission', unless: 'commissioned' },
  { todo: () => waiting('等待成员单位答复，答复齐后核对报告自动送达；超时的由核对中心催办') },
]

const ofNotice = (step: string): Record<string, readonly Mend[]> => ({
  [`${step}-listed`]: [{ move: 'send-back', what: '名单的人数或金额不符，退回重新核定' }],
  [`${step}-over`]: [{ todo: ({ due }) => waiting(`公示到 ${due(step) ?? '期满'} 为止，期满次日起办理`) }],
  [`${step}-proved`]: [{ move: 'prove' }],
})

export const MENDS: Readonly<Record<string, readonly Mend[]>> = {
  'application-complete': [part('review', '填齐申请内容')],
  'application-signed': [part('papers', '登记申请书的签字')],
  'undertaking-signed': [part('papers', '登记诚信承诺书的签字')],
  'members-single': [
    {
      todo: ({ caseNo }) => todo('casework.convene', '核实同时登记在另一户的成员', [`/intake/${caseNo}?part=review`, '去核实']),
    },
  ],
  'proofs-in': [part('proofs', '补传证明材料，或写明不能提供的原因')],
  'members-explained': [part('members', '写明每名成员是否计入及理由')],
  'authorised-by-all': [{ move: 'commission' }],
  'report-valid': asked,
  'report-attached': asked,
  'report-newer': [
    {
      todo: ({ householdNo }) =>
        todo('verification.review', '重新核对，复核异议并签发新的报告', [`/households/${householdNo}#reports`, '去复核']),
    },
  ],
  'findings-answered': [
    {
      given: 'report-attached',
      todo: ({ householdNo }) => ({
        ...todo('verification.clear', '处置核对报告中的 A 类疑点，并由另一人复核', [
          `/households/${householdNo}#findings`,
          '去处置疑点',
        ]),
      }),
    },
  ],
  'visit-planned': [{ move: 'plan' }],
  'visit-signed': [{ move: 'record' }],
  'body-drawn': [drawing],
  'session-held': [drawing],
  'vote-passed': [drawing, { move: 'hold' }],
  reinvestigated: [{ move: 'reinvestigate' }],
  ...ofNotice('notice_village'),
  ...ofNotice('notice_township'),
  ...ofNotice('notice_district'),
  'no-open-objection': [answering],
  'objection-answered': [answering],
  'amount-figured': [
    { move: 'refuse', what: '测评未核定金额：退回重新测评，或写明理由不予批准' },
    { move: 'send-back', what: '测评未核定金额：退回重新测评' },
  ],
  'sample-visited': [
    { unless: 'to-be-visited', todo: () => todo('casework.sample', '对办到审批的案件抽签', ['/samples', '去抽签']) },
    { move: 'sample-visit' },
  ],
  'account-ready': [
    {
      todo: ({ householdNo }) => {
        const asked = todo('account.propose', '登记发放账户，再由另一人确认', [
          `/accounts?household=${householdNo}`,
          '打开发放账户',
        ])
        return { ...asked, by: [...asked.by, ...todo('account.confirm', '').by] }
      },
    },
  ],
  'not-by-vote': [{ move: 'send-back', what: '退回，重新调查' }],
  'on-roll': [
    {
      unless: 'listed-on-roll',
      todo: ({ month }) =>
        todo('payment.make', month === null ? '编制发放名册' : `编制 ${chineseDate(month)} 起的发放名册`, [
          month === null ? '/payments' : `/payments?month=${month}`,
          '去编制名册',
        ]),
    },
    {
      todo: ({ month }) =>
        todo('payment.confirm', '由编制人以外的另一人确认发放名册', [
          month === null ? '/payments' : `/payments?month=${month}`,
          '去确认名册',
        ]),
    },
  ],
}

/** Needs that say when a move is open at all, or that only the form of the move itself can bring. */
export const CONDITIONS: ReadonlySet<string> = new Set([
  'missing-listed',
  'never-signed',
  'two-investigators',
  'refusal-recorded',
  'not-voted',
  'vote-failed',
  'tests-not-met',
  'district-consulted',
  'sheet-complete',
  'imputed-confirmed',
  'opinion-written',
  'leader-written',
  'head-written',
  'not-to-be-listed',
  'eligible-or-explained',
  'account-explained',
  'refusal-grounded',
  'within-undo',
])
