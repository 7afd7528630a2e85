import type { ShownFile } from '#files/contract'
import { fileSize } from '../format.ts'
import { useCan } from '../session.ts'

interface FileListProps {
  files: readonly ShownFile[]
  address: (fileId: string) => string
  /** what a role needs to open them */
  permission?: string
}

/** Files that belong to something, each opening by its id; whoever may not open them reads their names. */
export function FileList({ files, address, permission = 'registry.reveal' }: FileListProps) {
  const may = useCan()(permission)
  return (
    <ul className="dots small">
      {files.map((file) => (
        <li key={file.sha256}>
          {file.fileId === null || !may ? (
            file.name
          ) : (
            <a href={address(file.fileId)} target="_blank" rel="noreferrer">
              {file.name === '' ? '附件' : file.name}
            </a>
          )}
          {file.size > 0 && <span className="muted">（{fileSize(file.size)}）</span>}
        </li>
      ))}
    </ul>
  )
}
