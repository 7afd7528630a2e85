import type {
  DeliberationDocument,
  DeliberationPerson,
  HomeVisitDocument,
  NeighbourInterviewDocument,
  ThreePlusOneDocument,
  WrittenInquiryDocument,
} from '../contract/index.ts'
import { applicant, contact, face, fingerprintImage, person, photoImage, signatureImage, signing } from './shared.ts'

const photos = ['大门和院落', '客厅', '厨房', '卧室'].map((caption) => ({ caption, takenOn: '2026-09-08', photoImage }))

export const homeVisit: HomeVisitDocument = {
  paper: face('home-visit', 'RH-990101-2026-000123'),
  head: person,
  programmeName: '城市最低生活保障',
  visitedOn: '2026-09-08',
  visitedAt: '上午9时30分至10时20分',
  onRolls: '未享受低保',
  officialRelative: '配偶的堂姐妹为居委会委员，已备案',
  cause: '因病、因残',
  members: [
    { name: '东方春䶮', idNumber: '990101********002X', relation: '户主', health: '慢性病，肢体二级', job: '无业', yearlyFen: 0 },
    {
      name: '阿依古丽·买买提',
      idNumber: '990101********0048',
      relation: '配偶',
      health: '良好',
      job: '早市帮工',
      yearlyFen: 1_800_000,
    },
    { name: '东方㛃', idNumber: '990101********0031', relation: '子女', health: '良好', job: '学生', yearlyFen: null },
  ],
  dwelling: { kind: '砖混楼房', floorArea: 6_250, finish: '简单粉刷', appliances: '旧电视机、冰箱各一台' },
  land: '没有承包地',
  livestock: '没有养殖',
  transport: '旧摩托车一辆',
  yearlyFen: 2_040_000,
  perCapitaFen: 56_667,
  supporters: [{ name: '东方青山', relation: '子', work: '外地务工', ability: '有部分能力', supportFen: 20_000 }],
  statement: '摩托车用于往返早市；存款为治病借款余额。',
  conclusion: '申报情况与入户所见基本一致',
  conclusionReason: '住房简陋，家电陈旧，主要劳动力患病，收入来源单一。',
  investigators: [
    { ...signing('乙明', '2026-09-08'), post: '街道民政干事', certificateNo: 'MZ-0012' },
    { ...signing('丙丽', '2026-09-08'), post: '社会救助协理员', certificateNo: 'MZ-0031' },
  ],
  witness: signing('丁卫国', '2026-09-08'),
  household: { ...signing('东方春䶮', '2026-09-08'), fingerprintImage, signedBy: null },
  unsigned: null,
  photos,
}

export const neighbourInterview: NeighbourInterviewDocument = {
  paper: face('neighbour-interview', 'LF-990101-2026-000301'),
  applicant: { name: applicant.name, address: applicant.address },
  interviewedOn: '2026-09-08',
  place: '百草社区居民委员会',
  interviewee: { name: '戊念恩', relation: '邻居', address: '槐树巷15号', phone: '137****0003', years: 11 },
  questions: [
    { question: '这家常年住着几口人？', answer: '三口人，儿子在外地，过年才回来。' },
    { question: '平时靠什么生活？', answer: '女主人在早市帮工，男主人看病吃药。' },
    { question: '有没有汽车、店铺、其他房子？', answer: null },
  ],
  statement: '这家人老实，日子确实紧。',
  intervieweeSigning: signing('戊念恩', '2026-09-08'),
  investigators: [signing('乙明', '2026-09-08'), signing('丙丽', '2026-09-08')],
}

export const writtenInquiry: WrittenInquiryDocument = {
  paper: face('written-inquiry', 'XH-990101-2026-000044'),
  applicant: { name: applicant.name, address: applicant.address },
  receiver: '虚构市青山建筑劳务有限公司',
  persons: [{ name: '东方青山', idNumber: '990101********0099' }],
  items: ['用工起止时间', '近六个月的应发工资', '是否参加社会保险'],
  clause: '示例政策包 第十五条',
  replyByOn: '2026-09-20',
  contact,
  issuedOn: '2026-09-06',
  answer: '东方青山自2025年3月起在我公司务工，近六个月应发工资每月6300元，未参加职工社会保险。',
  answeredBy: signing('辛会计', '2026-09-12', false),
}

