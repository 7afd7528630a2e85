import type {
  AuthorisationDocument,
  PrintedFigure,
  PrintedFinding,
  PrintedSource,
  ReturnNoticeDocument,
  VerificationReportDocument,
} from '../contract/index.ts'
import { composeQr, type QrStatement } from '../rules/qr.ts'

const statement: QrStatement = {
  reportNo: 'HD-990101-2026-000123',
  version: 1,
  conclusion: 'inconsistent',
  signedOn: '2026-09-03',
  validTo: '2027-03-02',
  keyId: 'bureau-2026',
  contentHash: '3f0a'.repeat(16),
}
const signature = 'A'.repeat(86)
const qrText = composeQr(statement, signature) ?? ''

function figure(
  group: PrintedFigure['group'],
  label: string,
  declared: number,
  verified: number,
  more: Partial<PrintedFigure> = {},
): PrintedFigure {
  return { group, label, unit: 'fen', declared, verified, total: false, partial: false, ...more }
}

const figures: PrintedFigure[] = [
  figure('income', '工资性收入', 1_200_000, 3_612_500),
  figure('income', '经营性收入', 0, 0),
  figure('income', '财产性收入', 30_000, 85_000),
  figure('income', '转移性收入', 480_000, 520_600, { partial: true }),
  figure('income', '其他收入', 0, 0),
  figure('income', '收入合计', 1_710_000, 4_218_100, { total: true, partial: true }),
  figure('property', '存款', 1_500_000, 2_833_311, { partial: true }),
  figure('property', '证券基金理财', 0, 0, { partial: true }),
  figure('property', '商业保险', 0, 120_000),
  figure('property', '车辆', 0, 3_500_000),
  figure('property', '市场主体出资', 0, 0),
  figure('property', '财产合计', 1_500_000, 6_453_311, { total: true, partial: true }),
  figure('property', '住房面积', 8_600, 12_050, { unit: 'area' }),
  figure('expenditure', '医疗支出', 600_000, 412_355),
  figure('expenditure', '教育支出', 0, 0),
  figure('expenditure', '支出合计', 600_000, 412_355, { total: true }),
]

const recordNames = [
  '公安　户籍',
  '公安　死亡注销',
  '公安　机动车',
  '公安司法　羁押服刑',
  '公安　出入境',
  '人社　社保缴费',
  '人社　待遇发放',
  '财政　统发工资',
  '财政　惠民惠农一卡通',
  '税务　个人所得税申报',
  '自然资源　不动产登记',
  '自然资源　不动产转出',
  '住建　商品房网签',
  '住建　住房保障与危房改造',
  '市场监管　主要人员',
  '市场监管　投资人',
  '市场监管　个体工商户',
  '公积金　账户',
  '农业农村　农机购置补贴',
  '民政　婚姻登记',
  '民政　殡葬火化',
  '民政　其他救助福利',
  '残联　残疾人证',
  '医保　住院结算',
  '教育　学籍',
  '银行　存款理财',
  '证券　持仓',
  '保险　保单',
  '水电气通讯　用量',
  '第三方支付　余额',
]

function source(name: string, index: number): PrintedSource {
  const [unit = '', record = ''] = name.split('　')
  const silent = index === 25 || index === 26
  const answered = { hit: index % 3, noRecord: 4 - (index % 3), notAuthorised: index > 24 ? 1 : 0, notAnswered: 0 }
  const unanswered = { hit: 0, noRecord: 0, notAuthorised: 1, notAnswered: 4 }
  return {
    unit,
    record,
    asOf: silent ? null : '2026-08-20',
    nameMismatch: index === 9 ? 1 : 0,
    idNotFound: 0,
    ...(silent ? unanswered : answered),
  }
}

const findings: PrintedFinding[] = [
  {
    findingId: 'F00000017',
    rule: 'VEH-1',
    ruleName: '名下有机动车',
    class: 'A',
    subject: '东方春䶮',
    message:
      '公安机动车登记中，东方春䶮名下有车牌“川Z·99A01”的小型客车，状态正常，取得日期2024-03-11，估值35,000.00元，家庭未申报车辆。',
    source: '公安　机动车',
    recordId: 'VEH-00048213',
    asOf: '2026-08-20',
    clause: '示例政策包 第十二条第一款',
    outcome: 'true',
    outcomeReason: '入户核实车辆在用',
  },
  {
    findingId: 'F00000018',
    rule: 'INC-3',
    ruleName: '人均收入不低于标准',
    class: 'A',
    subject: null,
    message: '核对后人均月收入1,171.69元，不低于城市低保标准每人每月720.00元。',
    source: null,
    recordId: null,
    asOf: '2026-09-01',
    clause: '示例政策包 第五条',
    outcome: null,
    outcomeReason: null,
  },
]

