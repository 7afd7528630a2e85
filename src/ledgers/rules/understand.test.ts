import { describe, expect, it } from 'vitest'
import { A, B, C, codes, D, id, kinds, NOTHING, persons, reading, rows } from '#testkit/understood-ledger'
import type { CoreRow } from './core-rows.ts'
import { gridOf } from './grid.ts'
import type { Registered } from './registered.ts'
import type { LearntWord } from './words.ts'

const HEADER = ['保障证号', '乡镇', '村', '姓名', '身份证号', '与户主关系', '月保障金额', '享受起始年月']

describe('households of a ledger', () => {
  const whole = [
    ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7'],
    ['户1', '戊辰镇', '春山村', '乙', B, '妻', '300', '2020.7'],
    ['户2', '戊辰镇', '秋水村', '丁', D, '本人', '200', '2021年1月'],
  ]
  const wanted = ['户1 甲 head 2', '户1 乙 spouse 3', '户2 丁 head 4']

  it.each([
    ['repeated cells', whole, []],
    ['cells empty below the first', whole.map((row, i) => (i === 1 ? ['', '', '', '乙', B, '妻', '', ''] : row)), []],
    [
      'merged cells',
      whole.map((row, i) => (i === 1 ? ['', '', '', '乙', B, '妻', '', ''] : row)),
      [0, 1, 2, 6, 7].flatMap((column) => [2, column, 3, column]),
    ],
  ])('are found in %s', (_, data, merges) => {
    const all = rows([gridOf('Sheet1', [HEADER, ...data], merges)])
    expect(persons(all)).toEqual(wanted)
    expect(
      all.households?.map(({ given }) => [given.household_no, given.division_code, given.approved_amount, given.aid_from]),
    ).toEqual([
      ['户1', '629901100200', '300', '2020-07'],
      ['户2', '629901100201', '200', '2021-01'],
    ])
    expect(codes(all.households)).toEqual([])
  })

  it('get a number made of the head when there is none, the same each time', () => {
    const grid = gridOf('', [HEADER.slice(1), ...whole.map((row) => row.slice(1))])
    expect(persons(rows([grid]))).toEqual([`T<${A}> 甲 head 2`, `T<${A}> 乙 spouse 3`, `T<${D}> 丁 head 4`])
    const head = {
      personNo: '户9-1',
      householdNo: '户9',
      idNumber: A,
      given: { relation: 'head', phone: '13900001234', household_no: '户9' },
    }
    const registered: Registered = { ...NOTHING, byNumber: new Map([[A, [head]]]), members: new Map([['户9', [head]]]) }
    const again = rows([grid], { registered })
    expect(persons(again).slice(0, 2)).toEqual(['户9 甲 head 2', '户9 乙 spouse 3'])
    expect(again.persons?.slice(0, 2).map(({ given }) => [given.person_no, given.phone])).toEqual([
      ['户9-1', '13900001234'],
      ['户9-01', undefined],
    ])
  })

  it('are refused when their rows contradict each other or two of them use one number', () => {
    const two = rows([gridOf('', [HEADER, whole[0] ?? [], ['户1', '戊辰镇', '春山村', '乙', B, '妻', '350', '2020.7']])])
    expect(codes(two.households)).toEqual(['approved_amount VALUE_CONFLICT'])
    const clash = rows([gridOf('', [HEADER, whole[0] ?? [], ['户1', '戊辰镇', '春山村', '丁', D, '户主', '300', '2020.7']])])
    expect(clash.households?.map(({ at, issues }) => [at.row, issues[0]?.note])).toEqual([
      [2, '见第 2 行和第 3 行'],
      [3, '见第 2 行和第 3 行'],
    ])
  })

  it('under one number keep their own rows, where a row of the head stands above rows of members', () => {
    const header = ['保障证号', '村', '户主姓名', '户主身份证号', '月保障金额', '享受起始年月', '姓名', '身份证号', '与户主关系']
    const ofMember = (...member: string[]) => ['', '', '', '', '', '', ...member]
    const data = [
      ['户1', '秋水村', '甲', A, '300', '2020.7', '', '', ''],
      ofMember('甲', A, '户主'),
      ofMember('乙', B, '妻'),
      ['户1', '松岭社区', '丁', D, '300', '2020.7', '', '', ''],
      ofMember('丁', D, '户主'),
    ]
    const grid = gridOf('', [header, ...data])
    const { questions } = reading([grid]).understood.reading
    expect(questions.flatMap((question) => (question.kind === 'places' ? question.lines : []))).toEqual([])
    const all = rows([grid])
    expect(all.households?.map(({ at, issues }) => [at.row, issues[0]?.code])).toEqual([
      [2, 'VALUE_CONFLICT'],
      [5, 'VALUE_CONFLICT'],
    ])
    expect(persons(all)).toContain('户1 丁 head 6')
  })

  it('whose head is missing do not join the household above', () => {
    const header = ['村', '姓名', '身份证号', '与户主关系', '月保障金额', '享受起始年月']
    const data = [
      ['秋水村', '甲', A, '户主', '300', '2020.7'],
      ['', '乙', B, '妻', '', ''],
      ['秋水村', '丙', C, '子', '200', '2020.7'],
      ['', '戊', id('19910708', '013'), '子', '', ''],
    ]
    expect(persons(rows([gridOf('', [header, ...data])]))).toEqual([
      `T<${A}> 甲 head 2`,
      `T<${A}> 乙 spouse 3`,
      `T<${C}> 丙 child 4`,
      `T<${C}> 戊 child 5`,
    ])
  })

  it('are made of a row of the head and rows of members, of one row, and of members across', () => {
    const header = ['村', '户主姓名', '户主身份证号', '月保障金额', '享受起始年月', '成员姓名', '成员身份证号', '关系']
    const below = [
      ['秋水村', '甲', A, '300', '2020.7'],
      ['', '', '', '', '', '乙', B, '妻'],
      ['秋水村', '丁', D, '200', '2020.7'],
    ]
    const wantedRows = [`T<${A}> 甲 head 2`, `T<${A}> 乙 spouse 3`, `T<${D}> 丁 head 4`]
    expect(persons(rows([gridOf('', [header, ...below])]))).toEqual(wantedRows)
    const only = ['村', '户主姓名', '户主身份证', '人数', '月保障金额', '享受起始年月']
    expect(
      persons(rows([gridOf('', [only, ['秋水村', '甲', A, '3', '300', '2020.7'], ['秋水村', '丁', D, '1', '200', '2020.7']])])),
    ).toEqual([`T<${A}> 甲 head 2`, `T<${D}> 丁 head 3`])
    const across = [...only, '成员1姓名', '成员1身份证号', '成员1关系', '成员2姓名', '成员2身份证号', '成员2关系']
    const row = ['秋水村', '甲', A, '3', '300', '2020.7', '乙', B, '妻', '丙', C, '长子']
    expect(persons(rows([gridOf('', [across, row])]))).toEqual([`T<${A}> 甲 head 2`, `T<${A}> 乙 spouse 2`, `T<${A}> 丙 child 2`])
  })

  it('stand in a sheet for each village, and in two sheets joined by number', () => {
    const header = ['姓名', '身份证号', '与户主关系', '月保障金额', '享受起始年月']
    const sheet = (name: string, row: string[]) => gridOf(name, [['戊辰镇2026年农村低保对象花名册'], header, row])
    const sheets = [
      sheet('春山', ['甲', A, '户主', '300', '2020.7']),
      sheet('秋水村', ['丁', D, '户主', '200', '2020.7']),
      gridOf('说明', [['填表说明']]),
    ]
    expect(rows(sheets).households?.map(({ given, at }) => [given.division_code, at.sheet])).toEqual([
      ['629901100200', 0],
      ['629901100201', 1],
    ])
    const households = gridOf('家庭', [
      ['户编号', '户主姓名', '村', '月保障金额', '享受起始年月'],
      ['户1', '甲', '秋水村', '300', '2020.7'],
    ])
    const members = gridOf('成员', [
      ['户编号', '姓名', '身份证号', '关系'],
      ['户1', '甲', A, '户主'],
      ['户1', '乙', B, '妻'],
    ])
    expect(persons(rows([households, members]))).toEqual(['户1 甲 head 2', '户1 乙 spouse 3'])
  })
})

