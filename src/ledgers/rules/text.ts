/** Text of cells and headers as they are compared: without white space, full width written half. */
import { clean, nfkc } from '#kernel/text'

/** A word for comparison: no white space, half width, brackets as (), Latin letters as written. */
export function wordOf(text: string): string {
  return nfkc(clean(text))
    .replace(/\s+/g, '')
    .replace(/[（【[]/g, '(')
    .replace(/[）】\]]/g, ')')
}

/** A header word for comparison: besides, without a unit or a remark in brackets at its end, and without marks around it. */
export function headerWord(text: string): string {
  return wordOf(text)
    .replace(/^[*★※]+/, '')
    .replace(/[:：、。*★※]+$/, '')
    .replace(/[(/](?:元|人|岁|亩|平方米|㎡|m2|周岁|元\/月|元每月|必填|选填|户|单位:?元|月\/元|元、月)\)?$/, '')
}

/** A text of one line: line breaks and runs of blanks are one blank, none between Chinese characters. */
export function oneLine(text: string): string {
  return clean(text.replace(/\s+/g, ' ')).replace(/(?<=[\p{Script=Han}（）()]) (?=[\p{Script=Han}（）()])/gu, '')
}