export const sampleReport: VerificationReportDocument = {
  reportNo: statement.reportNo,
  version: 1,
  kind: 'result',
  applicationNo: 'H0001234',
  acceptanceNo: 'SL-2026-0456',
  projectCode: '0101',
  projectName: '城市最低生活保障',
  householdKind: '在保（存量）复核',
  commissioningUnit: { code: '990101001000', name: '虚构区青溪街道办事处' },
  verifyingUnit: { code: '990101000000', name: '虚构区居民家庭经济状况核对中心' },
  answeringUnits: [],
  applicant: { name: '东方春䶮', documentType: '居民身份证', idMasked: '990101********002X' },
  place: '虚构区青溪街道百草社区',
  asOf: '2026-09-01',
  packName: 'reference',
  packNote: null,
  incomePeriod: { from: '2025-09', to: '2026-08' },
  employmentPeriod: { from: '2026-06', to: '2026-08' },
  expenditurePeriod: { from: '2025-09', to: '2026-08' },
  propertyOn: '2026-09-01',
  startedOn: '2026-09-01',
  endedOn: '2026-09-02',
  members: [
    { name: '东方春䶮', relation: '户主', idMasked: '990101********002X', counted: true, identity: 'HIT' },
    { name: '阿依古丽·买买提', relation: '配偶', idMasked: '990101********0048', counted: true, identity: 'HIT' },
    { name: '东方㛃', relation: '子女', idMasked: '990101********0031', counted: true, identity: 'NAME_MISMATCH' },
    { name: '甲富贵', relation: '父母', idMasked: '990101********0015', counted: false, identity: 'NOT_AUTHORISED' },
  ],
  supporters: [{ name: '东方青山', relation: '子', supported: '甲富贵', identity: 'HIT' }],
  figures,
  perCapita: 117_169,
  standard: 72_000,
  sources: recordNames.map(source),
  findings,
  calculation: [
    { label: '家庭月收入', text: '核对后收入合计 42,181.00 元 ÷ 12 个月', value: '3,515.08' },
    { label: '人均月收入', text: '42,181.00 元 ÷（12 个月 × 3 人）', value: '1,171.69' },
    { label: '与标准比较', text: '1,171.69 元 不低于 720.00 元（第五条：低于标准方可享受）', value: '不低于' },
    { label: '货币财产限额', text: '720.00 元 × 24 个月 × 3 人 = 51,840.00 元；核对后货币财产 29,533.11 元', value: '未超限' },
  ],
  conclusion: 'inconsistent',
  conclusionText: '核对发现 2 项须由人员核实的疑点，申报情况与核对情况不一致。',
  missing: [
    '银行　存款理财：4 人次未反馈（来源超时）',
    '证券　持仓：4 人次未反馈（来源超时）',
    '甲富贵未授权金融资产类查询，未予查询',
  ],
  signedOn: '2026-09-03',
  validTo: '2027-03-02',
  objectionNotice: '对本报告有异议的，可自收到之日起十个工作日内向委托单位书面提出，由核对机构复核后另行出具复核报告。',
  signatures: [
    { role: '核对人', name: '乙明', on: '2026-09-02' },
    { role: '复核人', name: '丙丽', on: '2026-09-03' },
    { role: '签发人', name: '', on: null },
  ],
  contentHash: statement.contentHash,
  signature,
  keyId: statement.keyId,
  qrText,
}

export const sampleAuthorisation: AuthorisationDocument = {
  authorisationNo: 'SQ-990101-2026-000789',
  authorisedUnit: '虚构区民政局',
  verifyingUnit: '虚构区居民家庭经济状况核对中心',
  projectName: '城市最低生活保障',
  applicant: { name: '东方春䶮', idMasked: '990101********002X', place: '虚构区青溪街道百草社区' },
  items: [
    '户籍身份',
    '车辆',
    '社保公积金',
    '财政',
    '税务',
    '不动产住房',
    '市场主体与经营',
    '残联医保教育',
    '金融资产',
    '水电气通讯',
  ],
  validityText: '授权自签字之日起生效；获得救助的，在享受救助期间持续有效；未通过核对的，自核对结束之日终止。',
  signers: [
    { name: '东方春䶮', relation: '户主', idMasked: '990101********002X', age: 46, guardian: false },
    { name: '阿依古丽·买买提', relation: '配偶', idMasked: '990101********0048', age: 44, guardian: false },
    { name: '东方㛃', relation: '子女', idMasked: '990101********0031', age: 12, guardian: true },
    { name: '东方青山', relation: '义务人（子）', idMasked: '990101********0099', age: 39, guardian: false },
  ],
  qrText: 'SQ-990101-2026-000789',
  largePrint: false,
}

export const sampleReturnNotice: ReturnNoticeDocument = {
  noticeNo: 'BZ-990101-2026-000012',
  issuingUnit: '虚构区居民家庭经济状况核对中心',
  receiver: '虚构区青溪街道办事处',
  applicant: { name: '东方春䶮', idMasked: '990101********002X', place: '百草社区' },
  projectName: '城市最低生活保障',
  receivedOn: '2026-09-01',
  gaps: [
    { where: '家庭成员表 第3行 公民身份号码', problem: '校验码不符', mend: '对照户口簿或身份证重新填写18位号码' },
    { where: '授权书', problem: '成员甲富贵未签字', mend: '由本人补签，或由监护人代签并注明' },
  ],
  dueOn: '2026-09-15',
  telephone: '0000-1234567',
  issuedOn: '2026-09-02',
  qrText: 'BZ-990101-2026-000012',
}
