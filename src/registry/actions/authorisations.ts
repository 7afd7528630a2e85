import { randomUUID } from 'node:crypto'
import { attachFiles } from '#files'
import { fileType } from '#kernel/file-type'
import { Problem } from '#kernel/problem'
import type { StoredFile } from '#kernel/schema'
import { columnPosition } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { contentOf, smallContentOf } from '#platform/blobs'
import { isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { type AuthorisationPaper, type AuthorisationScan, attachScan, readScan } from '../contract/authorisations.ts'
import type { AuthorisationRow, HouseholdBatch } from '../rows.ts'
import { LARGEST_SCAN, paperState, scanPages } from '../rules/authorisation-paper.ts'
import { paperCauses, paperNumber, questionOf } from '../rules/quality-checks.ts'
import { findScan, insertScan, listScans, lockPaper, type PaperRow, type ScanRow } from '../store/scans.ts'
import { numberIndex, storedTableOf } from '../store/stored-table.ts'
import { findStored } from '../store/values.ts'
import { coreTable } from '../tables.ts'

const BASIS = '社会救助暂行办法：经申请人授权查询其家庭经济状况'

function scanView(row: ScanRow): AuthorisationScan {
  const causes = paperCauses({ hasScan: true, numberDiffers: row.number_differs, pages: row.pages })
  return {
    authorisationNo: row.authorisation_no,
    paperNo: row.paper_no,
    fileName: row.file_name,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
    pages: row.pages,
    scannedAt: row.scanned_at,
    scannedBy: row.scanned_by_name,
    question: causes.length === 0 ? null : questionOf(causes),
  }
}

type Subject = Pick<AuthorisationPaper, 'subjectNo' | 'subjectName' | 'relationLabel'>

function paperView(
  subject: Subject,
  paper: AuthorisationRow | undefined,
  scan: ScanRow | undefined,
  today: string,
): AuthorisationPaper {
  return {
    ...subject,
    authorisationNo: paper?.authorisation_no ?? null,
    state: paperState(paper, today),
    signature: paper?.signature ?? null,
    signatureLabel: paper === undefined ? null : labelOf('signature', paper.signature),
    signedOn: paper?.signed_on ?? null,
    validTo: paper?.valid_to ?? null,
    withdrawnOn: paper?.withdrawn_on ?? null,
    items: (paper?.items ?? []).map((item) => labelOf('auth_item', item)),
    scan: scan === undefined ? null : scanView(scan),
  }
}

/** Every paper of a household's subjects as it stands today, subject by subject; who has none is named too. */
export async function papersOf(
  sql: Sql,
  batch: HouseholdBatch,
  householdNo: string,
  today: string,
): Promise<AuthorisationPaper[]> {
  const subjects: Subject[] = [
    ...batch.persons.map(({ person_no: subjectNo, name: subjectName, relation }) => ({
      subjectNo,
      subjectName,
      relationLabel: relation === null ? '未填' : labelOf('relation', relation),
    })),
    ...batch.supporters.map(({ supporter_no: subjectNo, name: subjectName, relation }) => ({
      subjectNo,
      subjectName,
      relationLabel: `义务人，${labelOf('supporter_relation', relation)}`,
    })),
  ]
  const scans = await listScans(
    sql,
    subjects.map(({ subjectNo }) => subjectNo),
    householdNo,
  )
  const papers = Map.groupBy(batch.authorisations, (paper) => paper.subject_no)
  return subjects.flatMap((subject) =>
    (papers.get(subject.subjectNo) ?? [undefined]).map((paper) => {
      const isOf = (row: ScanRow) => row.authorisation_no === paper?.authorisation_no && row.subject_no === subject.subjectNo
      return paperView(subject, paper, scans.find(isOf), today)
    }),
  )
}

/** The subject of a paper by keyed index, as the journal names persons. */
async function subjectIndex(sql: Sql, keys: Keys, subjectNo: string): Promise<Buffer[]> {
  for (const name of ['persons', 'supporters'] as const) {
    const row = await findStored(sql, keys, storedTableOf(name), subjectNo)
    const value = row?.values[columnPosition(coreTable(name), 'id_number')]
    if (typeof value === 'string') return [numberIndex(keys, value)]
  }
  return []
}

/** Where a call belongs in the journal, kept between run and journal. */
const places = new WeakMap<object, { paper: PaperRow; subjects: Buffer[] }>()

function noteOf(output: object, authorisationNo: string, purpose: string, detail: Readonly<Record<string, unknown>>) {
  const place = places.get(output)
  return {
    chain: `household:${place?.paper.household_no ?? ''}`,
    ...(place === undefined ? {} : { divisionCode: place.paper.division_code }),
    subjects: place?.subjects ?? [],
    basis: BASIS,
    purpose,
    detail: { authorisationNo, ...detail },
  }
}

/** The uploaded content with its kind, as the household's from now on. Throws Problem 422 for what cannot be a scan. */
async function readUpload(context: ActionContext, paper: PaperRow, named: StoredFile) {
  const { blobs } = context
  const owner = { kind: 'household', no: paper.household_no, divisionCode: paper.division_code } as const
  const [file = named] = await attachFiles(context, owner, [named], { path: ['file'] })
  const limit = `${LARGEST_SCAN / 1_048_576} MB`
  const tooLarge = new Problem('registry.scan-too-large', `扫描件超过 ${limit}，请用较低的分辨率重新扫描后上传`, { status: 422 })
  if (file.size > LARGEST_SCAN) throw tooLarge
  const bytes = await smallContentOf(blobs, file.sha256, LARGEST_SCAN)
  if (bytes === null) throw tooLarge
  const mediaType = fileType(bytes)
  if (mediaType === null) {
    const message = `${file.name} 不是 JPEG、PNG 或 PDF 文件（按内容判断，与文件名无关），请重新扫描后上传`
    throw new Problem('registry.scan-kind', message, { status: 422 })
  }
  return { mediaType, size: bytes.length, pages: scanPages(mediaType, bytes) }
}

function notFound(): Problem {
  return new Problem('registry.not-found', '这份授权书不存在，或不在您的辖区内', { status: 404 })
}

/** Takes an uploaded file as the scan of a paper. The hash goes out with the later questions that rest on the paper. */
export const attachScanAction: Action = routeAction(attachScan, {
  async run(context, { authorisationNo, file, paperNo }) {
    const { tx, keys, actor, clock } = context
    const paper = await lockPaper(tx, authorisationNo)
    if (paper === undefined) throw notFound()
    if (paper.signature === 'missing') {
      const message = '这份授权书登记为未签，请先更正签署方式和签署日期，再上传扫描件'
      throw new Problem('registry.paper-unsigned', message, { status: 409 })
    }
    const { mediaType, size, pages } = await readUpload(context, paper, file)
    await insertScan(tx, paper, {
      scanId: randomUUID(),
      paperNo,
      numberDiffers: paperNumber(paperNo) !== paperNumber(authorisationNo),
      sha256: file.sha256,
      mediaType,
      fileName: file.name,
      size,
      pages,
      by: actor.userId,
      byName: actor.name,
      at: isoInstant(clock.nowMs()),
    })
    const scan = await findScan(tx, authorisationNo)
    if (scan === undefined) throw notFound()
    const view = scanView(scan)
    places.set(view, { paper, subjects: await subjectIndex(tx, keys, paper.subject_no) })
    return view
  },
  journal: (input, output) =>
    noteOf(output, input.authorisationNo, '上传授权书扫描件', { sha256: input.file.sha256, size: input.file.size }),
})

/** Shows the scan of a paper. */
export const readScanAction: Action = routeAction(readScan, {
  async run({ tx, keys, blobs }, { authorisationNo }): Promise<Download> {
    const scan = await findScan(tx, authorisationNo)
    if (scan === undefined) throw new Problem('registry.not-found', '这份授权书没有扫描件，或不在您的辖区内', { status: 404 })
    const file = { fileName: scan.file_name, mediaType: scan.media_type, body: await contentOf(blobs, scan.sha256) }
    places.set(file, { paper: scan, subjects: await subjectIndex(tx, keys, scan.subject_no) })
    return file
  },
  journal: (input, output) => noteOf(output, input.authorisationNo, '查看授权书扫描件', {}),
})
