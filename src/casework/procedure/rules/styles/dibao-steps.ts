/** The steps that the styles of 低保 share; each style puts them in its own order. */
import { type Move, type Mover, move, type Step } from '../model.ts'

const clerk = ['township_clerk'] as const
const APPLY = '社会救助暂行办法 第十一条'
const ONCE = '民发〔2021〕57号 第十条：材料不齐的，一次性告知'
const REASONS = '社会救助暂行办法 第十一条：不予批准的，应当书面说明理由'

/** Sends the case back to an earlier step that the mover names, with reasons. */
function sendBack(by: readonly Mover[]): Move {
  return move('send-back', '退回', ['open', 'waiting'], by, {
    reopens: 'chosen',
    reason: true,
    clause: '审核中发现材料不清、程序缺失的，退回补办',
  })
}

/** The household withdraws, or will not cooperate: the case ends without a decision on its merits. */
function endings(from: Move['from']): Move[] {
  return [
    move('withdraw', '申请人撤回申请', [from, 'done'], clerk, {
      ends: 'withdrawn',
      reason: true,
      clause: '行政许可和给付依申请办理，申请人可以撤回',
    }),
    move('terminate', '不配合调查，终止办理', [from, 'done'], clerk, {
      ends: 'terminated',
      reason: true,
      needs: ['refusal-recorded'],
      clause: '民发〔2021〕57号 第二十九条：拒不配合审核确认的，可以终止',
    }),
  ]
}

export function intake(): Step {
  const desk = ['township_clerk', 'village_assistant'] as const
  return {
    id: 'intake',
    label: '申请受理',
    after: [],
    called: false,
    level: 'township',
    clock: 'acceptance',
    moves: [
      move('save', '保存申请', [['open', 'paused'], 'open'], desk, { clause: APPLY }),
      move('sign', '登记签字材料', [['open', 'paused'], 'open'], desk, { clause: APPLY }),
      move('ask-missing', '一次性告知补正', ['open', 'paused'], clerk, { needs: ['missing-listed'], clause: ONCE }),
      move('supply', '补正材料已收', ['paused', 'open'], clerk, { clause: ONCE }),
      move('accept', '受理', ['open', 'done'], clerk, {
        needs: ['application-complete', 'application-signed', 'undertaking-signed', 'members-explained', 'proofs-in'],
        clause: APPLY,
      }),
      move('decline', '不予受理', [['open', 'paused'], 'done'], clerk, {
        ends: 'rejected_at_intake',
        reason: true,
        clause: REASONS,
      }),
      move('discard', '作废草稿', [['open'], 'done'], desk, {
        ends: 'discarded',
        needs: ['never-signed'],
        reason: true,
        clause: '社会救助暂行办法 第十一条：申请人没有签字提出的，不是申请',
      }),
      move('withdraw', '申请人撤回申请', [['open', 'paused'], 'done'], clerk, { ends: 'withdrawn', reason: true, clause: APPLY }),
    ],
  }
}

export function verification(after: readonly string[]): Step {
  const centre = ['verification_centre'] as const
  return {
    id: 'verification',
    label: '家庭经济状况核对',
    after,
    called: false,
    level: 'district',
    clock: 'commission_verification',
    moves: [
      move('commission', '委托核对', ['open', 'open'], ['township_clerk', 'verification_centre', 'system'], {
        needs: ['authorised-by-all'],
        clause: '社会救助暂行办法 第五十八条：依申请人请求、委托查询',
      }),
      move('report', '核对报告送达', ['open', 'open'], ['system', 'verification_centre', 'township_clerk'], {
        needs: ['report-valid'],
        clause: '社会救助暂行办法 第五十八条',
      }),
      move('tell', '告知核对结果', ['open', 'open'], clerk, { needs: ['report-attached'], clause: '民发〔2021〕57号 第十八条' }),
      move('object', '对核对结果有异议', ['open', 'paused'], ['township_clerk', 'verification_centre'], {
        needs: ['report-attached'],
        reason: true,
        clause: '民发〔2021〕57号 第十八条：有异议的，应当复核',
      }),
      move('recheck', '复核完毕', ['paused', 'open'], [...centre, 'system'], {
        needs: ['report-newer'],
        notBy: ['verification.object'],
        clause: '民发〔2021〕57号 第十八条',
      }),
      move('conclude', '核对办结', ['open', 'done'], ['township_clerk', 'verification_centre'], {
        needs: ['report-attached', 'findings-answered'],
        clause: '社会救助暂行办法 第五十八条',
      }),
      ...endings(['open', 'paused']),
    ],
  }
}

