import type {
  AdjustmentDocument,
  CardAgreementDocument,
  DynamicRecordDocument,
  PaymentRollDocument,
  PaymentRow,
} from '../contract/index.ts'
import { applicant, contact, face, fingerprintImage, person, remedies, service, signing } from './shared.ts'

const bureau = '虚构区民政局'

export const dynamicRecord: DynamicRecordDocument = {
  paper: face('dynamic-record', 'DT-990101-2026-000123'),
  applicant: person,
  programmeName: '城市最低生活保障',
  class: 'B类，每六个月核查一次',
  changes: [
    {
      changedOn: '2027-03-05',
      cause: '子女东方青山户籍迁回，共同生活',
      oldPeople: 3,
      newPeople: 4,
      oldFen: 103_600,
      newFen: 121_000,
      fromMonth: '2027-04',
      handler: '乙明',
    },
    {
      changedOn: '2027-09-02',
      cause: '配偶稳定就业，收入增加',
      oldPeople: 4,
      newPeople: 4,
      oldFen: 121_000,
      newFen: 60_500,
      fromMonth: '2027-10',
      handler: '丙丽',
    },
  ],
  checks: [
    { checkedOn: '2027-03-05', way: '入户', finding: '人口增加，收入无变化', nextMonth: '2027-09', checker: '乙明' },
    { checkedOn: '2027-09-02', way: '信息核对', finding: '收入增加', nextMonth: null, checker: null },
  ],
}

export const adjustment: AdjustmentDocument = {
  paper: face('adjustment', 'TZ-990101-2027-000021', bureau),
  kind: 'stop',
  receiver: '东方春䶮',
  applicant,
  programmeName: '城市最低生活保障',
  oldPeople: 4,
  newPeople: 0,
  oldFen: 60_500,
  newFen: 0,
  cause: '经核查，家庭人均月收入1,260.00元，已高于当地保障标准。',
  clause: '示例政策包 第二十六条',
  fromMonth: '2028-04',
  taperText: '自2028年4月起渐退期三个月，期满后停发。',
  remedies,
  contact,
  issuedOn: '2028-03-10',
  service,
}

const rows: PaymentRow[] = Array.from({ length: 43 }, (_each, index) => ({
  name: index === 7 ? '阿卜杜热合曼·吾斯曼江·麦麦提明' : `${'甲乙丙丁戊己庚辛壬癸'[index % 10]}户主${index + 1}`,
  people: 1 + (index % 4),
  baseFen: 42_000 * (1 + (index % 4)),
  topUpFen: index % 3 === 0 ? 7_250 : 0,
  card: `6217********${1000 + index}`,
  note: index === 11 ? '补发上月' : null,
}))

export const paymentRoll: PaymentRollDocument = {
  paper: face('payment-roll', 'FF-990101-2026-10', bureau),
  place: '青溪街道百草社区',
  programmeName: '城市最低生活保障',
  payMonth: '2026-10',
  bank: '虚构农村商业银行',
  rows,
  maker: signing('乙明'),
  checker: signing('丙丽'),
  approver: signing('丑局长'),
  madeOn: '2026-10-05',
}

export const cardAgreement: CardAgreementDocument = {
  paper: face('card-agreement', 'DG-990101-2026-000005'),
  holder: person,
  keeper: {
    name: '东方青山',
    idNumber: '990101********0099',
    phone: '139****0002',
    address: '虚构区青溪街道百草社区槐树巷12号',
    relation: '父子',
  },
  card: '6217********1234',
  bank: '虚构农村商业银行',
  purpose: '持卡人行动不便，代为取款并购买生活用品和药品',
  terms: ['每月十日前向持卡人交付现金并当面签收', '单笔支出超过五百元的先告知社区'],
  fromOn: '2026-10-01',
  toOn: '2027-09-30',
  holderSigning: { ...signing('东方春䶮', '2026-10-01'), fingerprintImage },
  keeperSigning: signing('东方青山', '2026-10-01'),
  villageWitness: signing('丁卫国', '2026-10-01', false),
  townshipWitness: signing('乙明', '2026-10-01'),
}
