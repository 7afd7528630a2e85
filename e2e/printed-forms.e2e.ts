import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type FormDocuments, type FormName, renderBatch, renderPdf, stopPrinting, templateText } from '#documents'
import { formData } from '../src/documents/rules/form-data.ts'
import { formView } from '../src/documents/rules/form-view.ts'
import { sampleForms } from '../src/documents/samples/index.ts'

/** The forms of casework as another program reads them: poppler's view of text, fonts, pages and pictures. */
const folder = mkdtempSync(join(tmpdir(), 'yingbao-forms-'))
const forms = Object.keys(sampleForms) as FormName[]
const golden = 'src/documents/golden/pages.txt'
/** Gives a page as grey pixels. */
const pageToPixels = 'pdftoppm'

afterAll(async () => {
  await stopPrinting()
  rmSync(folder, { recursive: true, force: true })
})

function poppler(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

async function printed(name: string, pdf: Promise<Buffer>): Promise<string> {
  const path = join(folder, `${name}.pdf`)
  writeFileSync(path, await pdf)
  return path
}

/** Text without white space: line breaks of a narrow column do not matter. */
function textOf(path: string): string {
  return poppler('pdftotext', '-raw', path, '-').replace(/\s/g, '')
}

function filled<F extends FormName>(form: F): FormDocuments[F] {
  return sampleForms[form]
}

/** The fields a form must have, by the words printed on it. */
const fields: { [F in FormName]: string } = {
  application:
    '申请人 公民身份号码 联系电话 住址 户籍类别 申请项目 姓名 关系 年龄 婚姻 健康 残疾类别等级 文化程度 就业状况 单位 申请理由 家庭收入 家庭财产 近亲属声明 授权书 义务人同意 诚信承诺书 签名 指印 填表日期',
  proxy: '委托人 受托人 委托事由 委托权限 委托期限 见证人',
  'acceptance-notice': '受理编号 办理时限 联系人 联系电话 送达回执 签收人',
  'rejection-notice': '不予受理的事实和理由 依据 行政复议 行政诉讼 联系电话 送达回执',
  'missing-items-notice': '欠缺的材料 问题 补正办法 补正 联系电话 送达回执',
  'household-economics':
    '收入类型 成员 月收入 住房类型 所有人 面积 坐落地址 车辆类型 金融资产 种类 金额 店铺、公司 水费 电费 电话通讯费 物业费 义务人 关系 年龄 家庭人数 家庭月收入合计 人均月收入',
  'verification-order': '核对对象 授权书编号 查询来源 命中情况 核对结论 符合 不符合 疑似 核对经办人 报告日期 有效期至',
  'home-visit':
    '户主 公民身份号码 关系 健康状况 职业 年收入 是否已享受低保 是否干部近亲属 致困原因 住房类型 面积 装修情况 牲畜养殖 交通工具 家庭年收入 人均月收入 义务人 调查结论 理由 调查人1 调查人2 见证人 被调查家庭 指印 照片',
  'neighbour-interview': '被访问人 与申请人关系 被访问人陈述 访问人1 访问人2',
  'written-inquiry': '信函索证函 索证事项 答复 答复人',
  deliberation:
    '地点 时间 主持人 应到人数 实到人数 身份 回避人员 申请人陈述 提问与回答 同意票 反对票 弃权票 评议结果 签名 抽取种子 现场照片',
  'three-plus-one': '户籍 收入 财产 民主评议 事实 陈述人 来源 数据日期 矛盾之处 依据条款 核定 综合结论',
  notice: '户主（申请人） 保障人数 月保障金额 档次 公示期间 异议电话 次打印',
  'review-form':
    '乡镇（街道）经办人意见 分管领导意见 乡镇（街道）主要领导意见 县级经办人意见 县级审核确认意见 档次 保障人数 基本金额 分类施保 月保障金额 大写 起始月份',
  confirmation: '认定的事实 依据 合计 大写 起始月份 行政复议 行政诉讼 送达回证',
  refusal: '认定的事实 依据的规定 不予确认的理由 行政复议 行政诉讼 送达回证',
  'related-party': '姓名 职务 与上述人员关系 户主（申请人） 核查人意见 备案意见 回避情况',
  'long-term-notice': '户主（申请人） 保障人数 月保障金额 档次 救助政策 监督投诉电话',
  'dynamic-record': '原金额 现金额 变动原因 起始月份 核查结果',
  adjustment: '增发 减发 停发 原金额 现金额 调整原因 起始月份 行政复议 行政诉讼 送达回证',
  'payment-roll': '户主姓名 人数 基本金额 分类施保 收款账户 发放月份 本页小计 承前页 总计大写 单位（盖章）',
  'card-agreement': '甲方 乙方 代管原因和用途 代管期限 账户（卡号）',
  'archive-cover': '档号 保管期限 卷内目录 文件题名 页号',
}

const chosen = new Set(['programme', 'kind', 'way', 'conclusion', 'result', 'body', 'columns', 'qrText'])
/** Texts that stand on the paper in another form: choices are ticked, ballots stand in capital numerals, capitals where a form has them. */
const placedElsewhere = (key: string): boolean => chosen.has(key) || /Image$|Words$|Fen(Capitals)$|Votes$/.test(key)

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    placedElsewhere(key) && typeof each !== 'object' ? [] : key === 'columns' ? [] : leaves(each),
  )
}