export function visit(after: readonly string[]): Step {
  const clause = '民发〔2021〕57号 第十六条：入户调查人员不少于两人'
  return {
    id: 'visit',
    label: '入户调查',
    after,
    called: false,
    level: 'village',
    clock: 'investigation',
    moves: [
      move('plan', '安排入户', ['open', 'open'], clerk, { needs: ['two-investigators'], clause }),
      move('record', '登记入户调查表', ['open', 'open'], ['township_clerk', 'village_assistant'], {
        needs: ['visit-planned'],
        clause,
      }),
      move('interview', '登记邻里访问或信函', ['open', 'open'], ['township_clerk', 'village_assistant'], { clause }),
      move('complete', '入户调查完成', ['open', 'done'], clerk, { needs: ['visit-signed'], clause }),
      ...endings(['open']),
    ],
  }
}

export function deliberation(after: readonly string[], called: boolean): Step {
  const clause = called
    ? '民发〔2021〕57号 第十九条：有异议的，再次调查或者民主评议'
    : '民发〔2012〕220号：入户调查结束后民主评议'
  return {
    id: 'deliberation',
    label: '民主评议（听证）',
    after,
    called,
    level: 'township',
    clock: 'deliberation',
    moves: [
      ...(called
        ? [move('call', '要求民主评议', ['idle', 'open'], clerk, { reopens: 'deliberation', reason: true, clause })]
        : []),
      move('convene', '抽取评议人员', ['open', 'open'], clerk, { needs: ['not-voted', 'body-drawn'], clause }),
      move('hold', '登记评议结果', ['open', 'open'], clerk, { needs: ['session-held'], clause }),
      move('pass', '评议通过', ['open', 'done'], clerk, { needs: ['vote-passed'], clause }),
      move('reinvestigate', '评议未通过，重新调查', ['open', 'waiting'], clerk, {
        needs: ['vote-failed'],
        reopens: 'visit',
        reason: true,
        clause: '评议未通过不直接作为不予批准的依据，应当重新调查核实',
      }),
      move('go-on', '评议未通过且有认定不符合，转综合测评', ['open', 'done'], clerk, {
        needs: ['vote-failed', 'tests-not-met'],
        reason: true,
        clause: '三项认定有不符合的，由综合测评和审核审批认定，评议结果作为参考',
      }),
      move('overrule', '重新调查后由乡镇会同区级认定', ['open', 'done'], ['township_head'], {
        needs: ['vote-failed', 'reinvestigated', 'district-consulted'],
        reason: true,
        clause: '重新调查后评议仍未通过的，由乡镇会同区级直接作出认定意见',
      }),
      ...endings(['open']),
    ],
  }
}

export function sheet(after: readonly string[]): Step {
  const clause = '“3+1”测评：户籍、收入、财产三项认定加民主评议'
  return {
    id: 'sheet',
    label: '综合测评（3+1）',
    after,
    called: false,
    level: 'township',
    clock: null,
    moves: [
      move('assess', '确认测评表', ['open', 'done'], clerk, { needs: ['sheet-complete', 'imputed-confirmed'], clause }),
      sendBack(clerk),
      ...endings(['open']),
    ],
  }
}

/** Handler, leader in charge, head: three persons, one after another. */
export function townshipReview(after: string): readonly [Step, Step, Step] {
  const clause = '社会救助暂行办法 第十一条：乡镇人民政府提出审核意见'
  const one = (id: string, label: string, previous: string, by: readonly Mover[], notBy: string[]): Step => ({
    id,
    label,
    after: [previous],
    called: false,
    level: 'township',
    clock: id === 'opinion' ? 'township_review' : null,
    moves: [
      move('agree', '签署意见', ['open', 'done'], by, { needs: [`${id}-written`], notBy, clause }),
      sendBack(by),
      ...endings(['open']),
    ],
  })
  return [
    one('opinion', '乡镇经办审核意见', after, clerk, []),
    one('leader', '分管领导审核', 'opinion', ['township_leader'], ['opinion.agree']),
    one('head', '主要负责人签批', 'leader', ['township_head'], ['opinion.agree', 'leader.agree']),
  ]
}

const posters = {
  village: ['township_clerk', 'village_assistant'],
  township: ['township_clerk'],
  district: ['district_approver'],
} as const
const noticeLabels = { village: '村（社区）公示', township: '乡镇（街道）公示', district: '区级公示' } as const

