/** Words that bureaus use over their columns and in coded cells. Three ways of wording; a bureau keeps to one. */

/** Field → its header in each wording. The special fields are those a reader makes its rows of. */
export const COLUMN_WORDS: Readonly<Record<string, readonly [string, string, string]>> = {
  'row.no': ['序号', '编号', '序号'],
  'households.household_no': ['保障证号', '户编号', '低保证号'],
  'head.name': ['户主姓名', '户主', '户主姓名'],
  'head.id_number': ['户主身份证号', '户主身份证号码', '户主公民身份号码'],
  'place.township': ['乡镇', '所属乡镇', '镇（街道）'],
  'place.village': ['村', '行政村', '村（社区）'],
  'place.group': ['组', '村民小组', '组别'],
  'households.address': ['家庭住址', '住址', '家庭地址'],
  'households.programme': ['低保类型', '救助类别', '救助项目'],
  'households.tier': ['类别', '保障类别', '低保类别'],
  'households.approved_amount': ['月保障金额（元）', '月保障金', '保障金额(元/月)'],
  'households.aid_from': ['享受起始年月', '开始享受时间', '起始年月'],
  'households.applied_on': ['申请时间', '申请日期', '申请日期'],
  'households.bank_name': ['开户银行', '开户行', '开户银行'],
  'households.account_no': ['账号', '银行账号', '一卡通账号'],
  'households.account_holder': ['账户名', '开户人', '户名'],
  'count.persons': ['家庭人口', '人口数', '家庭人口数'],
  'persons.name': ['姓名', '家庭成员姓名', '成员姓名'],
  'persons.id_number': ['身份证号', '公民身份号码', '身份证号码'],
  'persons.gender': ['性别', '性别', '性别'],
  'persons.birth_date': ['出生日期', '出生年月日', '出生日期'],
  'persons.age': ['年龄', '年龄', '年龄'],
  'persons.relation': ['与户主关系', '家庭关系', '与户主关系'],
  'persons.health': ['健康状况', '身体状况', '健康状况'],
  'persons.marital_status': ['婚姻状况', '婚姻', '婚姻状况'],
  'persons.work_status': ['就业状况', '劳动能力', '从业状况'],
  'persons.student_level': ['在读学段', '就读情况', '在读学段'],
  'persons.phone': ['联系电话', '手机号', '电话'],
  'payments.month': ['所属月份', '发放月份', '月份'],
  'payments.amount': ['发放金额', '发放金额（元）', '实发金额'],
  'payments.paid_on': ['发放日期', '发放时间', '发放日期'],
  'payments.account_no': ['账号', '银行账号', '卡号'],
  'payments.account_holder': ['账户名', '户名', '开户人'],
}

/** Columns that no register has a place for. */
export const UNWANTED = ['致困原因', '民族', '人均月收入（元）', '耕地面积（亩）', '经办人', '备注'] as const

/** A word of a coded cell. `sex` says for whom, `rare` that it is used as dirt only. */
export interface CodeWord {
  readonly code: string
  readonly words: readonly [string, string, string]
  readonly sex?: '1' | '2'
  readonly rare?: readonly string[]
}

const word = (code: string, words: CodeWord['words'], more: Partial<CodeWord> = {}): CodeWord => ({ code, words, ...more })