type Word = { text: string; left: number; top: number; right: number; bottom: number; page: number }
function wordsOf(path: string): Word[] {
  return poppler('pdftotext', '-bbox', path, '-')
    .split('<page ')
    .flatMap((page, number) =>
      [...page.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)/g)].map(
        ([, left, top, right, bottom, text = '']) => ({
          text,
          left: Number(left),
          top: Number(top),
          right: Number(right),
          bottom: Number(bottom),
          page: number,
        }),
      ),
    )
}

/** Pairs of words that are printed over each other. */
function collisions(words: readonly Word[]): string[] {
  const found: string[] = []
  for (const [index, a] of words.entries()) {
    for (const b of words.slice(index + 1, index + 400)) {
      if (a.page !== b.page) break
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      const smaller = Math.min(a.bottom - a.top, b.bottom - b.top)
      if (width > 1.5 && height > smaller * 0.45) found.push(`${a.page}: ${a.text} × ${b.text}`)
    }
  }
  return found
}

/** Pages as small grey pictures: one hex digit of darkness for every 8 × 8 points at 24 dpi. */
function pictures(path: string): string[] {
  const count = Number(/Pages:\s+(\d+)/.exec(poppler('pdfinfo', path))?.[1])
  return Array.from({ length: count }, (_each, index) => picture(path, String(index + 1)))
}

function picture(path: string, page: string): string {
  const file = execFileSync(pageToPixels, ['-gray', '-r', '24', '-f', page, '-l', page, path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 40).toString('latin1'))
  const [columns, rows] = [Math.floor(Number(head?.[1]) / 8), Math.floor(Number(head?.[2]) / 8)]
  const dark = new Array<number>(columns * rows).fill(0)
  for (const [index, grey] of file.subarray(head?.[0].length ?? 0).entries()) {
    const [x, y] = [Math.floor((index % Number(head?.[1])) / 8), Math.floor(index / Number(head?.[1]) / 8)]
    if (x < columns && y < rows) dark[y * columns + x] = (dark[y * columns + x] ?? 0) + 255 - grey
  }
  return dark.map((sum) => Math.min(15, Math.floor(sum / 64 / 8)).toString(16)).join('')
}

/** Share of the cells of a page that differ by more than two of sixteen steps. */
function difference(a: string, b: string): number {
  if (a.length !== b.length) return 1
  const changed = [...a].filter((cell, index) => Math.abs(Number.parseInt(cell, 16) - Number.parseInt(b[index] ?? '0', 16)) > 2)
  return changed.length / a.length
}

