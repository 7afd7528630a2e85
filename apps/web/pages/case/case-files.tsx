import type { CaseView } from '#casework/contract'
import type { ShownFile } from '#files/contract'
import { addressOf } from '../../client.ts'
import { FileList } from '../../ui/file-list.tsx'

function isFile(value: object): value is ShownFile {
  return 'sha256' in value && 'name' in value && 'size' in value && 'fileId' in value
}

function filesIn(value: unknown): ShownFile[] {
  if (typeof value !== 'object' || value === null) return []
  return isFile(value) ? [value] : Object.values(value).flatMap(filesIn)
}

/** Photos and other files named in the records and papers of a case, under what they were handed in for. */
export function CaseFiles({ view: { head, records, papers } }: { view: CaseView }) {
  const groups = [
    ...records.map(({ recordId, kindLabel, body }) => ({ key: recordId, label: kindLabel, files: filesIn(body) })),
    ...papers.map(({ paperNo, formLabel, sha256, fileId, fileName }) => ({
      key: paperNo,
      label: formLabel,
      files: sha256 === null ? [] : [{ sha256, fileId, name: fileName ?? '', size: 0 }],
    })),
  ].filter((group) => group.files.length > 0)
  if (groups.length === 0) return null
  return (
    <section className="stack-small" aria-labelledby="case-files-title">
      <h3 id="case-files-title">照片和附件</h3>
      <p className="muted small">每次打开都记入留痕。</p>
      {groups.map(({ key, label, files }) => (
        <div key={key}>
          <h4>{label}</h4>
          <FileList
            files={files}
            permission="casework.print"
            address={(fileId) => addressOf('casework.read-file', { params: { caseNo: head.caseNo, fileId } })}
          />
        </div>
      ))}
    </section>
  )
}