/** Field → code → words. */
export const CODE_WORDS: Readonly<Record<string, readonly CodeWord[]>> = {
  'persons.gender': [word('1', ['男', '男', '男']), word('2', ['女', '女', '女'])],
  'persons.relation': [
    word('head', ['户主', '本人', '户主']),
    word('spouse', ['配偶', '夫', '丈夫'], { sex: '1' }),
    word('spouse', ['配偶', '妻', '妻子'], { sex: '2' }),
    word('child', ['子', '儿子', '子女'], { sex: '1', rare: ['长子', '次子', '三子'] }),
    word('child', ['女', '女儿', '子女'], { sex: '2', rare: ['长女', '次女', '二女儿'] }),
    word('parent', ['父', '父亲', '父母'], { sex: '1' }),
    word('parent', ['母', '母亲', '父母'], { sex: '2' }),
    word('grandchild', ['孙子', '孙', '孙子女'], { sex: '1', rare: ['外孙', '长孙'] }),
    word('grandchild', ['孙女', '孙女', '孙子女'], { sex: '2', rare: ['外孙女'] }),
    word('sibling', ['弟', '兄弟', '兄弟姐妹'], { sex: '1', rare: ['哥哥', '胞弟'] }),
    word('other', ['其他', '其他', '其他']),
    word('sibling', ['妹', '姐妹', '兄弟姐妹'], { sex: '2', rare: ['姐姐', '胞妹'] }),
  ],
  'persons.health': [
    word('good', ['健康', '良好', '健康']),
    word('weak', ['一般', '体弱', '一般或较弱'], { rare: ['年老体弱'] }),
    word('chronic', ['慢性病', '患慢性病', '慢性病'], { rare: ['长期慢性病', '高血压'] }),
    word('serious', ['重病', '大病', '重大疾病'], { rare: ['患重病', '尿毒症'] }),
    word('disabled', ['残疾', '残疾', '残疾'], { rare: ['一级残疾', '肢体残疾二级', '精神残疾三级', '四级残疾'] }),
  ],
  'persons.marital_status': [
    word('10', ['未婚', '未婚', '未婚']),
    word('20', ['已婚', '已婚', '已婚']),
    word('30', ['丧偶', '丧偶', '丧偶']),
    word('40', ['离婚', '离异', '离婚'], { rare: ['离异单身'] }),
  ],
  'persons.work_status': [
    word('elderly', ['老年人', '老年人', '老年人']),
    word('minor', ['未成年人', '儿童', '未成年人'], { rare: ['幼儿'] }),
    word('student', ['在校学生', '学生', '在校学生'], { rare: ['在校生'] }),
    word('flexible', ['灵活就业', '打零工', '灵活就业'], { rare: ['务农', '外出务工'] }),
    word('unable', ['无劳动能力', '丧失劳动能力', '无劳动能力'], { rare: ['完全丧失劳动能力'] }),
  ],
  'persons.student_level': [
    word('none', ['非在校', '无', '非在校']),
    word('primary', ['小学', '小学', '小学'], { rare: ['小学三年级'] }),
    word('junior', ['初中', '初中', '初中'], { rare: ['初二'] }),
    word('senior', ['高中', '高中', '高中'], { rare: ['高一'] }),
  ],
  'households.tier': [word('A', ['A类', '一类', '甲类']), word('B', ['B类', '二类', '乙类']), word('C', ['C类', '三类', '丙类'])],
  'households.kind': [word('existing', ['在保（存量）', '在保（存量）', '在保（存量）'])],
  'persons.counted': [word('yes', ['是', '是', '是'])],
  'households.programme': [word('rural', ['农村低保', '农村', '农村低保']), word('urban', ['城市低保', '城镇', '城市低保'])],
}

/** The word a bureau of this wording writes for a code. */
export function wordFor(field: string, code: string, wording: number, sex?: '1' | '2'): string {
  const found = CODE_WORDS[field]?.find((each) => each.code === code && (each.sex === undefined || each.sex === sex))
  return found?.words[wording] ?? code
}

/** Every word of a field with its code. */
export function codesByWord(field: string): Record<string, string> {
  const codes: Record<string, string> = {}
  for (const { code, words, rare } of CODE_WORDS[field] ?? []) for (const each of [...words, ...(rare ?? [])]) codes[each] = code
  return codes
}

/** One character of a village's name that sounds as the right one does. */
export const HOMOPHONES: Readonly<Record<string, string>> = {
  春: '椿',
  秋: '邱',
  云: '芸',
  岭: '领',
  田: '甜',
  柳: '流',
  溪: '西',
  松: '宋',
  桃: '陶',
  林: '琳',
  石: '时',
  泉: '全',
  青: '清',
  禾: '河',
  安: '岸',
  宁: '柠',
  园: '元',
  梅: '煤',
  庄: '装',
  星: '兴',
  湾: '弯',
  坪: '平',
}
