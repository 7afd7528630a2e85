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

const ofDistrict = new Map<string, TemplateText>()

/** Takes the district's own texts in force over; only `loadTemplates` calls it. */
export function setDistrictTemplates(texts: ReadonlyMap<string, TemplateText>): void {
  ofDistrict.clear()
  for (const [name, text] of texts) ofDistrict.set(name, text)
}

/** The district's own text of a template in force; undefined while it prints by the built-in one. */
export function districtText(name: TemplateName): string | undefined {
  return ofDistrict.get(name)?.text
}

/** The text a template prints by: the district's own in force, otherwise the built-in one. */
export function templateText(name: TemplateName): TemplateText {
  return ofDistrict.get(name) ?? builtInText(name)
}

/** The text the program brings along. */
export function builtInText(name: TemplateName): TemplateText {
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
