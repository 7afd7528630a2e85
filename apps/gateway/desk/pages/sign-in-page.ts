/** The page of somebody who is not signed in. */
import { unitLabel } from '#sources/contract'
import { field, notice, page } from '../frame.ts'
import { type Html, html } from '../html.ts'
import type { DeskParts } from '../port.ts'

export function signInPage({ config }: DeskParts, fault: string): Html {
  const body = html`<section class="card sign-in stack">${fault !== '' && notice('red', fault)}
<form class="stack" method="post" action="/sign-in">
${field('name', '姓名', html`<input class="input" id="name" name="name" autocomplete="username" required>`)}
${field('password', '口令', html`<input class="input" id="password" type="password" name="password" autocomplete="current-password" required>`)}
<button class="button primary">登录</button></form>
<p class="small muted">账号由系统管理员用命令 yingbao gateway desk-account 设置。</p></section>`
  return page({ title: '数据专员登录', unit: unitLabel(config.unit), at: '', officer: '', csrf: '', menu: [] }, body)
}