describe.each(forms)('form %s', (form) => {
  it('prints every field, filled and blank', async () => {
    for (const document of [filled(form), null]) {
      const text = textOf(await printed(`${form}-${document === null}`, renderPdf(form, document as never)))
      const wanted = fields[form].split(' ')
      expect(wanted.filter((each) => !text.includes(each))).toEqual([])
    }
  })

  it('prints every value it was given', async () => {
    const text = textOf(await printed(form, renderPdf(form, filled(form) as never)))
    const values = leaves(formView(formData(form, filled(form)), [])).filter((each) => each !== '是' && each !== '否')
    expect(values.length).toBeGreaterThan(8)
    expect(values.filter((each) => !text.includes(each.replace(/\s/g, '')))).toEqual([])
  })

  it('embeds only subsets, stays tagged, and prints no word over another or beyond the paper', async () => {
    for (const largePrint of [false, true]) {
      const path = await printed(`${form}-${largePrint}`, renderPdf(form, filled(form) as never, { largePrint }))
      const fonts = poppler('pdffonts', path).trim().split('\n').slice(2)
      expect(fonts.length).toBeGreaterThan(0)
      expect(fonts.filter((line) => !/^[A-Z]{6}\+.*\byes yes yes\b/.test(line))).toEqual([])
      expect(poppler('pdfinfo', path)).toMatch(/Tagged:\s+yes/)
      const words = wordsOf(path)
      const size = /Page size:\s+([\d.]+) x ([\d.]+)/.exec(poppler('pdfinfo', path))
      const [width, height] = [Number(size?.[1]), Number(size?.[2])]
      expect(
        words.filter((word) => word.left < 40 || word.right > width - 40 || word.top < 10 || word.bottom > height - 10),
      ).toEqual([])
      expect(collisions(words)).toEqual([])
    }
  })
})

