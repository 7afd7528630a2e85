/** 日志导出: a table to look at, and the chain with its signature and how to check it. */
import { Readable } from 'node:stream'
import { todayOf } from '../../clock.ts'
import { card, count, hidden, notice } from '../frame.ts'
import { html } from '../html.ts'
import { chainLines, logCsv, verificationNote } from '../log-export.ts'
import { noteVisit, pageOf, type Reply, textOf, type Visit } from '../visit.ts'
import { filterOf } from './log-page.ts'

export function exportPage(visit: Visit): Reply {
  const { entries, head, brokenAt } = visit.parts.ledger.checkLog()
  const state =
    brokenAt === null
      ? notice(
          'green',
          html`日志链完整：共 ${count(entries)} 条，末条摘要 <span class="fingerprint">${head === '' ? '—' : head}</span>`,
        )
      : notice('red', `日志链在第 ${brokenAt} 条断开：有人改动过日志文件。请保留现场，联系系统管理员和核对中心。`)
  const csv = html`<p>给人看的表格，可限定日期；不含任何人的号码和姓名。</p>
<form class="filters" method="post" action="/export/csv">${hidden(visit.csrf)}
<div class="field"><label for="from">从</label><input class="input" type="date" id="from" name="from"></div>
<div class="field"><label for="to">到</label><input class="input" type="date" id="to" name="to"></div>
<button class="button primary">导出 CSV</button></form>`
  const chain = html`<p>给人核验的证据：整条日志链，逐条带摘要，末行是本单位的签名；人员信息保持加密。任何人用本单位公钥即可核验，不需要本系统。</p>
<form class="row" method="post" action="/export/chain">${hidden(visit.csrf)}<button class="button primary">导出日志链（JSON Lines）</button></form>
<details><summary>怎样核验</summary><div class="pre small">${verificationNote(visit.parts.ledger)}</div></details>`
  const body = html`${state}${card('表格', csv)}${card('日志链', chain)}
<p class="small muted">每次导出都记入日志。</p>`
  return pageOf(visit, '/export', '日志导出', body)
}

export async function exportCsv(visit: Visit): Promise<Reply> {
  const query = new URLSearchParams({ from: textOf(visit.form, 'from'), to: textOf(visit.form, 'to') })
  const entries = await visit.digest.find(filterOf(query))
  noteVisit(visit, 'desk_export', { subject: 'csv', rows: entries.length })
  const file = `${visit.parts.config.nodeId}-log-${todayOf(visit.parts.clock)}.csv`
  return { file, type: 'text/csv; charset=utf-8', body: logCsv(entries.toReversed()) }
}

export function exportChain(visit: Visit): Reply {
  noteVisit(visit, 'desk_export', { subject: 'chain' })
  const file = `${visit.parts.config.nodeId}-log-${todayOf(visit.parts.clock)}.jsonl`
  return { file, type: 'application/jsonl; charset=utf-8', body: Readable.from(chainLines(visit.parts)) }
}
