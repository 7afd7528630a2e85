import { useMutation, useQueryClient } from '@tanstack/react-query'
import { addressOf, call } from '../../client.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { versionWords } from './template-words.ts'

interface ReleaseProps {
  name: string
  label: string
  version: number
  onClose: () => void
}

/** Puts a version of a template in force; the sample stands one click away. */
export function ReleaseDialog({ name, label, version, onClose }: ReleaseProps) {
  const queries = useQueryClient()
  const release = useMutation({
    mutationFn: (reason: string) => call('documents.release-template', { params: { name }, body: { version, reason } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['documents.list-templates'] })
      await queries.invalidateQueries({ queryKey: ['documents.open-template'] })
      onClose()
    },
  })
  return (
    <ReasonDialog
      title={`发布“${label}”${versionWords(version)}`}
      text="发布后新打印的文书用这一版；以前打印的文书不变。"
      button="发布"
      busy={release.isPending}
      error={release.error}
      onSubmit={(reason) => release.mutate(reason)}
      onClose={onClose}
    >
      <a target="_blank" rel="noreferrer" href={addressOf('documents.print-template', { params: { name, version } })}>
        看这一版的样张（PDF）
      </a>
    </ReasonDialog>
  )
}
