/** One roll: its lines on the page, in a workbook for the bank, and on paper. */
import { Readable } from 'node:stream'
import { composeFilingQr, excelStream, type PaymentRollDocument, renderPdf, type SheetColumn } from '#documents'
import { sealImageOf } from '#identity'
import { maskAccount } from '#kernel/bank-account'
import { divisionAt } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import { listMemberIndexesOf } from '#registry'
import { downloadRoll, openRoll, printRoll, type RollLine } from '../contract/payment.ts'
import { RUNS_ON } from '../rules/payment-words.ts'
import { findRoll, listRollLines, type RollLineRow, type RollRow } from '../store/payments.ts'
import { rollView } from './payments.ts'

const basis = '民发〔2021〕57号 第二十五条'

interface OpenedRoll {
  readonly row: RollRow
  readonly lines: readonly (RollLine & { readonly account: string; readonly holderId: string })[]
}

function opened({ keys }: ActionContext, row: RollLineRow): OpenedRoll['lines'][number] {
  const sealed = JSON.parse(keys.openText(row.sealed)) as { account_no?: string | null; account_holder_id?: string | null }
  const account = sealed.account_no ?? ''
  return {
    householdNo: row.household_no,
    caseNo: row.case_no,
    decisionNo: row.decision_no,
    name: row.name,
    persons: row.persons,
    base: row.base,
    topUp: row.top_up,
    amount: row.amount,
    accountHolder: row.account_holder ?? '',
    accountMasked: maskAccount(account),
    account,
    holderId: sealed.account_holder_id ?? '',
  }
}

const readOf = new WeakMap<object, { row: RollRow; subjects: readonly Buffer[] }>()

/** The roll with its lines opened: all, or those of a page. */
async function openLines(
  context: ActionContext,
  rollNo: string,
  page?: Parameters<typeof listRollLines>[2],
): Promise<OpenedRoll> {
  const row = await findRoll(context.tx, rollNo)
  if (row === undefined) throw new Problem('payment.not-found', '没有这份名册，或不在您的辖区内', { status: 404 })
  const lines = (await listRollLines(context.tx, rollNo, page)).map((line) => opened(context, line))
  return { row, lines }
}

/** Keeps for the journal whose lines were shown. */
async function rememberRoll(context: ActionContext, reply: object, { row, lines }: OpenedRoll): Promise<void> {
  const householdNos = lines.map(({ householdNo }) => householdNo)
  readOf.set(reply, { row, subjects: await listMemberIndexesOf(context.tx, householdNos) })
}

function entryOn(reply: object, purpose: string, detail: Record<string, unknown>) {
  const { row, subjects } = readOf.get(reply) ?? {}
  return {
    chain: 'system:payment',
    ...(row === undefined ? {} : { divisionCode: row.division_code }),
    subjects: subjects ?? [],
    basis,
    purpose,
    detail,
  }
}

export const openRollAction: Action = routeAction(openRoll, {
  async run(context, { rollNo, cursor, limit }) {
    const list = `${openRoll.name} ${rollNo}`
    const after = readCursor(context.keys, list, cursor)
    const { row, lines: found } = await openLines(context, rollNo, { after, limit: limit + 1 })
    const lines = found.slice(0, limit)
    const last = found.length > limit ? lines.at(-1) : undefined
    const reply = {
      roll: rollView(row, context.actor.userId),
      lines: lines.map(({ account: _account, holderId: _holder, ...line }) => line),
      next: last === undefined ? null : writeCursor(context.keys, list, [last.name, last.householdNo]),
    }
    await rememberRoll(context, reply, { row, lines })
    return reply
  },
  journal: ({ rollNo }, output) => entryOn(output, '查看发放名册', { rollNo }),
})