const seats = ['街道工作人员', '社区党支部成员', '居委会成员', '居民代表', '居民代表', '居民代表', '居民代表', '监督委员']
const surnames = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈', '褚', '卫', '蒋']
const present: DeliberationPerson[] = surnames.map((surname, index) => ({
  name: `${surname}评议`,
  role: seats[index % seats.length] ?? '居民代表',
  signatureImage: index % 5 === 4 ? null : signatureImage,
}))

export const deliberation: DeliberationDocument = {
  paper: face('deliberation', 'PY-990101-2026-000018'),
  body: 'deliberation',
  place: '百草社区二楼会议室',
  heldOn: '2026-09-16',
  heldAt: '下午3时至4时10分',
  chair: signing('丁卫国', '2026-09-16'),
  recorder: signing('丙丽', '2026-09-16'),
  dueVotes: 15,
  presentVotes: 13,
  drawSeed: '7f3a-2c91-0d44',
  drawMethod: '从居民代表名册中随机抽取',
  present,
  absent: [{ name: '沈评议', role: '居民代表', reason: '外出就医' }],
  recused: [{ name: '古丽娜·买买提', role: '居委会委员', reason: '与申请人配偶为堂姐妹' }],
  households: [
    {
      name: '东方春䶮',
      members: 3,
      investigator: '入户调查所见与申报基本一致，有旧摩托车一辆。',
      statement: '因病不能劳动，妻子打零工。',
      questions: '问：儿子是否给生活费？答：每月二百元。',
      yesVotes: 12,
      noVotes: 0,
      abstainVotes: 1,
      invalidVotes: 0,
      result: 'true',
      note: null,
    },
    {
      name: '甲富贵',
      members: 1,
      investigator: '独居老人，义务人情况尚未反馈。',
      statement: null,
      questions: null,
      yesVotes: 5,
      noVotes: 7,
      abstainVotes: 0,
      invalidVotes: 1,
      result: 'reinvestigate',
      note: '核实义务人收入后再评',
    },
  ],
  objections: '没有人提出异议。',
  tellers: '李评议、周评议',
  photos: photos.slice(0, 2).map((photo) => ({ ...photo, caption: '评议现场', takenOn: '2026-09-16' })),
}

export const threePlusOne: ThreePlusOneDocument = {
  paper: face('three-plus-one', 'CP-990101-2026-000123'),
  applicant,
  programmeName: '城市最低生活保障',
  members: 3,
  register: {
    finding: '三人户籍均在本街道，共同生活。',
    facts: [
      {
        fact: '户籍所在地',
        value: '百草社区',
        saidBy: '申请人',
        source: '公安户籍',
        asOfOn: '2026-09-05',
        contradiction: null,
        clause: '示例包第三条',
        imputed: false,
      },
    ],
  },
  income: {
    finding: '家庭人均月收入低于保障标准。',
    facts: [
      {
        fact: '务工收入',
        value: '每月1500.00元',
        saidBy: '配偶',
        source: '用工方说明',
        asOfOn: '2026-08-31',
        contradiction: '邻居称每月约1800元',
        clause: '示例包第九条',
        imputed: false,
      },
      {
        fact: '零工收入',
        value: '每月900.00元',
        saidBy: '经办人',
        source: '按规定核定',
        asOfOn: '2026-09-10',
        contradiction: null,
        clause: '示例包第十一条',
        imputed: true,
      },
    ],
    totalFen: 170_000,
    perCapitaFen: 56_667,
    standardFen: 72_000,
  },
  assets: {
    finding: '未超过限额；银行存款一项尚待反馈。',
    facts: [
      {
        fact: '银行存款',
        value: null,
        saidBy: '银行',
        source: '存款理财查询',
        asOfOn: null,
        contradiction: null,
        clause: '示例包第十七条',
        imputed: false,
      },
    ],
  },
  deliberation: { finding: '评议认为情况属实。', facts: [] },
  conclusion: '四项认定均符合条件，建议提交审核。银行存款反馈后补充核实。',
  handlers: [signing('乙明', '2026-09-18'), signing('丙丽', '2026-09-18')],
  assessedOn: '2026-09-18',
}
