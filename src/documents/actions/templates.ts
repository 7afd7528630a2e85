import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import {
  listTemplates,
  openTemplate,
  printTemplate,
  readTemplateText,
  releaseTemplate,
  saveTemplate,
  type TemplateLine,
  tryTemplate,
} from '../contract/desk.ts'
import type { TemplateName } from '../contract/index.ts'
import { loadTemplates } from '../keep-templates.ts'
import { templateLabels } from '../rules/template-labels.ts'
import {
  findVersionText,
  insertRelease,
  insertVersion,
  listReleases,
  listVersions,
  type ReleaseRow,
  type VersionRow,
} from '../store.ts'
import { builtInText, templateHash } from '../templates.ts'
import { printSample, printsBlank } from '../trial.ts'

/** The district's templates: a text is kept as a version, tried on fictional data, and put in force by another person than its author. */

const BASIS = '档案法第三十七条'

function noteOf(purpose: string, detail: JournalNote['detail']): JournalNote {
  return { chain: 'system:templates', basis: BASIS, purpose, detail: detail ?? {} }
}

function getName(name: string): TemplateName {
  if (!Object.hasOwn(templateLabels, name))
    throw new Problem('documents.no-template', `没有“${name}”这种文书模板，请从列表中选择`, { status: 404 })
  return name as TemplateName
}

function lineOf(name: TemplateName, versions: readonly VersionRow[], releases: readonly ReleaseRow[]): TemplateLine {
  const [newest] = releases
  const version = newest?.version ?? 0
  const known = versions.find((each) => each.version === version)
  const highest = releases.reduce((most, each) => Math.max(most, each.version), 0)
  const waiting = versions[0]?.version ?? 0
  return {
    name,
    label: templateLabels[name],
    inForce: { version, sha256: known?.sha256 ?? builtInText(name).sha256, since: newest?.at ?? null },
    versions: versions.length,
    waiting: waiting > highest ? waiting : null,
  }
}

export const listTemplatesAction: Action = routeAction(listTemplates, {
  async run({ tx }) {
    const versions = Map.groupBy(await listVersions(tx, null), (row) => row.template)
    const releases = Map.groupBy(await listReleases(tx, null), (row) => row.template)
    const names = Object.keys(templateLabels) as TemplateName[]
    return { rows: names.map((name) => lineOf(name, versions.get(name) ?? [], releases.get(name) ?? [])) }
  },
  journal: () => null,
})

export const openTemplateAction: Action = routeAction(openTemplate, {
  async run({ tx, actor }, input) {
    const name = getName(input.name)
    const [versions, releases] = [await listVersions(tx, name), await listReleases(tx, name)]
    const own = versions.map(({ version, sha256, note, made_by, made_by_name, made_at }) => ({
      version,
      sha256,
      note,
      madeByName: made_by_name,
      madeAt: made_at,
      mine: made_by === actor.userId,
    }))
    const { sha256 } = builtInText(name)
    const builtIn = { version: 0, sha256, note: '程序自带', madeByName: '系统', madeAt: null, mine: false }
    return {
      ...lineOf(name, versions, releases),
      rows: [...own, builtIn],
      releases: releases.map(({ version, reason, by_name: byName, at }) => ({ version, reason, byName, at })),
      blank: printsBlank(name),
    }
  },
  journal: () => null,
})

async function textOf({ tx }: ActionContext, name: TemplateName, version: number): Promise<string> {
  if (version === 0) return builtInText(name).text
  const kept = await findVersionText(tx, name, version)
  if (kept === undefined)
    throw new Problem('documents.no-version', `“${templateLabels[name]}”没有第 ${version} 版，请刷新后重新选择`, { status: 404 })
  if (templateHash(kept.body) === kept.sha256) return kept.body
  const message = `库中“${templateLabels[name]}”第 ${version} 版的内容与保存时不符，不能查看、打印或发布`
  throw new Problem('documents.template-altered', message, { status: 409 })
}

export const readTemplateTextAction: Action = routeAction(readTemplateText, {
  async run(context, { name, version }) {
    const text = await textOf(context, getName(name), version)
    return { version, text, sha256: templateHash(text) }
  },
  journal: () => null,
})

function sample(name: TemplateName, body: Buffer): Download {
  return { fileName: `${templateLabels[name]}-样张.pdf`, mediaType: 'application/pdf', body }
}

export const tryTemplateAction: Action = routeAction(tryTemplate, {
  kind: 'read',
  transaction: 'own',
  run: async (_, { name, text, blank }) => sample(getName(name), await printSample(getName(name), text, blank)),
  journal: () => null,
})

export const printTemplateAction: Action = routeAction(printTemplate, {
  async run(context, { name, version, blank }) {
    const text = await textOf(context, getName(name), version)
    return sample(getName(name), await printSample(getName(name), text, blank === 'yes'))
  },
  journal: () => null,
})

export const saveTemplateAction: Action = routeAction(saveTemplate, {
  async run({ tx, actor, clock }, input) {
    const name = getName(input.name)
    const sha256 = templateHash(input.text)
    const [newest] = await listVersions(tx, name)
    if (sha256 === (newest?.sha256 ?? builtInText(name).sha256))
      throw new Problem('documents.same-text', '与最新一版完全相同，没有保存', { status: 409 })
    await printSample(name, input.text, false)
    if (printsBlank(name)) await printSample(name, input.text, true)
    const by = { by: actor.userId, byName: actor.name, at: isoInstant(clock.nowMs()) }
    return { version: await insertVersion(tx, { template: name, body: input.text, sha256, note: input.note, ...by }) }
  },
  journal: ({ name, text, note }, output) =>
    noteOf('保存文书模板', { name, note, sha256: templateHash(text), version: 'version' in output ? output.version : 0 }),
})

export const releaseTemplateAction: Action = routeAction(releaseTemplate, {
  async run(context, input) {
    const { tx, actor, clock } = context
    const name = getName(input.name)
    const [versions, releases] = [await listVersions(tx, name), await listReleases(tx, name)]
    const text = await textOf(context, name, input.version)
    if (versions.some((each) => each.version === input.version && each.made_by === actor.userId))
      throw new Problem('documents.own-template', '不能发布自己编写的模板，请由另一人看过样张后发布', { status: 403 })
    if ((releases[0]?.version ?? 0) === input.version)
      throw new Problem('documents.in-force', '这一版正在使用，不必再发布', { status: 409 })
    await printSample(name, text, false)
    const at = isoInstant(clock.nowMs())
    await insertRelease(tx, {
      template: name,
      version: input.version,
      reason: input.reason,
      by: actor.userId,
      byName: actor.name,
      at,
    })
    await loadTemplates(tx)
    return { version: input.version, sha256: templateHash(text), since: at }
  },
  journal: ({ name, version, reason }) =>
    noteOf(version === 0 ? '文书模板恢复为程序自带' : '发布文书模板', { name, version, reason }),
})

/** The actions behind the routes of documents. */
export const documentsActions: readonly Action[] = [
  listTemplatesAction,
  openTemplateAction,
  readTemplateTextAction,
  saveTemplateAction,
  tryTemplateAction,
  printTemplateAction,
  releaseTemplateAction,
]
