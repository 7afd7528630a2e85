/** Checks an evidence folder off line: with its files and the public keys that the verifier already holds, nothing else. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import {
  AcceptedBody,
  type Anchor,
  canonicalJson,
  chainHash,
  encodeLines,
  type Header,
  LogLine,
  messageHash,
  PollBody,
  peerKeys,
  provesLine,
  ReconciliationHead,
  readBody,
  readFrame,
  verifyMessage,
} from '#wire'
import type { PeerKeys } from '#wire/contract'
import { AnchorFile, type EvidenceKeys, LogHead, Manifest, ProvenMessage, type QueryEntry, WholeMessage } from './files.ts'
import { type QuestionFacts, questionText, readAnswer, readQuestion } from './text.ts'

/** What a check gives: the report line by line, and what failed where. */
export interface EvidenceReport {
  lines: string[]
  faults: { part: string; message: string }[]
}

/** What of an anchor is signed. */
export function anchorText({ no, at, suite, count, root, prev }: Omit<Anchor, 'sig'>): string {
  return canonicalJson({ kind: 'yingbao exchange anchor', no, at, suite, count, root, prev })
}

/** Hash of an anchor: the next one names it. */
export function anchorHash(anchor: Anchor): string {
  return hash('sha256', canonicalJson(anchor))
}

/** What of a manifest is signed. */
export function manifestText(manifest: Omit<Manifest, 'sig'>): string {
  return canonicalJson({ ...manifest, sig: undefined })
}

class Fault extends Error {}

const fail = (message: string): never => {
  throw new Fault(message)
}

/** The keys of the verifier. */
class KeyRing {
  readonly #keys: EvidenceKeys['keys']

  constructor(keys: EvidenceKeys) {
    this.#keys = keys.keys
  }

  /** Keys of a node that held at an instant. */
  of(node: string, suite: string, at: string): PeerKeys[] {
    const held = this.#keys.filter(
      (each) =>
        each.node === node &&
        each.suite === suite &&
        (each.from === null || each.from <= at) &&
        (each.to === null || each.to > at),
    )
    return held.map(({ suite: name, signing, box }) => peerKeys({ suite: name, signing, box }))
  }

  /** Throws when no key of the node has signed the text. */
  check(node: string, suite: string, at: string, text: string, sig: string): void {
    const keys = this.of(node, suite, at)
    if (keys.length === 0) fail(`公钥文件中没有 ${node} 在 ${at} 有效的 ${suite} 公钥`)
    if (!keys.some((key) => key.verify(text, sig))) fail(`签名与 ${node} 的公钥不符`)
  }

  checkHeader(header: Header): void {
    this.check(header.from, header.suite, header.created, canonicalJson({ ...header, sig: undefined }), header.sig)
  }
}

class Checker {
  readonly #files: ReadonlyMap<string, Uint8Array>
  readonly #keys: KeyRing
  readonly #manifest: Manifest
  readonly #report: EvidenceReport
  readonly #statements = new Map<string, { head: ReconciliationHead; entries: LogLine[]; from: string }>()

  constructor(files: ReadonlyMap<string, Uint8Array>, keys: EvidenceKeys, manifest: Manifest, report: EvidenceReport) {
    this.#files = files
    this.#keys = new KeyRing(keys)
    this.#manifest = manifest
    this.#report = report
  }