const columns: readonly SheetColumn[] = [
  { header: '序号', key: 'number', kind: 'number', width: 6 },
  { header: '姓名', key: 'name', kind: 'text', width: 12 },
  { header: '保障人数', key: 'persons', kind: 'number' },
  { header: '基本金额', key: 'base', kind: 'money', width: 12 },
  { header: '分类施保', key: 'topUp', kind: 'money', width: 12 },
  { header: '合计', key: 'amount', kind: 'money', width: 12 },
  { header: '户名', key: 'holder', kind: 'text', width: 12 },
  { header: '账号', key: 'account', kind: 'text', width: 24 },
  { header: '决定编号', key: 'decisionNo', kind: 'text', width: 18 },
]

/** The bank gets accounts in clear, from the payment officer and once a second person has confirmed; everybody else sees them masked. */
function showsAccounts(context: ActionContext, row: RollRow): boolean {
  return context.actor.role === 'payment_officer' && row.confirmed_at !== null
}

export const downloadRollAction: Action = routeAction(downloadRoll, {
  async run(context, { rollNo }) {
    const { row, lines } = await openLines(context, rollNo)
    const clear = showsAccounts(context, row)
    const rows = [
      ...lines.map((line, k) => ({
        number: k + 1,
        name: line.name,
        persons: line.persons,
        base: line.base,
        topUp: line.topUp,
        amount: line.amount,
        holder: line.accountHolder,
        account: clear ? line.account : line.accountMasked,
        decisionNo: line.decisionNo ?? RUNS_ON,
      })),
      { number: null, name: '合计', persons: row.persons, base: row.base, topUp: row.top_up, amount: row.total },
    ]
    const body = Readable.from(excelStream([{ name: `${row.month} ${row.village_name}`, columns, rows }]))
    const reply: Download = {
      fileName: `发放名册-${row.roll_no}.xlsx`,
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      body,
    }
    await rememberRoll(context, reply, { row, lines })
    return reply
  },
  journal: ({ rollNo }, output, context) =>
    entryOn(output, '下载发放名册', { rollNo, accounts: context.actor.role === 'payment_officer' ? 'clear' : 'masked' }),
})

function noteOf({ decisionNo, accountHolder, name }: RollLine): string | null {
  const notes = [
    decisionNo === null ? RUNS_ON : '',
    accountHolder === '' || accountHolder === name ? '' : `户名 ${accountHolder}`,
  ]
  return notes.filter((note) => note !== '').join('；') || null
}

/** A roll as its paper takes it; a confirmed one bears the district's seal. */
export function rollDocument(row: RollRow, lines: readonly RollLine[], sealImage: Uint8Array | null): PaymentRollDocument {
  const nobody = { name: null, signatureImage: null, signedOn: null }
  const place = `${row.township_name}${row.village_name}`
  return {
    paper: {
      serialNo: row.roll_no,
      formVersion: '1',
      unit: place,
      qrText: composeFilingQr({ caseNo: row.roll_no, form: 'payment-roll', version: 1, page: null }) ?? row.roll_no,
      sealImage,
    },
    place,
    programmeName: '最低生活保障',
    payMonth: row.month,
    bank: row.bank_name,
    rows: lines.map((line) => ({
      name: line.name,
      people: line.persons,
      baseFen: line.base,
      topUpFen: line.topUp,
      card: line.accountMasked,
      note: noteOf(line),
    })),
    maker: { name: row.made_by_name, signatureImage: null, signedOn: null },
    checker: row.confirmed_by_name === null ? nobody : { name: row.confirmed_by_name, signatureImage: null, signedOn: null },
    approver: nobody,
    madeOn: row.made_at.slice(0, 10),
  }
}

export const printRollAction: Action = routeAction(printRoll, {
  async run(context, { rollNo }) {
    const { row, lines } = await openLines(context, rollNo)
    const sealImage = row.confirmed_at === null ? null : await sealImageOf(context, divisionAt(row.division_code, 'district'))
    const body = await renderPdf('payment-roll', rollDocument(row, lines, sealImage))
    const reply: Download = { fileName: `发放名册-${row.roll_no}.pdf`, mediaType: 'application/pdf', body }
    await rememberRoll(context, reply, { row, lines })
    return reply
  },
  journal: ({ rollNo }, output) => entryOn(output, '打印发放名册', { rollNo }),
})
