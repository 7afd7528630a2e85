import type { CaseView } from '#casework/contract'

/** Prints the page as it stands, every part unfolded. */
export function PrintMenu({ view }: { view: CaseView }) {
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        for (const part of document.querySelectorAll<HTMLDetailsElement>('details.part')) part.open = true
        window.print()
      }}
    >
      打印<span className="hidden">{view.head.applicantName}的案件</span>
    </button>
  )
}
