/** The parts of an application and their columns: words alone, so that a page can have them without the schemas. */
import type { CodeListName } from '#kernel/terms'

export interface DraftColumn {
  readonly name: string
  readonly label: string
  /** what a text is, when it can be checked */
  readonly holds?: 'name' | 'phone'
  readonly kind: 'text' | 'long' | 'code' | 'choice' | 'date' | 'month' | 'money' | 'yesno' | 'id' | 'count' | 'area' | 'member'
  readonly codes?: CodeListName
  /** code → label, for a list that only the application knows */
  readonly choices?: Readonly<Record<string, string>>
  readonly required?: true
  /** stays with the case: the registry has no such column */
  readonly own?: true
  readonly hint?: string
}

/** Why somebody of the family is not at home for good. */
const AWAY = {
  none: '在家',
  serving: '服刑或强制隔离戒毒',
  missing: '被宣告失踪',
  clergy: '在宗教场所居住三年以上',
  conscript: '义务兵服役',
}

/** Where somebody of the family is registered, seen from the place of the application. */
const REGISTERED = { here: '本区县', province: '本省其他区县', elsewhere: '外省' }

/** Relation of an official to somebody of the family, wider than the registry's list of kin: a pack's circle may name any of them. */
export const OFFICIAL_RELATIONS = {
  self: '本人',
  spouse: '配偶',
  parent: '父母',
  child: '子女',
  sibling: '兄弟姐妹',
  grandparent: '祖父母、外祖父母',
  grandchild: '孙子女、外孙子女',
  parent_in_law: '岳父母、公婆',
  child_in_law: '儿媳、女婿',
  uncle_aunt: '叔伯姑舅姨',
  nephew_niece: '侄子女、甥子女',
  cousin: '堂、表兄弟姐妹',
  guardian: '监护关系',
  other: '其他',
} as const

export const SECTION_LABELS = {
  household: '家庭',
  members: '家庭成员',
  supporters: '赡养抚养扶养人',
  incomes: '收入',
  assets: '财产',
  expenditures: '支出',
  relatives: '近亲属',
} as const
export type SectionName = keyof typeof SECTION_LABELS
export type RowSection = Exclude<SectionName, 'household'>
export const ROW_SECTIONS = ['members', 'supporters', 'incomes', 'assets', 'expenditures', 'relatives'] as const

const period: readonly DraftColumn[] = [
  { name: 'period_from', label: '起始月', kind: 'month', required: true },
  { name: 'period_to', label: '终止月', kind: 'month', required: true },
]
const none = (name: string, label: string): DraftColumn => ({ name, label, kind: 'yesno', own: true })

/** Where a household is paid: of a household that is or was paid, these change by two persons only. */
export const ACCOUNT_COLUMNS: ReadonlySet<string> = new Set([
  'bank_name',
  'account_no',
  'account_holder',
  'account_holder_id',
  'account_proxy_filed',
])

