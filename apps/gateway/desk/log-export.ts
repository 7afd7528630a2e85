/** The log as files: a table to look at, and the chain itself, which anybody can check with the unit's public key. */
import { setImmediate as breathe } from 'node:timers/promises'
import { formatCsvRow } from '#kernel/csv'
import { canonicalJson, digestHex } from '#wire'
import type { PeerKeys, SuiteName } from '#wire/contract'
import type { DeskBook } from '../gateway-desk-book.ts'
import type { ChainRow } from '../ledger/chain-log.ts'
import type { DigestEntry } from './log-digest.ts'
import type { DeskParts } from './port.ts'
import { codeLabel, eventLabel, subjectLabel } from './words.ts'

const columns: readonly (readonly [string, (entry: DigestEntry) => string | number])[] = [
  ['序号', ({ n }) => n],
  ['时间（UTC）', ({ at }) => at],
  ['事项', ({ event }) => eventLabel(event)],
  ['查询方节点', ({ from }) => from],
  ['经办', ({ operator }) => operator],
  ['目的', ({ purpose }) => purpose],
  ['依据', ({ legalBasis }) => legalBasis],
  ['案件号', ({ caseNo }) => caseNo],
  ['查询内容', ({ subject }) => subjectLabel(subject)],
  ['人数', ({ persons }) => persons],
  ['结果', ({ code }) => codeLabel(code)],
  ['给出行数', ({ rows }) => rows],
  ['用时（毫秒）', ({ delayMs }) => delayMs],
  ['报文编号', ({ message }) => message],
  ['说明', ({ note }) => note],
]

/** A text that a spreadsheet would run as a formula gets an apostrophe. */
const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

/** The entries as CSV with a byte order mark, so that a spreadsheet reads the Chinese; names no person. */
export function logCsv(entries: readonly DigestEntry[]): string {
  const rows = entries.map((entry) => columns.map(([, of]) => safe(String(of(entry)))))
  return `\uFEFF${[columns.map(([label]) => label), ...rows].map(formatCsvRow).join('\r\n')}\r\n`
}

/** Last line of an exported chain: what it holds, signed by the unit. */
interface ChainSeal {
  kind: 'seal'
  nodeId: string
  suite: SuiteName
  publicKey: string
  /** digest that makes the hashes of the chain */
  logSuite: SuiteName
  entries: number
  head: string
  at: string
}

const PAGE = 500

/** The whole chain as lines of JSON, persons sealed; the last line is the unit's signature over where it ends. */
export async function* chainLines({ ledger, signer, config, clock }: DeskParts): AsyncGenerator<string> {
  let last: ChainRow | undefined
  for (;;) {
    const rows = ledger.chainRows(last?.n ?? 0, PAGE)
    for (const row of rows) yield `${canonicalJson({ ...row })}\n`
    last = rows.at(-1) ?? last
    if (rows.length < PAGE) break
    await breathe()
  }
  const { suite, signing } = signer.publicTexts
  const seal: ChainSeal = {
    kind: 'seal',
    nodeId: config.nodeId,
    suite,
    publicKey: signing,
    logSuite: ledger.logSuite,
    entries: last?.n ?? 0,
    head: last?.hash ?? '',
    at: clock.iso(clock.nowMs()),
  }
  yield `${canonicalJson({ ...seal, sig: signer.sign(canonicalJson({ ...seal })) })}\n`
}

function rowFault(row: ChainRow, suite: SuiteName, before: { n: number; hash: string }): string | null {
  if (row.n !== before.n + 1) return `第 ${before.n} 条之后应为第 ${before.n + 1} 条，却是第 ${row.n} 条：有缺失或插入`
  if (row.prev !== before.hash) return `第 ${row.n} 条与上一条不衔接`
  if (digestHex(suite, row.entry) !== row.entryHash) return `第 ${row.n} 条的内容与其摘要不符：已被改动`
  return digestHex(suite, `${row.prev}\n${row.entryHash}`) === row.hash ? null : `第 ${row.n} 条的链摘要不符`
}

/** What is wrong with an exported chain; null when it holds and the unit signed it. */
export function chainFault(text: string, keys: PeerKeys): string | null {
  const lines = text.trimEnd().split('\n')
  const { sig = '', ...seal } = JSON.parse(lines.pop() ?? '{}') as Partial<ChainSeal> & { sig?: string }
  if (seal.kind !== 'seal') return '最后一行不是签名：文件不完整'
  if (!keys.verify(canonicalJson({ ...seal }), sig)) return '签名与单位公钥不符'
  let before = { n: 0, hash: '' }
  for (const line of lines) {
    const row = JSON.parse(line) as ChainRow
    const fault = rowFault(row, seal.logSuite ?? 'ED1', before)
    if (fault !== null) return fault
    before = { n: row.n, hash: row.hash }
  }
  return before.n === seal.entries && before.hash === seal.head ? null : '末条与签名所述不符：结尾有缺失'
}

/** How to check an exported chain without this program. */
export function verificationNote(ledger: DeskBook): string {
  const digest = ledger.logSuite === 'GM1' ? 'SM3' : 'SHA-256'
  const signature = 'GM1 为 SM2（默认用户标识），ED1 为 Ed25519'
  return [
    '本文件每行一个 JSON 对象。除最后一行外，每行是日志的一条：',
    '  n         序号，从 1 起不间断',
    '  entry     该条的规范化 JSON 文本（RFC 8785）；其中 persons 一项以本单位密钥加密，不显示任何人的身份',
    `  entryHash ${digest}(entry 的 UTF-8 字节)，十六进制`,
    '  prev      上一条的 hash；第一条为空',
    `  hash      ${digest}(prev + 换行 + entryHash)，十六进制`,
    '最后一行是本单位对 entries（条数）、head（末条 hash）等的签名 sig：',
    `  被签内容是去掉 sig 后该行的规范化 JSON 文本；suite 为签名套件（${signature}）；公钥与签名均为 base64url。`,
    '核验：逐行重算 entryHash 与 hash，检查 n 与 prev 连续，末条 hash 等于 head，再以事先取得的单位公钥验签。',
    '改动、删除、插入、截断任何一条，都会使其中一步不成立。',
    '',
  ].join('\n')
}
