import { type KeyboardEvent, useRef, useState } from 'react'
import type { LedgerReading, ReadAnswers, ReadSheet } from '#registry/contract'
import { count } from '../../format.ts'
import { sheetWords } from './import-words.ts'
import { ColumnsForm, ColumnsTable, HeaderForm } from './reading-columns.tsx'
import { ReadingGrid, Skipped } from './reading-grid.tsx'

type TabsProps = { sheets: readonly ReadSheet[]; at: number; onPick: (at: number) => void }

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 }

/** Sheets as tabs; arrow keys move among them. */
function SheetTabs({ sheets, at, onPick }: TabsProps) {
  const list = useRef<HTMLDivElement>(null)
  function move(event: KeyboardEvent) {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = (at + step + sheets.length) % sheets.length
    onPick(next)
    list.current?.querySelectorAll('button')[next]?.focus()
  }
  return (
    <div className="sheet-tabs" role="tablist" aria-label="工作表" ref={list} onKeyDown={move}>
      {sheets.map((sheet, i) => (
        <button
          key={sheet.name}
          type="button"
          role="tab"
          id={`sheet-tab-${i}`}
          aria-selected={i === at}
          aria-controls="sheet-panel"
          tabIndex={i === at ? 0 : -1}
          onClick={() => onPick(i)}
        >
          {sheet.name}
          <span className="muted small">
            {sheet.use === 'none' ? '不读取' : `${count(sheet.rows)} 行`}
            {sheet.hidden && '，隐藏'}
          </span>
        </button>
      ))}
    </div>
  )
}

type ViewProps = { reading: LedgerReading; mayAnswer: boolean; busy: boolean; onSend: (answers: ReadAnswers) => void }

function Sheet({ reading, sheet, mayAnswer, busy, onSend }: ViewProps & { sheet: ReadSheet }) {
  const named = sheet.columns.filter(({ path }) => path.length > 0).length
  return (
    <>
      <p>
        读作<strong>{sheetWords[sheet.use]}</strong>
        {sheet.headerTo > 0 &&
          `，表头在第 ${sheet.headerFrom === sheet.headerTo ? '' : `${sheet.headerFrom}–`}${sheet.headerTo} 行`}
        ，数据 {count(sheet.rows)} 行。<span className="muted">{sheet.why}</span>
      </p>
      <ReadingGrid sheet={sheet} fields={reading.fields} />
      <Skipped sheet={sheet} />
      {mayAnswer && (
        <details>
          <summary>表头找错了？</summary>
          <HeaderForm key={`${sheet.name} ${sheet.headerFrom}`} sheet={sheet} busy={busy} onSend={onSend} />
        </details>
      )}
      {named > 0 && (
        <details>
          <summary>
            各列读作什么（{named}）{mayAnswer && '，读错了在这里改'}
          </summary>
          {mayAnswer ? (
            <ColumnsForm key={sheet.name} sheet={sheet} fields={reading.fields} busy={busy} onSend={onSend} />
          ) : (
            <ColumnsTable sheet={sheet} fields={reading.fields} />
          )}
        </details>
      )}
    </>
  )
}

/** A workbook as it was read: its sheets, first rows, columns, and the rows left out. */
export function ReadingView(props: ViewProps) {
  const { sheets, known } = props.reading
  const read = sheets.findIndex(({ use }) => use !== 'none')
  const [at, setAt] = useState(Math.max(0, read))
  const sheet = sheets[at]
  return (
    <>
      {known && <p className="notice green">以前导入过这种表，已按上次确定的读法读取。</p>}
      {sheets.length > 1 && <SheetTabs sheets={sheets} at={at} onPick={setAt} />}
      {sheet !== undefined && (
        <div
          className="stack-small"
          id="sheet-panel"
          {...(sheets.length > 1 ? { role: 'tabpanel', 'aria-labelledby': `sheet-tab-${at}` } : {})}
        >
          <Sheet {...props} sheet={sheet} />
        </div>
      )}
    </>
  )
}
