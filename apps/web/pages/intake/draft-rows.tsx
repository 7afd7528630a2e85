import { useState } from 'react'
import type { DraftRow, MemberVerdict, RowSection, SectionName } from '#casework/contract'
import { DRAFT_COLUMNS, SECTION_LABELS } from '#casework/words'
import { Tag } from '../../ui/tag.tsx'
import { DraftField } from './draft-field.tsx'
import type { Saving } from './use-saving.ts'

const idBytes = 6

function newRow(): string {
  return `+${[...crypto.getRandomValues(new Uint8Array(idBytes))].map((x) => x.toString(16).padStart(2, '0')).join('')}`
}

/** All columns of one row. */
export function RowFields({ saving, section, row }: { saving: Saving; section: SectionName; row: DraftRow }) {
  const gaps = saving.view.gaps.filter((gap) => gap.section === section && gap.row === row.id)
  return (
    <div className="form-grid">
      {DRAFT_COLUMNS[section].map((column) => (
        <DraftField
          key={column.name}
          saving={saving}
          section={section}
          row={row.id}
          column={column}
          known={row.known.includes(column.name)}
          gap={gaps.find((gap) => gap.column === column.name)}
        />
      ))}
    </div>
  )
}

function Verdict({ verdict }: { verdict: MemberVerdict }) {
  return (
    <div className={verdict.differs && !verdict.settled ? 'notice amber' : 'notice'}>
      <p>
        按规定：<Tag tone={verdict.ruled ? 'green' : 'grey'}>{verdict.ruled ? '计入' : '不计入'}</Tag> {verdict.ruledReason}
        <span className="muted small">（{verdict.clause}）</span>
      </p>
      {verdict.differs && <p className="small">您选择的与规定不一致，请在“与规定不一致时的理由”中写明（至少 4 个字）。</p>}
    </div>
  )
}

/** Reads the text of an identity-card reader into a person's row. */
function CardReader({ saving, section, row }: { saving: Saving; section: 'members' | 'supporters'; row: string }) {
  const [text, setText] = useState('')
  return (
    <details>
      <summary>粘贴读卡器或照片识别的身份证文字</summary>
      <div className="stack-small">
        <textarea
          className="input"
          aria-label="身份证文字"
          rows={4}
          value={text}
          placeholder={'姓名 某某\n性别 男 民族 汉\n出生 1980年1月1日\n住址 …\n公民身份号码 …'}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={text.trim() === ''}
            onClick={() => {
              void saving.act({ do: 'card', section, row, text })
              setText('')
            }}
          >
            填入各项
          </button>
        </div>
      </div>
    </details>
  )
}

function titleOf(saving: Saving, section: RowSection, row: DraftRow, at: number): string {
  const name = saving.valueOf(section, row.id, 'name') || saving.valueOf(section, row.id, 'official')
  const owner = saving.valueOf('members', saving.valueOf(section, row.id, 'person_no'), 'name')
  return name || (owner === '' ? `第 ${at + 1} 行` : `${owner}的${SECTION_LABELS[section]}`)
}

/** The row as it stands on this page: what is typed goes to the server before it is taken away. */
function seenIn(saving: Saving, section: RowSection, row: string): Record<string, string> {
  return Object.fromEntries(DRAFT_COLUMNS[section].map(({ name }) => [name, saving.valueOf(section, row, name).trim()]))
}

type OneProps = { saving: Saving; section: RowSection; row: DraftRow; at: number }

function OneRow({ saving, section, row, at }: OneProps) {
  const title = titleOf(saving, section, row, at)
  const verdict = section === 'members' ? saving.view.verdicts.find((each) => each.row === row.id) : undefined
  const { editable } = saving.view
  return (
    <li className="card stack-small">
      <div className="spread">
        <h3>
          {title} {row.known.length > 0 && <Tag tone="amber">已知 {row.known.length} 项待确认</Tag>}
        </h3>
        {editable && (
          <div className="row no-print">
            {row.known.length > 0 && (
              <button type="button" className="button" onClick={() => void saving.act({ do: 'confirm', section, row: row.id })}>
                已核实，确认<span className="hidden">{title}</span>
              </button>
            )}
            <button
              type="button"
              className="button plain"
              onClick={() => void saving.act({ do: 'remove', section, row: row.id, seen: seenIn(saving, section, row.id) })}
            >
              移除<span className="hidden">{title}</span>
            </button>
          </div>
        )}
      </div>
      {editable && (section === 'members' || section === 'supporters') && (
        <CardReader saving={saving} section={section} row={row.id} />
      )}
      <RowFields saving={saving} section={section} row={row} />
      {verdict !== undefined && <Verdict verdict={verdict} />}
    </li>
  )
}

const adding: Readonly<Record<RowSection, string>> = {
  members: '增加一名成员',
  supporters: '增加一名义务人',
  incomes: '增加一项收入',
  assets: '增加一项财产',
  expenditures: '增加一项支出',
  relatives: '登记一名近亲属',
}

/** A section of rows: persons or declared lines. */
export function RowsPart({ saving, section }: { saving: Saving; section: RowSection }) {
  const { view } = saving
  const rows = view.draft[section]
  const { period } = view
  async function add() {
    const row = newRow()
    await saving.act({ do: 'add', section, row })
    if (section === 'incomes' || section === 'expenditures') {
      saving.set(section, row, 'period_from', period.from)
      saving.set(section, row, 'period_to', period.to)
    }
  }
  const none = `no_${section}`
  const saysNone = DRAFT_COLUMNS.household.find((column) => column.name === none)
  const told = view.gaps.filter((gap) => gap.section === section && gap.row === '')
  return (
    <div className="stack">
      {told.map((gap) => (
        <p key={gap.message} className="notice">
          {gap.message}
        </p>
      ))}
      <ul className="papers stack">
        {rows.map((row, at) => (
          <OneRow key={row.id} saving={saving} section={section} row={row} at={at} />
        ))}
      </ul>
      {view.editable && (
        <div className="row">
          <button type="button" className="button" onClick={() => void add()}>
            {adding[section]}
          </button>
          {saysNone !== undefined && rows.length === 0 && (
            <label className="choice">
              <input
                type="checkbox"
                checked={saving.valueOf('household', 'household', none) === 'yes'}
                onChange={(event) => saving.set('household', 'household', none, event.target.checked ? 'yes' : '')}
              />
              <span>{saysNone.label}</span>
            </label>
          )}
        </div>
      )}
    </div>
  )
}