  /** Runs a part; what fails is named with it. */
  #part<T>(part: string, work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      const isKnown = error instanceof Fault
      const text = error instanceof z.ZodError ? '内容格式有误' : error instanceof Error ? error.message : String(error)
      this.#report.faults.push({ part, message: isKnown ? error.message : text })
      return undefined
    }
  }

  #bytes(path: string): Uint8Array {
    return this.#files.get(path) ?? fail(`缺少文件 ${path}`)
  }

  #json<T>(path: string, schema: z.ZodType<T>): T {
    return schema.parse(JSON.parse(Buffer.from(this.#bytes(path)).toString('utf8')))
  }

  run(): void {
    const { suite, sig, centre, madeAt, files } = this.#manifest
    this.#part('目录 manifest.json', () => this.#keys.check(centre, suite, madeAt, manifestText(this.#manifest), sig))
    const unlisted = [...this.#files.keys()].filter((path) => path !== 'manifest.json' && !Object.hasOwn(files, path))
    for (const path of unlisted) this.#report.faults.push({ part: path, message: '目录未列出此文件' })
    for (const [path, digest] of Object.entries(files)) {
      this.#part(path, () => hash('sha256', this.#bytes(path)) === digest || fail('文件内容与目录所列摘要不符'))
    }
    const stated = new Set(this.#manifest.queries.flatMap(({ statement }) => statement ?? []))
    for (const id of stated) this.#part(`对账 statements/${id}.json`, () => this.#statement(id))
    for (const query of this.#manifest.queries) this.#query(query)
    this.#part('锚定 anchors.json', () => this.#anchors())
  }

  #message(path: string): ProvenMessage {
    const message = this.#json(path, ProvenMessage)
    const { header, lines } = message
    this.#keys.checkHeader(header)
    for (const { line, salt, steps } of lines) {
      if (!provesLine(line, { salt, steps }, header.root, header.suite)) fail('条目与签名报文头的根不符')
    }
    if (lines.length > header.count) fail('条目多于报文头所载')
    return message
  }

  #statement(id: string): void {
    const { header, nonce, lines } = this.#json(`statements/${id}.json`, WholeMessage)
    this.#keys.checkHeader(header)
    if (header.id !== id) fail('编号与文件名不符')
    const { root, count } = encodeLines(lines, header.suite, nonce)
    if (root !== header.root || count !== header.count) fail('条目与签名报文头的根不符')
    const head = ReconciliationHead.parse(JSON.parse(lines[0] ?? ''))
    const entries = lines.slice(1).map((line) => LogLine.parse(JSON.parse(line)))
    const log = head.log ?? fail('对账报文没有日志')
    let chain = log.before
    entries.forEach(([n, entryHash], i) => {
      if (n !== log.after + 1 + i) fail(`日志第 ${n} 条次序有误`)
      chain = chainHash(log.suite, chain, entryHash)
    })
    if (chain !== log.head || log.n !== log.after + entries.length) fail('日志的摘要链与所报的末端不符')
    this.#statements.set(id, { head, entries, from: header.from })
  }

  #query(query: QueryEntry): void {
    const { no, unit } = query
    const request = this.#part(`${no} 请求（${unit}）`, () => this.#request(query))
    if (!request) return
    const { header } = request.message
    const receipt = query.receipt && this.#part(`${no} 回执（${unit}）`, () => this.#receipt(no, header))
    const answers = Array.from({ length: query.answers }, (_, i) =>
      this.#part(`${no} 答复 ${i + 1}（${unit}）`, () => this.#answer(no, i + 1, header, request.facts)),
    )
    const { statement } = query
    if (statement !== null) {
      this.#part(`${no} 单位日志（${unit}）`, () => this.#logged(statement, header, answers.at(-1)?.header))
    }
    this.#part(`${no} 授权（${unit}）`, () => this.#papers(request.facts))
    this.#report.lines.push(
      ...questionText(no, header, request.facts),
      receipt ? `  签收：${receipt}，${unit} 已签名确认收到` : '  签收：尚无该单位的签名回执',
      ...answers.flatMap((answer) => answer?.text ?? []),
      ...(query.answers === 0 ? ['  答复：没有答复（不等于没有记录）'] : []),
      statement === null ? '  单位日志：该单位尚未对账报出此笔，未予证明' : `  单位日志：见对账报文 ${statement}`,
    )
  }

  #request({ no, unit, request }: QueryEntry): { message: ProvenMessage; facts: QuestionFacts } {
    const message = this.#message(`${no}/request.json`)
    const { header } = message
    if (header.type !== 'request' || header.id !== request || header.to !== unit || header.from !== this.#manifest.centre) {
      fail('报文头不是目录所列的查询')
    }
    return { message, facts: readQuestion(message.lines.map((each) => each.line)) }
  }

  /** Gives when the unit stored the question. */
  #receipt(no: string, asked: Header): string {
    const { header, body } = readFrame(this.#bytes(`${no}/receipt.bin`))
    const keys = this.#keys.of(asked.to, header.suite, header.created)
    if (header.from !== asked.to || keys.length === 0) fail(`不是 ${asked.to} 的回执，或没有它的公钥`)
    const isSigned = keys.some((key) => {
      try {
        verifyMessage(header, body, key)
        return true
      } catch {
        return false
      }
    })
    if (!isSigned) fail(`回执的签名与 ${asked.to} 的公钥不符`)
    const [line = ''] = readBody(body, header.count, header.root, header.suite).lines
    const { receipts } = z.union([PollBody, AcceptedBody]).parse(JSON.parse(line))
    const wanted = messageHash(asked)
    const found = receipts.find(
      ({ id, chan, seq, hash: each }) => id === asked.id && chan === asked.chan && seq === asked.seq && each === wanted,
    )
    return found?.at ?? fail('回执中没有这一报文')
  }

  #answer(no: string, k: number, asked: Header, facts: QuestionFacts): { header: Header; text: string[] } {
    const { header, lines } = this.#message(`${no}/answer-${k}.json`)
    if (header.from !== asked.to || header.corr !== asked.id || header.idem !== asked.idem) fail('不是对这一查询的答复')
    return {
      header,
      text: readAnswer(
        header,
        lines.map((each) => each.line),
        facts,
        fail,
      ),
    }
  }

  /** The unit's log tells of the question and of what went out because of it. */
  #logged(id: string, asked: Header, answered: Header | undefined): void {
    const stated = this.#statements.get(id) ?? fail(`对账报文 ${id} 无法使用`)
    if (stated.from !== asked.to) fail('对账报文不是该单位的')
    const wanted = answered === undefined ? '' : messageHash(answered)
    const isThere = stated.entries.some(([, , message, reply]) => message === asked.id && reply === wanted)
    if (!isThere) fail('该单位的日志中没有这一查询与答复')
  }

  /** Scans are those the question names. */
  #papers(facts: QuestionFacts): void {
    for (const { no, docHash } of facts.papers) {
      if (docHash === null) continue
      const bytes = this.#bytes(`scans/${docHash}`)
      if (hash('sha256', bytes) !== docHash) fail(`授权 ${no} 的扫描件与查询所载摘要不符`)
    }
    for (const message of facts.uncovered) fail(message)
  }

  #anchors(): void {
    const { anchors, heads } = this.#json('anchors.json', AnchorFile)
    anchors.forEach((anchor, i) => {
      this.#keys.check(this.#manifest.centre, anchor.suite, anchor.at, anchorText(anchor), anchor.sig)
      const before = anchors[i - 1]
      if (before !== undefined && (anchor.no !== before.no + 1 || anchor.prev !== anchorHash(before)))
        fail(`第 ${anchor.no} 号锚定与前一号不相连`)
    })
    for (const { anchor: no, statement, head } of heads) {
      const anchor = anchors.find((each) => each.no === no) ?? fail(`缺少第 ${no} 号锚定`)
      const stated = this.#statements.get(statement) ?? fail(`对账报文 ${statement} 无法使用`)
      const { line, salt, steps } = head
      if (!provesLine(line, { salt, steps }, anchor.root, anchor.suite)) fail(`第 ${no} 号锚定的根与日志末端不符`)
      const said = LogHead.parse(JSON.parse(line))
      const { log } = stated.head
      if (said.statement !== statement || said.node !== stated.from || said.n !== log?.n || said.head !== log.head)
        fail('锚定的日志末端与对账报文不符')
      this.#report.lines.push(`锚定：${stated.from} 日志至第 ${said.n} 条，列入中心第 ${no} 号锚定（${anchor.at}）`)
    }
  }
}

/** Checks a folder: `files` by their path in it. Nothing is read but these. */
export function checkEvidence(files: ReadonlyMap<string, Uint8Array>, keys: EvidenceKeys): EvidenceReport {
  const report: EvidenceReport = { lines: [], faults: [] }
  const manifest = files.get('manifest.json')
  if (manifest === undefined) return { ...report, faults: [{ part: '目录 manifest.json', message: '缺少文件' }] }
  const read = parsed(Buffer.from(manifest).toString('utf8'))
  if (read === undefined) return { ...report, faults: [{ part: '目录 manifest.json', message: '内容格式有误' }] }
  report.lines.push(
    `证据：${read.about}，家庭 ${read.household}，由 ${read.centre} 于 ${read.madeAt} 制作，用途：${read.purpose}`,
  )
  new Checker(files, keys, read, report).run()
  return report
}

function parsed(text: string): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
