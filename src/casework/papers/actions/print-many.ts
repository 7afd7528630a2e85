/** Blank forms, and one form for all running cases of a village. */
import { type FormDocuments, renderBatch, renderPdf } from '#documents'
import { rankOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type Download, routeAction } from '#platform/action'
import { listSubjectIndexes } from '#registry'
import { caseDocument } from '../../intake/actions/print.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { printBlank, printVillagePapers, type VillageForm } from '../contract/paper.ts'
import { listRunningCases } from '../store/papers.ts'
import { preparePaper } from './print-form.ts'

const BASIS = '社会救助暂行办法 第十一条'
/** Papers in one file: as many as a village has in its busiest month. */
const MOST_CASES = 300

const pdf = (fileName: string, body: Buffer): Download => ({ fileName, mediaType: 'application/pdf', body })

export const printBlankAction: Action = routeAction(printBlank, {
  run: async (_, { form, large }) => pdf(`${form}-空白.pdf`, await renderPdf(form, null, { largePrint: large === 'yes' })),
  journal: () => null,
})

const subjectsOf = new WeakMap<object, readonly Buffer[]>()

export const printVillagePapersAction: Action = routeAction(printVillagePapers, {
  kind: 'write',
  async run(context, { village, form }): Promise<Download> {
    if (rankOf(village) !== 'village') throw new Problem('casework.place', '请选择一个村（社区）', { status: 422 })
    const cases = await listRunningCases(context.tx, village, MOST_CASES + 1)
    if (cases.length === 0) throw new Problem('casework.not-found', '该村（社区）没有在办案件，不需要打印', { status: 404 })
    if (cases.length > MOST_CASES) {
      throw new Problem('casework.too-many', `该村（社区）在办案件超过 ${MOST_CASES} 件，请在案件页逐户打印`, { status: 422 })
    }
    const documents: FormDocuments[VillageForm][] = []
    const subjects: Buffer[] = []
    for (const { caseNo, householdNo } of cases) {
      const file = await loadCaseFile(context, caseNo)
      documents.push(await preparePaper(context, file, form, (paperNo) => caseDocument(context, file, form, paperNo)))
      if (householdNo !== null) subjects.push(...(await listSubjectIndexes(context.tx, householdNo)))
    }
    const reply = pdf(`${village}-${form}.pdf`, await renderBatch(form, documents as never))
    subjectsOf.set(reply, subjects)
    return reply
  },
  journal: ({ village, form }, output) => ({
    chain: 'system:casework',
    divisionCode: village,
    subjects: subjectsOf.get(output as object) ?? [],
    basis: BASIS,
    purpose: '按村成批打印材料',
    detail: { form },
  }),
})
