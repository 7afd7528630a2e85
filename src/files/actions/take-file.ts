/** Taking a file that somebody hands in. */
import { randomUUID } from 'node:crypto'
import type { FileType } from '#kernel/file-type'
import { Problem } from '#kernel/problem'
import type { StoredFile } from '#kernel/schema'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { withTransaction } from '#platform/db'
import { fileKinds, PAPERS, takeFile } from '../contract.ts'
import { FileProbe } from '../rules/file-probe.ts'
import { countWaiting, insertFile } from '../store.ts'

/** Files one person may have handed in without naming them anywhere: a bound on what a stolen session can fill the disk with. */
const MOST_WAITING = 300

function fault(message: string): Problem {
  return new Problem('files.content', message, { status: 422 })
}

/** The stream as it is, ended by a Problem as soon as it cannot be what may be handed in. */
async function* probed(source: AsyncIterable<Uint8Array>, probe: FileProbe): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    const wrong = probe.add(chunk)
    if (wrong !== null) throw fault(wrong)
    yield chunk
  }
  const wrong = probe.end()
  if (wrong !== null) throw fault(wrong)
}

interface Taking {
  readonly name: string
  readonly kind: string
  readonly maxBytes: number
  /** by content; null: whatever it is, it is read elsewhere */
  readonly types: readonly FileType[] | null
}

/** Stores one file under the caller's name; nothing of it stays when it is refused. Throws Problem 413 or 422. */
export async function keepUpload(
  { db, scope, actor, blobs, clock }: ActionContext,
  stream: AsyncIterable<Uint8Array>,
  { name, kind, maxBytes, types }: Taking,
): Promise<StoredFile> {
  if ((await withTransaction(db, scope, (tx) => countWaiting(tx, actor.userId))) >= MOST_WAITING) {
    const message = `您已有 ${MOST_WAITING} 个上传后没有用到的文件，请先在原来的表单中提交，或等系统清理后再上传`
    throw new Problem('files.too-many', message, { status: 429 })
  }
  const probe = types === null ? null : new FileProbe(name, types)
  const { sha256, size } = await blobs.store(probe === null ? stream : probed(stream, probe), maxBytes)
  const row = {
    fileId: randomUUID(),
    sha256,
    name,
    size,
    mediaType: probe?.type ?? 'application/octet-stream',
    kind,
    by: actor.userId,
    at: nowIso(clock),
    divisionCode: actor.divisionCode,
  }
  await withTransaction(db, scope, (tx) => insertFile(tx, row))
  return { sha256, name, size }
}

export const takeFileAction: Action = routeAction(takeFile, {
  transaction: 'own',
  run: (context, { name, kind, upload }) => keepUpload(context, upload.stream, { name, kind, types: PAPERS, ...fileKinds[kind] }),
  journal: ({ kind }, output) => ({
    chain: 'system:files',
    basis: '社会救助暂行办法：建立社会救助档案',
    purpose: '上传文件',
    detail: 'sha256' in output ? { kind, sha256: output.sha256, size: output.size } : {},
  }),
})