describe('the header', () => {
  it('is found below titles, in three rows with groups, merged or not; totals, notes, numbers of columns and repetitions are left out', () => {
    const head = [
      ['序号', '家庭成员', '', '', '低保待遇', ''],
      ['', '基本情况', '', '关系', '金额情况', '起始'],
      ['', '姓名', '身份证号', '与户主关系', '月保障金额(元)', '享受起始年月'],
    ]
    const data = ['1', '甲', A, '户主', '300', '2020.7']
    const sheet = [
      ['戊辰镇秋水村农村低保花名册'],
      ['单位：戊辰镇', '', '', '', '制表日期：2026年9月1日'],
      ...head,
      ['1', '2', '3', '4', '5', '6'],
      data,
      ['小计', '', '', '', '300'],
      ...head,
      ['2', '丁', D, '户主', '200', '2020.7'],
      ['合计：2户', '', '', '', '500'],
      ['填表人：张三', '', '审核人：李四'],
    ]
    const { understood } = reading([gridOf('Sheet1', sheet)])
    expect(understood.reading.sheets[0]).toMatchObject({ use: 'ledger', headerFrom: 3, headerTo: 5, rows: 2 })
    expect(understood.reading.sheets[0]?.columns[2]?.path).toEqual(['家庭成员', '基本情况', '身份证号'])
    expect(understood.reading.sheets[0]?.skipped.map(({ row, use }) => `${row} ${use}`)).toEqual([
      '6 note',
      '8 total',
      '9 repeated-header',
      '10 repeated-header',
      '11 repeated-header',
      '13 total',
      '14 note',
    ])
    expect(persons(rows([gridOf('Sheet1', sheet)]))).toHaveLength(2)
  })

  it('is asked for where none is found, and moved where a person says so', () => {
    const sheet = [['甲列', '乙列'], ['x', 'y'], HEADER, ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7']]
    expect(
      kinds(
        reading([
          gridOf('表', [
            ['甲', '乙'],
            ['x', 'y'],
          ]),
        ]).understood,
      ),
    ).toEqual(['header'])
    const moved = reading([gridOf('表', sheet)], { answers: { 'header:表': { from: '1', to: '3' } } }).understood
    expect(moved.reading.sheets[0]).toMatchObject({ headerFrom: 1, headerTo: 3 })
  })

  it('takes a column for what a person says it is, by its place in the sheet', () => {
    const sheet = [HEADER, ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7']]
    const read = reading([gridOf('表', sheet)], { answers: { 'columns:表': { '6': 'payments.amount', '7': '' } } }).understood
    expect(read.reading.sheets[0]?.columns.map(({ field }) => field).slice(6, 8)).toEqual(['payments.amount', ''])
  })

  it('leaves blank cells unmatched, and columns of reasons', () => {
    const { understood } = reading([
      gridOf('', [
        [...HEADER, '', '错误原因'],
        ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7', 'x', '校验位不对'],
      ]),
    ])
    expect(understood.reading.sheets[0]?.columns.slice(-2).map(({ field }) => field)).toEqual(['', ''])
  })
})

describe('what is asked', () => {
  const known = ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7']

  it('is the columns and the constants of a new shape, and nothing of a known one', () => {
    const grid = gridOf('', [HEADER, known])
    const first = reading([grid]).understood
    expect(kinds(first)).toEqual(['columns', 'constant'])
    const shape = HEADER.join('\n')
    const saved = new Map([
      [
        String(shape.length),
        { columns: Object.fromEntries(HEADER.map((key, i) => [key, first.reading.sheets[0]?.columns[i]?.field ?? ''])) },
      ],
    ])
    const book = { constant: { programme: 'rural', applied_on: 'aid-from', counted: 'yes' }, hidden: {} }
    expect(reading([grid], { saved, book }).understood.reading).toMatchObject({ known: true, questions: [] })
    const lacking = gridOf('', [HEADER.filter((word) => word !== '月保障金额'), known.filter((cell) => cell !== '300')])
    const asked = reading([lacking], { saved }).understood.reading.questions
    expect(asked.find(({ kind }) => kind === 'other')?.title).toContain('月保障金额')
  })

  it('is every word nobody knows, a place that is misspelt or stands twice, and what is hidden', () => {
    const grid = gridOf('', [
      HEADER,
      ['户1', '', '春山村', '甲', A, '远亲', '300', '2020.7'],
      ['户2', '戊辰镇', '秋氺村', '丁', D, '户主', '300', '2020.7'],
    ])
    const { questions } = reading([grid]).understood.reading
    expect(questions.map(({ kind }) => kind)).toEqual(['columns', 'constant', 'words', 'places'])
    expect(questions[2]?.lines.map(({ key }) => key)).toEqual(['persons.relation=远亲'])
    expect(questions[3]?.lines.map(({ key, proposed }) => [key, proposed])).toEqual([
      ['/春山村', null],
      ['戊辰镇/秋氺村', '629901100201'],
    ])
    const learnt: LearntWord[] = [
      { kind: 'code', field: 'persons.relation', word: '远亲', meaning: 'other' },
      { kind: 'place', field: '', word: '/春山村', meaning: '629901101200' },
      { kind: 'place', field: '', word: '戊辰镇/秋氺村', meaning: '629901100201' },
    ]
    expect(kinds(reading([grid], { learnt }).understood)).toEqual(['columns', 'constant'])
    const hidden = gridOf('', [HEADER])
    hidden.rows.add({ row: 2, cells: known, hidden: true })
    hidden.rows.add({ row: 3, cells: ['户2', '戊辰镇', '秋水村', '丁', D, '户主', '300', '2020.7'] })
    expect(kinds(reading([hidden]).understood)).toContain('hidden')
    expect(persons(rows([hidden], { answers: { hidden: { rows: 'no' } } }))).toEqual(['户2 丁 head 3'])
  })

  it('is never run through without a column that tells persons apart', () => {
    const { understood } = reading(
      [
        gridOf('', [
          ['村', '姓名', '与户主关系', '月保障金额'],
          ['春山村', '甲', '户主', '300'],
        ]),
      ],
      {
        answers: { 'columns:18': {} },
      },
    )
    const columns = understood.reading.questions.find(({ kind }) => kind === 'columns')
    expect(columns).toMatchObject({ answered: false })
    expect(columns?.detail).toContain('身份证号')
  })
})

describe('payments', () => {
  const registered: Registered = {
    ...NOTHING,
    byNumber: new Map([[A, [{ personNo: '户1-1', householdNo: '户1', idNumber: A, given: { relation: 'head' } }]]]),
    byAccount: new Map([['6217000000000000129', ['户2']]]),
    payments: new Map([['户1\n2026-07', { paymentNo: 'FF1', given: { paid_on: '2026-07-10' } }]]),
  }
  const given = (all: Record<string, CoreRow[]>) =>
    (all.payments ?? []).map((row) => `${row.given.payment_no} ${row.given.month} ${row.given.amount} ${row.given.paid_on}`)

  it('stand one a row, in columns of months and in sheets of months', () => {
    const list = [
      ['姓名', '身份证号', '发放金额', '发放月份'],
      ['甲', A, '300', '2026年7月'],
      ['甲', A, '￥1,300元', '2026-08'],
    ]
    const wanted = ['FF1 2026-07 300 2026-07-10', '户1-2026-08 2026-08 1300 2026-08-31']
    expect(given(rows([gridOf('', list)], { registered }))).toEqual(wanted)
    const columns = [
      ['姓名', '身份证号', '2026年7月', '8月'],
      ['甲', A, '300', '1300'],
    ]
    const asked = reading([gridOf('发放', columns)], { registered }).understood
    expect(asked.reading.questions.find(({ kind }) => kind === 'constant')?.lines.map(({ key }) => key)).toEqual([
      'paid_on',
      'year',
    ])
    expect(given(rows([gridOf('发放', columns)], { registered }))).toEqual(wanted)
    const sheets = ['2026年7月', '2026年8月'].map((name, i) =>
      gridOf(name, [
        ['姓名', '身份证号', '实发金额'],
        ['甲', A, i === 0 ? '300' : '1300'],
      ]),
    )
    expect(given(rows(sheets, { registered }))).toEqual(wanted)
  })

  it('find their household by account, never by name', () => {
    const list = [
      ['姓名', '银行账号', '发放金额', '发放月份'],
      ['丁', '6217 0000 0000 0000 129', '300', '2026年7月'],
      ['甲', '', '300', '2026年7月'],
    ]
    const all = rows([gridOf('', list)], { registered }).payments
    expect(all?.map(({ given: row }) => row.household_no)).toEqual(['户2', '?'])
    expect(codes(all)).toEqual(['household_no HOUSEHOLD_UNCLEAR'])
  })

  it('stand beside members once, whichever rows repeat them', () => {
    const header = [...HEADER, '2026年7月', '2026年8月']
    const one = ['户1', '戊辰镇', '春山村', '甲', A, '户主', '300', '2020.7', '300', '300']
    const all = rows([gridOf('', [header, one, ['户1', '戊辰镇', '春山村', '乙', B, '妻', '300', '2020.7', '300', '310']])])
    expect(given(all)).toEqual(['户1-2026-07 2026-07 300 2026-07-31', '户1-2026-08 2026-08 300 2026-08-31'])
    expect(codes(all.payments)).toEqual(['amount VALUE_CONFLICT'])
  })
})
