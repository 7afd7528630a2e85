/** The frame of every page: head, way to the other pages, who is signed in. Plain HTML; nothing needs a script. */
import { type Content, type Html, html } from './html.ts'
import type { Tone } from './words.ts'

/** What a page says besides its body. */
export interface PageFrame {
  title: string
  unit: string
  /** address of the page within the menu; empty when nobody is signed in */
  at: string
  officer: string
  csrf: string
  menu: readonly MenuItem[]
}

export interface MenuItem {
  at: string
  label: string
}

/** A whole page. */
export function page({ title, unit, at, officer, csrf, menu }: PageFrame, body: Html): Html {
  const items = menu.map((item) => html`<a href="${item.at}"${item.at === at ? current : ''}>${item.label}</a>`)
  const who = html`<form class="who" method="post" action="/sign-out">${hidden(csrf)}<span class="small">${officer}</span>
    <button class="button">退出</button></form>`
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${unit}前置机</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/desk.css">
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="top"><div class="top-inner">
<a class="brand" href="/"><b>应保</b><span>${unit}前置机</span></a>
${officer !== '' && html`<nav class="nav" aria-label="页面">${items}</nav>`}
${officer !== '' && who}
</div></header>
<main id="main" tabindex="-1">
<div class="page-head"><h1>${title}</h1></div>
<div class="stack">${body}</div>
</main>
</body>
</html>`
}

const current = html` aria-current="page"`

/** The proof that a form came from a page of this session. */
export function hidden(csrf: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`
}

export function tag(tone: Tone, text: string): Html {
  return html`<span class="tag ${tone}">${text}</span>`
}

export function notice(tone: Tone, content: Content): Html {
  return html`<p class="notice ${tone}"${tone === 'red' ? alert : status}>${content}</p>`
}

const alert = html` role="alert"`
const status = html` role="status"`

/** A heading with its content on a card. */
export function card(title: string, content: Content): Html {
  return html`<section class="card"><h2>${title}</h2>${content}</section>`
}

export function empty(title: string, more: string): Html {
  return html`<div class="empty"><strong>${title}</strong>${more}</div>`
}

/** A column of a table: figures stand right. */
export interface TableColumn {
  label: string
  isNumber?: boolean
}

/** More columns than a phone is wide: there each row becomes a list. */
const MANY_COLUMNS = 5

/** A table that scrolls within its own frame, by keyboard too; the first cell of a row is its head. */
export function table(label: string, columns: readonly TableColumn[], rows: readonly (readonly Content[])[]): Html {
  const kind = (i: number): Html => html`${columns[i]?.isNumber ? html` class="num"` : ''}`
  const labelOf = (i: number): string => columns[i]?.label ?? ''
  const cellOf = (cell: Content, i: number): Html => {
    if (i === 0) return html`<th scope="row"${kind(i)}>${cell}</th>`
    const content = html`${cell}`
    return html`<td${kind(i)} data-label="${labelOf(i)}">${content.text !== '' && html`<div>${content}</div>`}</td>`
  }
  const body = rows.map((cells) => html`<tr>${cells.map(cellOf)}</tr>`)
  const look = columns.length < MANY_COLUMNS ? 'data' : 'data many'
  return html`<div class="scroller" role="region" aria-label="${label}" tabindex="0"><table class="${look}">
<thead><tr>${columns.map((column, i) => html`<th scope="col"${kind(i)}>${column.label}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div>`
}

/** Facts in pairs. */
export function facts(pairs: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="facts">${pairs.map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl>`
}

/** A labelled field; a fault is said beside it and marks it. */
export function field(id: string, label: string, input: Html, fault = '', hint = ''): Html {
  return html`<div class="field"><label for="${id}">${label}</label>${input}
${hint !== '' && html`<span class="small muted" id="${id}-hint">${hint}</span>`}
${fault !== '' && html`<span class="error-text" id="${id}-fault">${fault}</span>`}</div>`
}

/** Attributes that mark a field with a fault. */
export function marked(id: string, fault: string): Html {
  return fault === '' ? html`` : html` aria-invalid="true" aria-describedby="${id}-fault"`
}

/** A number with its thousands apart. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}
