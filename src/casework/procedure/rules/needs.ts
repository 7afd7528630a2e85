/** What a move may need, in words for whoever is refused it. The facts themselves are gathered by store/facts.ts. */

const NEEDS: Readonly<Record<string, string>> = {
  'missing-listed': '请先列出全部缺少的材料，一次性告知',
  'application-complete': '申请内容还不完整，请按提示补齐',
  'application-signed': '申请书还没有全部成年成员的签字',
  'never-signed': '已有人签字提出申请，不能作废；申请人不再申请的，办理“申请人撤回申请”',
  'undertaking-signed': '诚信承诺书还没有签字',
  'members-explained': '还有家庭成员没有写明是否计入共同生活及理由',
  'members-single': '有成员同时是另一户在保或在办家庭的成员，还没有核实，请在申请录入的“检查与受理”中逐人核实',
  'proofs-in': '还有应当提交的证明材料没有收到，也没有写明无法提供的原因，请在“证明材料”中补传或写明',
  'authorised-by-all': '还有成员或赡养人没有签核对授权书',
  'report-valid': '还没有有效期内的核对报告',
  'report-attached': '还没有收到核对报告',
  'report-newer': '异议提出后还没有新的核对报告',
  'findings-answered': '核对报告中还有 A 类疑点没有处置',
  'two-investigators': '入户调查须有两名以上有姓名的调查人员',
  'visit-planned': '还没有安排入户人员和日期',
  'visit-signed': '入户调查表须由两名调查人员和申请家庭双方签字',
  'refusal-recorded': '须先登记拒不配合的情形',
  'body-drawn': '还没有抽取评议人员，或人数、代表比例不合规定',
  'not-voted': '本次评议已投票，不能再次抽取人员另投；未通过的应当重新调查后再评议',
  'session-held': '还没有登记评议会的到会和票数',
  'vote-passed': '评议未通过或不够法定人数',
  'vote-failed': '评议并没有不通过的结果',
  'tests-not-met': '户籍、收入、财产三项认定均未见不符合，评议未通过的应当重新调查',
  reinvestigated: '须先重新入户调查并再次评议',
  'district-consulted': '须先登记与区级会商的意见',
  'sheet-complete': '测评表的四项认定还不齐',
  'imputed-confirmed': '仅凭推定收入认定不符合的，须由一人写明理由确认',
  'opinion-written': '请先写明审核意见',
  'leader-written': '请先写明审核意见',
  'head-written': '请先写明签批意见',
  'notice_village-listed': '公示名单还没有编制或金额核算不符',
  'notice_township-listed': '公示名单还没有编制或金额核算不符',
  'notice_district-listed': '公示名单还没有编制或金额核算不符',
  'notice_village-over': '公示期最后一天过后才可以办结，最后一天见公示单',
  'notice_township-over': '公示期最后一天过后才可以办结，最后一天见公示单',
  'notice_district-over': '公示期最后一天过后才可以办结，最后一天见公示单',
  'notice_village-proved': '还没有登记张贴照片',
  'notice_township-proved': '还没有登记张贴照片',
  'notice_district-proved': '还没有登记张贴照片',
  'not-to-be-listed': '测评结论为符合，应当公示',
  'no-open-objection': '还有异议没有答复',
  'objection-answered': '异议还没有由未参与的人员书面答复',
  'amount-figured': '还没有核定补助金额',
  'account-ready': '还没有可以发放的账户，请由乡镇（街道）经办人员或资金发放人员在“发放账户”页登记，由另一人确认',
  'account-explained': '发放账户有须核对的情形，请在决定中写明核对结果（至少 4 个字）',
  'sample-visited': '该件还没有参加入户抽查抽签，或被抽中、属必查户而没有登记抽查结果',
  'eligible-or-explained': '测评结论为不符合，同意须写明理由',
  'refusal-grounded': '不予批准须写明事实、依据和救济途径',
  'not-by-vote': '三项认定均符合的，不能仅因评议未通过不予批准，应当重新调查',
  'within-undo': '已超过可以撤回的时限，或决定已经告知申请人、列入发放名册',
  'on-roll': '还没有列入当月发放名册',
}

/** What is missing, in words. */
export function needText(need: string): string {
  return NEEDS[need] ?? need
}

/** Every fact the words are known for. */
export const KNOWN_NEEDS: ReadonlySet<string> = new Set(Object.keys(NEEDS))