export function notice(level: 'village' | 'township' | 'district', after: string): Step {
  const clause = '社会救助暂行办法 第十一条：审核意见和审批结果应当公示'
  const id = `notice_${level}`
  const publishers: readonly Mover[] = level === 'district' ? ['district_approver'] : clerk
  return {
    id,
    label: noticeLabels[level],
    after: [after],
    called: false,
    level,
    clock: null,
    moves: [
      move('publish', '发布公示', ['open', 'posted'], publishers, { needs: [`${id}-listed`], clause }),
      move('pass-over', '拟不予批准，不公示', ['open', 'idle'], publishers, {
        needs: ['not-to-be-listed'],
        reason: true,
        clause: '公示拟批准的对象；拟不予批准的，直接报审批机关并书面告知',
      }),
      move('prove', '登记张贴照片', [['posted'], 'posted'], posters[level], { clause }),
      move('object', '登记异议', ['posted', 'paused'], ['township_clerk', 'district_approver'], { reason: true, clause }),
      move('answer', '异议不成立，继续公示', ['paused', 'posted'], ['township_clerk', 'township_leader', 'district_approver'], {
        needs: ['objection-answered'],
        notBy: [`${id}.object`],
        reason: true,
        clause: '异议由未参与原办理的人员答复',
      }),
      move('uphold', '异议成立，退回重办', ['paused', 'waiting'], ['township_clerk', 'township_leader', 'district_approver'], {
        needs: ['objection-answered'],
        notBy: [`${id}.object`],
        reopens: 'chosen',
        reason: true,
        clause: '异议成立的，重新调查后再次公示',
      }),
      move('close', '公示期满', ['posted', 'done'], [...publishers, 'system'], {
        needs: [`${id}-over`, `${id}-proved`, 'no-open-objection'],
        clause,
      }),
      move('send-back', '撤下公示，退回', [['open', 'posted'], 'waiting'], publishers, {
        reopens: 'chosen',
        reason: true,
        clause,
      }),
    ],
  }
}

/** `held`: the notices that must have hung to their end before anybody is approved. */
export function approval(after: string, held: readonly string[], by: 'district' | 'township' = 'district'): Step {
  const approvers = by === 'district' ? (['district_approver'] as const) : (['township_head'] as const)
  const clause = '社会救助暂行办法 第十一条：县级民政部门审批'
  const earlier = ['opinion.agree', 'leader.agree', ...(by === 'district' ? ['head.agree'] : [])]
  return {
    id: 'approval',
    label: by === 'district' ? '区级审批' : '乡镇审核确认',
    after: [after],
    called: false,
    level: by,
    clock: 'district_review',
    moves: [
      move('sample-visit', '登记入户抽查', ['open', 'open'], approvers, { clause: '民发〔2012〕220号：县级按比例入户抽查' }),
      move('approve', '同意', ['open', 'done'], approvers, {
        needs: ['amount-figured', 'sample-visited', 'eligible-or-explained'],
        requires: held,
        notBy: earlier,
        clause,
      }),
      move('refuse', '不予批准', ['open', 'done'], approvers, {
        needs: ['refusal-grounded', 'imputed-confirmed', 'not-by-vote'],
        notBy: earlier,
        ends: 'refused',
        reason: true,
        clause: REASONS,
      }),
      sendBack(approvers),
      ...endings(['open']),
    ],
  }
}

export function decision(after: string, held: readonly string[], by: 'district' | 'township' = 'district'): Step {
  const approvers = by === 'district' ? (['district_approver'] as const) : (['township_head'] as const)
  return {
    id: 'decision',
    label: '决定与告知',
    after: [after],
    called: false,
    level: by,
    clock: 'final_decision',
    moves: [
      move('decide', '作出决定', ['open', 'done'], approvers, {
        needs: ['amount-figured', 'members-single', 'account-ready', 'account-explained'],
        requires: held,
        clause: '社会救助暂行办法 第十一条、第十二条',
      }),
      sendBack(approvers),
    ],
  }
}

export function payment(): Step {
  const clause = '民发〔2021〕57号 第二十五条：按月通过金融机构发放'
  return {
    id: 'payment',
    label: '资金发放',
    after: ['decision'],
    called: false,
    level: 'district',
    clock: null,
    moves: [
      move('undo', '撤回决定', [['open'], 'waiting'], ['district_approver', 'township_head'], {
        needs: ['within-undo'],
        reopens: 'decision',
        reason: true,
        clause: '尚未告知申请人的决定，可在规定时限内撤回',
      }),
      move('pay', '列入发放名册', ['open', 'done'], ['payment_officer', 'system'], {
        needs: ['on-roll'],
        ends: 'granted',
        clause,
      }),
    ],
  }
}
