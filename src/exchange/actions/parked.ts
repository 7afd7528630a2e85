/** What could not be used waits for a person: it is taken again, or given up with a reason. Nothing is ever dropped silently. */

import { Problem } from '#kernel/problem'
import type { Tx } from '#platform/db'
import { EnvelopeFault, type Frame, type Header, readFrame, signerOf, writeFrame } from '#wire'
import { type ExchangeDeps, instant, type Node, nodeOf } from '../node.ts'
import { findOpenRequest, type OpenMessage } from '../store/inbox.ts'
import { findNode, listNodes } from '../store/nodes.ts'
import { lockOutChannels, writeOutbox } from '../store/outbox.ts'
import { lockParked, type NewParked, settleParked, writeGivenUp } from '../store/parked.ts'
import { cancelOpen } from './enqueue.ts'
import { channelTo, wrapFrame } from './number-messages.ts'
import { takeCarriedAgain, takeFrames } from './take.ts'
import { takeNotices } from './take-notices.ts'

const refuse = (code: string, message: string, status = 409): never => {
  throw new Problem(`exchange.${code}`, message, { status })
}

async function getParked(tx: Tx, parkedNo: number) {
  const parked = await lockParked(tx, parkedNo)
  return parked ?? refuse('parked_settled', '没有这条待处理报文，或已有人处理', 404)
}

async function nodeById(tx: Tx, nodeId: string, deps: ExchangeDeps): Promise<Node> {
  const [row] = await listNodes(tx, [nodeId], instant(deps))
  return row
    ? nodeOf(row)
    : refuse('node_unknown', `节点 ${nodeId === '' ? '（无法辨认）' : nodeId} 未登记或已吊销，请先登记后再处理`)
}

function frameOf(bytes: Buffer): Frame {
  try {
    return readFrame(bytes)
  } catch (error) {
    return unusable(error)
  }
}

function unusable(error: unknown): never {
  if (error instanceof EnvelopeFault) return refuse('still_unusable', `报文仍无法使用：${error.message}`)
  throw error
}

/** A request for a far node goes out once more through its neighbour. */
async function wrapAgain(tx: Tx, request: OpenMessage & { via: string }, deps: ExchangeDeps): Promise<void> {
  const { via, lane, header, body } = request
  const channels = await lockOutChannels(tx, [{ unit: via, lane }], '', instant(deps))
  const inner: Header = JSON.parse(header)
  await writeOutbox(tx, [wrapFrame(writeFrame({ header: inner, body }), inner, channelTo(channels, via, lane), deps)])
}

async function sendRequestAgain(tx: Tx, unit: string, id: string, deps: ExchangeDeps): Promise<void> {
  const request = await findOpenRequest(tx, unit, id)
  if (!request) return refuse('answered', '该查询已有答复（或被单位退回），不能原样重发；请在核对中对相关家庭重新发起')
  if (request.via === null) return refuse('in_outbox', '该查询仍在发件箱中，线路恢复后会自动送达，不必重发')
  await wrapAgain(tx, { ...request, via: request.via }, deps)
}

async function takeAgain(
  tx: Tx,
  parked: { sender: string; via: string | null; bytes: Buffer },
  deps: ExchangeDeps,
): Promise<void> {
  const frame = frameOf(parked.bytes)
  if (parked.via !== null) {
    const hop = await findNode(tx, parked.via)
    const fault = await takeCarriedAgain(tx, await nodeById(tx, hop?.node_id ?? '', deps), frame, deps)
    if (fault !== null) refuse('still_unusable', `报文仍无法使用：${fault}`)
    return
  }
  const node = await nodeById(tx, parked.sender, deps)
  try {
    signerOf(frame, node.peers)
  } catch (error) {
    unusable(error)
  }
  const { refused } = await takeFrames(tx, node, [frame], deps)
  if (refused) refuse('still_unusable', `报文仍无法使用：${refused.message}`)
  const unread: NewParked[] = []
  // a notice was stored when it came, but could not be read
  await takeNotices(tx, [{ ...frame, unit: node.unit }], unread, instant(deps), deps)
  for (const { reason } of unread) refuse('still_unusable', `报文仍无法使用：${reason}`)
}

/**
 * Takes a parked message again, or sends a request once more that a far node could not use. Problem 409 with the reason when
 * it still cannot be used (nothing has changed then), 404 when somebody has settled it.
 */
export async function resendParked(tx: Tx, parkedNo: number, by: string, deps: ExchangeDeps): Promise<void> {
  const parked = await getParked(tx, parkedNo)
  if (parked.unit !== null && parked.request !== null) await sendRequestAgain(tx, parked.unit, parked.request, deps)
  else await takeAgain(tx, parked, deps)
  await settleParked(tx, parkedNo, { state: 'resent', by, reason: '', at: instant(deps) })
}

function checkReason(reason: string): void {
  if (reason.trim() === '') refuse('no_reason', '请写明放弃的理由', 422)
}

/** Stops a request for good: its unit is told, whoever waits goes on without an answer. */
async function stopRequest(tx: Tx, request: OpenMessage, by: string, reason: string, deps: ExchangeDeps): Promise<void> {
  const grounds = { purpose: '停止查询', legalBasis: '', operator: by }
  await cancelOpen(tx, [request], request.campaign, reason, grounds, deps)
}

/**
 * Gives a parked thing up with a reason; its bytes stay. A request that is not answered because of it counts as not answered
 * from now on, never as "none". Problem 422 without a reason, 404 when somebody has settled it.
 */
export async function giveUpParked(tx: Tx, parkedNo: number, by: string, reason: string, deps: ExchangeDeps): Promise<void> {
  checkReason(reason)
  const parked = await getParked(tx, parkedNo)
  const request =
    parked.unit !== null && parked.request !== null ? await findOpenRequest(tx, parked.unit, parked.request) : undefined
  if (request) await stopRequest(tx, request, by, reason, deps)
  await settleParked(tx, parkedNo, { state: 'given_up', by, reason, at: instant(deps) })
}

/**
 * Gives a request up that nobody will answer (see `stuckRequests`) with a reason: it counts as not answered from now on, never
 * as "none". Problem 404 when it was answered or cancelled meanwhile.
 */
export async function giveUpRequest(
  tx: Tx,
  { unit, id }: { unit: string; id: string },
  by: string,
  reason: string,
  deps: ExchangeDeps,
): Promise<void> {
  checkReason(reason)
  const request = await findOpenRequest(tx, unit, id)
  if (!request) return refuse('answered', '该查询已有答复或已撤销', 404)
  await stopRequest(tx, request, by, reason, deps)
  await writeGivenUp(tx, { unit, id }, { by, reason, at: instant(deps) })
}
