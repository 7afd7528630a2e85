/** Bundles by way of the board: what `yingbao bundle` does at the centre, without a shell. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, type JournalNote, routeAction } from '#platform/action'
import { systemClock } from '#platform/clock'
import { withRead } from '#platform/db'
import { BundleFault, BundleFile, type BundleReport, LedgerFault, readBundle, type WrittenBundle, writeBundle } from '#wire'
import { LARGEST_UPLOAD, makeBundle, type TakenBundle, takeBundle } from '../contract/carried.ts'
import { OutboxBell } from '../jobs/outbox-bell.ts'
import { PgLedger } from '../ledger.ts'
import { findNode } from '../store/nodes.ts'
import { exchangeScope } from './scope.ts'

const MB = 1024 * 1024
/** One file goes to the browser; what is more is a matter for the command, which writes as many as it takes. */
const LARGEST_DOWNLOAD = 512 * MB
const YBX = 'application/octet-stream'

function note(purpose: string, detail: NonNullable<JournalNote['detail']>): JournalNote {
  return { chain: 'system:exchange', basis: '社会救助暂行办法 第五十八条', purpose, detail }
}

/** The id of a node that has a line of its own or none. */
async function getNodeId({ db }: ActionContext, unit: string): Promise<string> {
  const node = await withRead(db, exchangeScope, (sql) => findNode(sql, unit))
  if (node?.state !== 'active') throw new Problem('exchange.node_unknown', `节点 ${unit} 未登记或已吊销`, { status: 404 })
  if (node.via === null) return node.node_id
  const message = `节点 ${node.node_id} 经 ${node.via} 中转，离线包请在 ${node.via} 的页面生成和导入`
  throw new Problem('exchange.carried_by_relay', message, { status: 409 })
}

async function openLedger({ db, keys, clock, log }: ActionContext): Promise<PgLedger> {
  const ledger = new PgLedger(db, { keys, clock }, new OutboxBell(db, log))
  await ledger.know()
  return ledger
}

/** Works in a folder that is gone afterwards. What lies in it is sealed. */
async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'yingbao-bundle-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function write(context: ActionContext, to: string, dir: string): Promise<WrittenBundle | null> {
  try {
    return await writeBundle(await openLedger(context), { to, dir, fileBytes: LARGEST_DOWNLOAD }, context.clock)
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error
    throw new Problem('exchange.no_bundle', error.message, { status: 409 })
  }
}

const made = new WeakMap<object, WrittenBundle>()

export const makeBundleAction: Action = routeAction(makeBundle, {
  transaction: 'own',
  run: (context, { unit }) =>
    inFolder(async (dir): Promise<Download> => {
      const to = await getNodeId(context, unit)
      const written = await write(context, to, dir)
      const [fileName, ...more] = written?.files ?? []
      if (!written || fileName === undefined) {
        const message = `没有要带给 ${to} 的内容：已发出的都有回执，也没有需要交给对方的回执`
        throw new Problem('exchange.nothing_to_carry', message, { status: 409 })
      }
      if (more.length > 0) {
        const message = `要带给 ${to} 的内容超过 ${LARGEST_DOWNLOAD / MB} MB，请在服务器上用 yingbao bundle export --to ${to} --out 文件夹 导出`
        throw new Problem('exchange.bundle_too_large', message, { status: 409 })
      }
      // an open file outlives its name
      const file: Download = {
        fileName,
        mediaType: YBX,
        body: (await open(join(dir, fileName))).createReadStream(),
      }
      made.set(file, written)
      return file
    }),
  journal({ unit }, output) {
    const { bundleId, messages, receipts } = made.get(output as Download) ?? {}
    return note('生成离线包', { unit, bundleId, messages, receipts })
  },
})

function fileNameOf(name: string): string {
  const file = basename(name.replaceAll('\\', '/'))
  if (!/\.ybx$/i.test(file)) {
    throw new Problem('exchange.no_bundle', `“${file}”不是离线包文件（.ybx），请核对所选文件`, { status: 422 })
  }
  return file.replace(/[^A-Za-z0-9._\u4e00-\u9fff() -]/g, '_').slice(-80)
}

async function* limited(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > LARGEST_UPLOAD) {
      const message = `文件超过 ${LARGEST_UPLOAD / MB} MB，不像是离线包；确是离线包的，请在服务器上用 yingbao bundle import 导入`
      throw new Problem('exchange.bundle_too_large', message, { status: 413 })
    }
    yield chunk
  }
}

/** What is wrong with a file at first sight: of a slip at the desk nothing is kept, the person is told. */
async function findSlip(path: string, centreId: string): Promise<BundleFault | null> {
  try {
    const file = await BundleFile.open(path)
    await file.close()
    const { from, to } = file.frame.header
    if (to !== centreId) return new BundleFault('addressee', `离线包是 ${from} 发给 ${to} 的，不是发给本中心的，请送到 ${to}`)
  } catch (error) {
    if (error instanceof BundleFault) return error
  }
  return null
}

function adviceOf({ state, code, from }: BundleReport, nodeId: string): string {
  if (code === 'full') return '；本机腾出后请再次导入'
  if (state === 'refused') return '。已记入“待处理报文”，由人处理'
  return from === undefined || from === nodeId ? '' : `；此包来自 ${from}，已计入该节点`
}

export const takeBundleAction: Action = routeAction(takeBundle, {
  transaction: 'own',
  run: (context, { unit, name, upload }) =>
    inFolder(async (dir): Promise<TakenBundle> => {
      const nodeId = await getNodeId(context, unit)
      const file = fileNameOf(name)
      const path = join(dir, file)
      await pipeline(limited(upload.stream), createWriteStream(path, { mode: 0o600 }))
      const ledger = await openLedger(context)
      const slip = await findSlip(path, ledger.nodeId)
      if (slip) return { file, state: 'refused', code: slip.code, message: slip.message, messages: 0, receipts: 0 }
      const report = await readBundle(ledger, path, systemClock)
      const { state, code = null, messages, receipts } = report
      return { file, state, code, message: `${report.message}${adviceOf(report, nodeId)}`, messages, receipts }
    }),
  journal({ unit }, output) {
    const { file, state, code, messages, receipts } = output as TakenBundle
    return note('导入离线包', { unit, file, state, code, messages, receipts })
  },
})