describe('pictures of the forms', () => {
  async function current(): Promise<Map<string, string>> {
    const pages = new Map<string, string>()
    for (const form of forms) {
      const papers = [
        ['filled', renderPdf(form, filled(form) as never)],
        ['blank', renderPdf(form, null as never)],
      ] as const
      for (const [kind, pdf] of papers) {
        for (const [index, picture] of pictures(await printed(`${form}-${kind}`, pdf)).entries())
          pages.set(`${form} ${kind} ${index + 1}`, picture)
      }
    }
    return pages
  }

  it('look as they were approved (GOLDEN=write approves them anew)', async () => {
    const pages = await current()
    if (process.env.GOLDEN === 'write') {
      writeFileSync(golden, [...pages].map(([name, picture]) => `${name} ${picture}\n`).join(''))
    }
    const approved = new Map(
      readFileSync(golden, 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
    )
    expect([...pages.keys()]).toEqual([...approved.keys()])
    const changed = [...pages]
      .filter(([name, picture]) => difference(picture, approved.get(name) ?? '') > 0.01)
      .map(([name]) => name)
    expect(changed).toEqual([])
  })

  it('the comparison notices a missing seal', async () => {
    const document = sampleForms.confirmation
    const bare = { ...document, paper: { ...document.paper, sealImage: null } }
    const [sealed] = pictures(await printed('sealed', renderPdf('confirmation', document)))
    const [unsealed] = pictures(await printed('unsealed', renderPdf('confirmation', bare)))
    expect(difference(sealed ?? '', unsealed ?? '')).toBeGreaterThan(0.01)
    expect(difference(sealed ?? '', sealed ?? '')).toBe(0)
  })
})

describe('long lists, long names, rare characters', () => {
  it('prints a hundred members without losing or covering any', async () => {
    const [member] = sampleForms.application.members ?? []
    const members = Array.from({ length: 100 }, (_each, index) => ({
      ...(member as NonNullable<typeof member>),
      name: `阿卜杜热合曼·吾斯曼江·麦麦提明第${index + 1}人`,
      employer: '虚构区青溪街道百草社区第三居民小组互助养老服务中心',
    }))
    const path = await printed('hundred', renderPdf('application', { ...sampleForms.application, members }))
    const text = textOf(path)
    expect(members.filter((each) => !text.includes(each.name))).toEqual([])
    expect(collisions(wordsOf(path))).toEqual([])
  })

  it('carries long answers, opinions and statements over to the next page instead of cutting them', async () => {
    const long = Array.from({ length: 400 }, (_each, index) => `第${index}句话说明家庭情况；`).join('')
    const [interview, review] = [sampleForms['neighbour-interview'], sampleForms['review-form']]
    const papers = [
      renderPdf('neighbour-interview', { ...interview, statement: long, questions: [{ question: '情况如何？', answer: long }] }),
      renderPdf('review-form', { ...review, leader: { ...review.leader, opinion: long } }),
      renderPdf('home-visit', { ...sampleForms['home-visit'], statement: long, conclusionReason: long }),
      renderPdf('refusal', { ...sampleForms.refusal, facts: long, reason: long }),
    ]
    for (const [index, pdf] of papers.entries()) {
      const path = await printed(`long-${index}`, pdf)
      const words = wordsOf(path)
      expect(textOf(path)).toContain('第399句话说明家庭情况；')
      expect(words.filter((word) => word.bottom > 835)).toEqual([])
      expect(collisions(words)).toEqual([])
    }
  })

  it('keeps a household of a notice on one page and repeats the head of the table', async () => {
    const rows = Array.from({ length: 100 }, (_each, index) => ({
      name: `阿卜杜热合曼·吾斯曼江·麦麦提明${index + 1}`,
      members: 2,
      amountFen: 100_000 + index,
      tier: '二类',
    }))
    const path = await printed('notice-100', renderPdf('notice', { ...sampleForms.notice, columns: ['amount', 'tier'], rows }))
    const pages = Number(/Pages:\s+(\d+)/.exec(poppler('pdfinfo', path))?.[1])
    expect(pages).toBeGreaterThan(2)
    const texts = Array.from({ length: pages }, (_each, index) =>
      poppler('pdftotext', '-raw', '-f', String(index + 1), '-l', String(index + 1), path, '-').replace(/\s/g, ''),
    )
    expect(texts.filter((text) => text.includes('麦麦提明')).every((text) => text.includes('保障人数'))).toBe(true)
    const whole = rows.filter((row) =>
      texts.some((text) =>
        text.includes(`${row.name}2${(row.amountFen / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`),
      ),
    )
    expect(whole.length).toBe(100)
  })

  it('prints rare characters, or marks and names those no font has', async () => {
    const document = { ...sampleForms.proxy, reason: '姓名用字𬱖、㛃、䶮' }
    const text = textOf(await printed('rare', renderPdf('proxy', document)))
    for (const each of ['𬱖', '㛃', '䶮']) {
      const code = `U+${each.codePointAt(0)?.toString(16).toUpperCase()}`
      expect(text.includes(each) || (text.includes('〓') && text.includes(code))).toBe(true)
    }
  })
})

it('prints no column of a notice that the policy pack does not name', async () => {
  const rows = [{ name: '甲明', members: 1, amountFen: 42_000, perCapitaFen: 31_415, tier: '二类' }]
  const text = textOf(await printed('columns', renderPdf('notice', { ...sampleForms.notice, columns: ['amount'], rows })))
  expect(text).toContain('420.00')
  expect(text).not.toContain('314.15')
  expect(text).not.toContain('二类')
})

describe('batches and district templates', () => {
  it('prints many notices as one file, each from page 1 on', async () => {
    const documents = ['甲村', '乙村', '丙村'].map((village) => ({ ...sampleForms.notice, village }))
    const path = await printed('batch', renderBatch('notice', documents))
    const text = textOf(path)
    expect(['甲村', '乙村', '丙村'].filter((village) => !text.includes(village))).toEqual([])
    expect(text.match(/第1页/g)).toHaveLength(3)
    expect(poppler('pdfinfo', path)).toMatch(/Pages:\s+3\n/)
  })

  it('prints by a district text and names its hash on the paper', async () => {
    const { text, sha256 } = templateText('proxy')
    const own = text.replace('受托人在委托权限和期限内', '【虚构区】受托人在委托权限和期限内')
    const usual = textOf(await printed('usual', renderPdf('proxy', sampleForms.proxy)))
    const changed = textOf(await printed('own', renderPdf('proxy', sampleForms.proxy, { templateText: own })))
    expect(usual).toContain(`proxy/${sha256.slice(0, 8)}`)
    expect(changed).toContain('【虚构区】')
    expect(changed).not.toContain(sha256.slice(0, 8))
  })
})
