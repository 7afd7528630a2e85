/** Chinese words for the codes of casework. */
import { originLabels, resultLabels } from '../../cases/contract/case-words.ts'

const FORMS: Readonly<Record<string, string>> = {
  application: '申请书',
  authorisation: '核对授权书',
  undertaking: '诚信承诺书',
  proxy: '委托书',
  household_economics: '家庭经济状况信息表',
  acceptance: '受理通知书',
  missing_items: '补正材料告知书',
  not_accepted: '不予受理告知书',
  verification_order: '核对委托书',
  home_visit: '入户调查表',
  interview: '邻里访问（信函索证）记录',
  deliberation: '民主评议（听证）记录',
  sheet: '综合测评表',
  notice: '公示单',
  approval: '审核审批表',
  granted: '确认通知书',
  refused: '不予确认告知书',
  related_filing: '近亲属备案表',
  inquiry: '信函索证',
  card_agreement: '救助金账户代管协议',
  dynamic_record: '动态管理记录',
  adjustment: '增发（减发、停发）告知书',
  archive_cover: '档案封面、卷内目录',
  evidence: '证明材料',
}

const KINDS: Readonly<Record<string, string>> = {
  opening: '立案登记',
  signing: '签字说明',
  missing_items: '补正清单',
  supplied: '补正材料收件',
  not_accepted: '不予受理',
  related: '近亲属备案',
  result_objection: '对核对结果的异议',
  acceptance: '受理登记',
  commission: '核对委托',
  told: '核对结果告知',
  visit_plan: '入户安排',
  visit: '入户调查',
  interview: '邻里访问、信函',
  non_cooperation: '不配合情形',
  deliberation: '民主评议结果',
  extension: '延长时限',
  membership: '两处登记的核实',
  kin_answer: '评议人员近亲属确认',
  consultation: '与区级会商意见',
  sheet: '综合测评',
  imputed: '推定收入确认',
  opinion: '审核意见',
  leader: '分管领导意见',
  head: '主要负责人意见',
  sample_visit: '入户抽查',
  approval: '审批意见',
  refusal: '不予批准',
  decision: '决定',
  service: '送达回证',
}

const SCHEMES: Readonly<Record<string, string>> = { dibao: '最低生活保障' }

/** Label of a paper's form. */
export function formLabel(form: string): string {
  return FORMS[form] ?? form
}

/** Every form a paper is filed under, with its label. */
export function paperForms(): { form: string; label: string }[] {
  return Object.entries(FORMS).map(([form, label]) => ({ form, label }))
}

/** Label of a kind of record. */
export function kindLabel(kind: string): string {
  return KINDS[kind] ?? kind
}

const RESULTS: Readonly<Record<string, string>> = { running: '在办', ended: '办结', ...resultLabels }
const ORIGINS: Readonly<Record<string, string>> = originLabels

/** Label of how a case ended, or of a state of the list. */
export function resultLabel(result: string): string {
  return RESULTS[result] ?? result
}

/** Label of where a case came from. */
export function originLabel(origin: string): string {
  return ORIGINS[origin] ?? origin
}

/** Label of a scheme of aid. */
export function schemeLabel(scheme: string): string {
  return SCHEMES[scheme] ?? scheme
}