/** The columns of every part of an application, in the order they are asked. */
export const DRAFT_COLUMNS: Readonly<Record<SectionName, readonly DraftColumn[]>> = {
  household: [
    { name: 'address', label: '家庭住址', kind: 'text', required: true },
    { name: 'applied_on', label: '申请日期', kind: 'date', required: true },
    { name: 'reason', label: '申请理由', kind: 'long', required: true, own: true },
    { name: 'phone', label: '联系电话', kind: 'text', holds: 'phone', required: true, own: true },
    { name: 'bank_name', label: '开户银行', kind: 'text' },
    { name: 'account_no', label: '账号', kind: 'text' },
    { name: 'account_holder', label: '账户户名', kind: 'text', holds: 'name' },
    { name: 'account_holder_id', label: '账户持有人身份号码', kind: 'id' },
    { name: 'account_proxy_filed', label: '代管协议已备案', kind: 'yesno' },
    { name: 'payee_reason', label: '由他人代领的原因', kind: 'text', own: true, hint: '户名不是家庭成员的才填写。' },
    {
      name: 'no_account_reason',
      label: '暂无账户的原因',
      kind: 'text',
      own: true,
      hint: '尚未开户的才填写：可以先受理，作出决定前须登记账户。',
    },
    { name: 'single_applicant', label: '单人保申请', kind: 'yesno' },
    {
      name: 'has_relatives',
      label: '与低保经办人员、村（社区）干部有近亲属关系',
      kind: 'yesno',
      required: true,
      own: true,
      hint: '有近亲属关系不影响申请，但须单独登记备案。',
    },
    none('no_supporters', '没有赡养、抚养、扶养义务人'),
    none('no_incomes', '没有任何收入'),
    none('no_assets', '没有须申报的财产'),
    none('no_expenditures', '没有刚性支出'),
  ],
  members: [
    { name: 'name', label: '姓名', kind: 'text', holds: 'name', required: true },
    { name: 'id_number', label: '公民身份号码', kind: 'id', required: true },
    { name: 'gender', label: '性别', kind: 'code', codes: 'gender', required: true },
    { name: 'birth_date', label: '出生日期', kind: 'date', required: true },
    { name: 'relation', label: '与户主关系', kind: 'code', codes: 'relation', required: true },
    { name: 'marital_status', label: '婚姻状况', kind: 'code', codes: 'marital', required: true },
    { name: 'health', label: '健康状况', kind: 'code', codes: 'health', required: true },
    { name: 'disability_class', label: '残疾类别', kind: 'code', codes: 'disability_class', own: true },
    { name: 'disability_grade', label: '残疾等级', kind: 'code', codes: 'disability_grade', own: true },
    { name: 'work_status', label: '就业状况', kind: 'code', codes: 'work_status', required: true },
    { name: 'student_level', label: '在读学段', kind: 'code', codes: 'student_level', required: true },
    { name: 'phone', label: '联系电话', kind: 'text', holds: 'phone' },
    { name: 'lives_together', label: '与户主共同生活', kind: 'yesno', required: true, own: true },
    { name: 'registered', label: '户籍所在地', kind: 'choice', choices: REGISTERED, own: true },
    { name: 'away', label: '长期不在家的情形', kind: 'choice', choices: AWAY, required: true, own: true },
    { name: 'cannot_live_independently', label: '成年但不能独立生活', kind: 'yesno', own: true },
    { name: 'counted', label: '计入共同生活成员', kind: 'yesno', required: true },
    { name: 'why', label: '与规定不一致时的理由', kind: 'text', own: true },
  ],
  supporters: [
    { name: 'name', label: '姓名', kind: 'text', holds: 'name', required: true },
    { name: 'id_number', label: '公民身份号码', kind: 'id', required: true },
    { name: 'supported_person_no', label: '被赡养抚养扶养人', kind: 'member', required: true },
    { name: 'relation', label: '是被赡养抚养扶养人的', kind: 'code', codes: 'supporter_relation', required: true },
    { name: 'work_unit', label: '工作单位', kind: 'text' },
    { name: 'monthly_income', label: '家庭月收入（元）', kind: 'money' },
    { name: 'household_persons', label: '家庭人口', kind: 'count' },
    { name: 'supported_count', label: '承担义务人数', kind: 'count' },
    { name: 'support_agreed', label: '裁定或协议月支付额（元）', kind: 'money' },
    { name: 'support_paid', label: '实际月支付额（元）', kind: 'money' },
  ],
  incomes: [
    { name: 'person_no', label: '取得人', kind: 'member', required: true },
    { name: 'item', label: '收入项目', kind: 'code', codes: 'income_item', required: true },
    { name: 'amount', label: '期间合计（元）', kind: 'money', required: true },
    ...period,
  ],
  assets: [
    { name: 'person_no', label: '所有人', kind: 'member', required: true },
    { name: 'kind', label: '财产种类', kind: 'code', codes: 'asset_kind', required: true },
    { name: 'identifier', label: '账号、车牌、坐落或名称', kind: 'text' },
    { name: 'area', label: '面积（平方米）', kind: 'area' },
    { name: 'amount', label: '金额或估值（元）', kind: 'money' },
  ],
  expenditures: [
    { name: 'person_no', label: '支出人', kind: 'member', required: true },
    { name: 'kind', label: '支出种类', kind: 'code', codes: 'expenditure_kind', required: true },
    { name: 'amount', label: '期间合计（元）', kind: 'money', required: true },
    ...period,
  ],
  relatives: [
    { name: 'member', label: '家庭成员', kind: 'member', required: true, own: true },
    { name: 'official', label: '经办人员或村干部姓名', kind: 'text', holds: 'name', required: true, own: true },
    { name: 'post', label: '单位和职务', kind: 'text', required: true, own: true },
    { name: 'relation', label: '是该成员的', kind: 'choice', choices: OFFICIAL_RELATIONS, required: true, own: true },
  ],
}
