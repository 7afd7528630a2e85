import type {
  ArchiveCoverDocument,
  ConfirmationDocument,
  LongTermNoticeDocument,
  NoticeDocument,
  NoticeRow,
  Opinion,
  RefusalDocument,
  RelatedPartyDocument,
  ReviewFormDocument,
} from '../contract/index.ts'
import { applicant, contact, face, person, remedies, sealImage, service, signing } from './shared.ts'

const bureau = '虚构区民政局'

const rows: NoticeRow[] = ['东方春䶮', '甲富贵', '阿卜杜热合曼·吾斯曼江·麦麦提明', '乙㛃', '丙𬱖'].map((name, index) => ({
  name,
  members: 1 + index,
  amountFen: 42_000 * (1 + index) + 50,
  tier: ['一类', '二类', '三类'][index % 3] ?? '一类',
}))

export const notice: NoticeDocument = {
  paper: face('notice', 'GS-990101-2026-000088'),
  stageName: '审核公示',
  levelName: '街道',
  township: '青溪街道',
  village: '百草社区',
  programmeName: '城市最低生活保障',
  columns: ['amount', 'tier', 'coverage', 'fromMonth'],
  rows: rows.map((row, index) => ({ ...row, coverage: index === 1 ? '单人保' : '整户保', fromMonth: '2026-10' })),
  fromOn: '2026-09-20',
  toOn: '2026-09-26',
  days: 7,
  objectionTelephone: '0000-1234567',
  objectionAddress: '青溪街道便民服务中心',
  printSerial: 1,
  postedOn: '2026-09-20',
}

export const longTermNotice: LongTermNoticeDocument = {
  paper: face('long-term-notice', 'CQ-990101-2026-000088', bureau),
  township: '青溪街道',
  village: '百草社区',
  programmeName: '城市最低生活保障',
  columns: ['amount', 'tier'],
  rows,
  asOfMonth: '2026-10',
  policyText: '共同生活的家庭成员人均收入低于当地保障标准，且符合财产规定的家庭，可以申请。',
  complaintTelephone: '0000-7654321',
  printSerial: 2,
  updatedOn: '2026-10-10',
}

function opinion(name: string, text: string, signedOn = '2026-09-28'): Opinion {
  return { ...signing(name, signedOn), opinion: text }
}

export const reviewForm: ReviewFormDocument = {
  paper: face('review-form', 'SH-990101-2026-000123', bureau),
  applicant,
  programmeName: '城市最低生活保障',
  village: '百草社区',
  acceptanceNo: 'SL-2026-0456',
  members: [
    { name: '东方春䶮', idNumber: '990101********002X', relation: '户主', covered: true, topUp: '重度残疾' },
    { name: '阿依古丽·买买提', idNumber: '990101********0048', relation: '配偶', covered: true, topUp: null },
    { name: '东方㛃', idNumber: '990101********0031', relation: '子女', covered: true, topUp: '未成年人' },
  ],
  monthlyIncomeFen: 170_000,
  perCapitaFen: 56_667,
  standardFen: 72_000,
  assetsFinding: '未超过限额',
  deliberationFinding: '属实12票',
  noticeFinding: '公示7天无异议',
  tier: '二类',
  people: 3,
  baseFen: 46_000,
  topUpFen: 57_600,
  totalFen: 103_600,
  fromMonth: '2026-10',
  villageOpinion: opinion('丁卫国', '已协助调查，情况属实。'),
  handler: opinion('乙明', '经调查核对，符合条件，建议保障三人。'),
  leader: opinion('壬分管', '同意经办人意见。'),
  townshipHead: opinion('癸书记', '同意上报。'),
  townshipSealImage: sealImage,
  districtHandler: opinion('子初审', '材料齐全，抽查属实。', '2026-10-08'),
  districtHead: opinion('丑局长', '同意确认，自2026年10月起发放。', '2026-10-09'),
}

export const confirmation: ConfirmationDocument = {
  paper: face('confirmation', 'QR-990101-2026-000123', bureau),
  receiver: '东方春䶮',
  applicant,
  programmeName: '城市最低生活保障',
  facts: '家庭三人，核对后家庭月收入1700.00元，人均月收入566.67元，财产未超过限额。',
  clause: '示例政策包 第五条、第十七条',
  people: 3,
  tier: '二类',
  baseFen: 46_000,
  topUpFen: 57_600,
  totalFen: 103_600,
  fromMonth: '2026-10',
  payText: '按月发放到户主的社会保障卡账户。',
  dutiesText: '家庭人口、收入、财产有变化的，请及时报告；每年复核一次。',
  remedies,
  contact,
  issuedOn: '2026-10-09',
  service,
}

export const refusal: RefusalDocument = {
  paper: face('refusal', 'BQR-990101-2026-000009', bureau),
  receiver: '甲富贵',
  applicant: { ...applicant, name: '甲富贵', idNumber: '990101********0015' },
  programmeName: '城市最低生活保障',
  appliedOn: '2026-09-01',
  facts: '名下有2024年登记的小型客车一辆，估值35,000.00元，不属于残疾人代步或者生产经营用车。',
  clause: '示例政策包 第十二条第一款',
  reason: '家里的汽车超出了低保家庭可以拥有的财产范围，所以这次不能确认为低保家庭。',
  remedies,
  otherHelp: '医疗费用负担较重的，可以申请医疗救助；遇到突发困难的，可以申请临时救助。',
  contact,
  issuedOn: '2026-10-09',
  service: null,
}

export const relatedParty: RelatedPartyDocument = {
  paper: face('related-party', 'BA-990101-2026-000003', bureau),
  official: { name: '古丽娜·买买提', post: '居委会委员', unit: '百草社区居民委员会', kind: 'committee' },
  applicant: person,
  relation: '配偶的堂姐妹',
  people: 3,
  monthlyFen: 103_600,
  fromMonth: '2026-10',
  reason: '户主因病因残失去劳动能力',
  recusals: '入户调查、民主评议、审核、年度复核均已回避',
  declaredOn: '2026-09-01',
  officialSigning: signing('古丽娜·买买提', '2026-09-01'),
  checker: opinion('乙明', '情况属实，手续齐全。'),
  countyVisit: opinion('子初审', '全户入户核查，符合条件。', '2026-10-08'),
  districtOpinion: opinion('丑局长', '同意备案，单独立卷。', '2026-10-09'),
}

export const archiveCover: ArchiveCoverDocument = {
  paper: face('archive-cover', 'DA-990101-2026-000123', bureau),
  archiveNo: '990101-DB-2026-0123',
  title: '东方春䶮家庭城市最低生活保障审核确认档案',
  applicant,
  programmeName: '城市最低生活保障',
  openedOn: '2026-09-01',
  closedOn: '2026-10-12',
  keepText: '停止保障后三年以上',
  sheets: [
    { title: '申请书、授权书、诚信承诺书', serialNo: 'SQ-990101-2026-000789', madeOn: '2026-09-01', pages: 4, note: null },
    { title: '受理通知书', serialNo: 'SL-990101-2026-000456', madeOn: '2026-09-02', pages: 1, note: null },
    { title: '核对报告', serialNo: 'HD-990101-2026-000123', madeOn: '2026-09-14', pages: 2, note: null },
    { title: '入户调查表及照片', serialNo: 'RH-990101-2026-000123', madeOn: '2026-09-08', pages: 3, note: '照片4张' },
    { title: '户口簿复印件', serialNo: null, madeOn: null, pages: 6, note: null },
  ],
  filedBy: signing('乙明', '2026-10-12'),
  checkedBy: signing('子初审', '2026-10-15'),
}
