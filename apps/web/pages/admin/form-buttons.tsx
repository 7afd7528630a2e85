/** The two buttons at the end of a form in a window. */
export function FormButtons({ label, busy, onClose }: { label: string; busy: boolean; onClose: () => void }) {
  return (
    <div className="row">
      <button type="submit" className="button primary" disabled={busy}>
        {label}
      </button>
      <button type="button" className="button" onClick={onClose}>
        取消
      </button>
    </div>
  )
}
