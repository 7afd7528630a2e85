import { Dialog } from './dialog.tsx'
import { helpTexts } from './help-texts.ts'

type HelpProps = { path: string; title: string; onClose: () => void }

/** What the page is for, who does what, and what comes next. */
export function HelpDialog({ path, title, onClose }: HelpProps) {
  return (
    <Dialog title={`帮助：${title}`} onClose={onClose}>
      <ul className="dots help-text">
        {(helpTexts[path] ?? []).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="muted small">按 ? 键随时打开本页帮助，按 Esc 键关闭。</p>
      <div>
        <button type="button" className="button primary" onClick={onClose}>
          关闭
        </button>
      </div>
    </Dialog>
  )
}
