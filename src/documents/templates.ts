import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#kernel/problem'
import type { TemplateName } from './contract/index.ts'

/** Folder of the built-in templates: the only files a template may read. */
export const templateFolder = join(import.meta.dirname, 'templates')

/** The text of a template and its hash: what a case stores to be able to print the same paper again. */
export type TemplateText = { text: string; sha256: string }

/** SHA-256 of a template's text, 64 hex digits. */
export function templateHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

const builtIn = new Map<TemplateName, TemplateText>()

/** The built-in text of a template; a district may change a copy of it and hand that to `renderPdf`. */
export function templateText(name: TemplateName): TemplateText {
  const known = builtIn.get(name)
  if (known) return known
  const text = readFileSync(join(templateFolder, `${name}.typ`), 'utf8')
  const found = { text, sha256: templateHash(text) }
  builtIn.set(name, found)
  return found
}

const longest = 200_000

/** Refuses a district's template that is too long or fetches packages from the network. Throws `documents.template-refused`. */
export function checkTemplateText(text: string): void {
  if (text.length > longest) throw new Problem('documents.template-refused', `模板过长：${text.length}个字符，最多${longest}个`)
  const line = text.split('\n').findIndex((each) => /(import|include)\s*\(?\s*"@/.test(each))
  if (line >= 0) {
    throw new Problem(
      'documents.template-refused',
      `模板第${line + 1}行引用了外部程序包；只可引用 form.typ 和 paper.typ，请改正后重试`,
    )
  }
}
