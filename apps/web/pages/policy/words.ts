/** Words of the policy pages. */
import type { Mark, PackSection, ReplayChange, ReplayView, RevisionState } from '#revisions/contract'
import type { Tone } from '../../wording.ts'

type Word = { readonly label: string; readonly tone: Tone; readonly meaning: string }

export const markWords: Record<Mark, Word> = {
  sourced: { label: '有出处', tone: 'green', meaning: '见过政府或报纸的原文' },
  known: { label: '无出处', tone: 'blue', meaning: '普遍知晓且可靠，但没有见到原文' },
  uncertain: { label: '不确定', tone: 'amber', meaning: '只见于转载、问答，或起始日没有查到' },
  proposal: { label: '建议值', tone: 'grey', meaning: '本系统的示例，没有文件依据' },
}

export const sectionWords: Record<PackSection, string> = { verify: '核对', assess: '核算', casework: '办理程序' }

export const revisionWords: Record<RevisionState, { label: string; tone: Tone }> = {
  draft: { label: '草稿', tone: 'grey' },
  submitted: { label: '待发布', tone: 'amber' },
  published: { label: '已发布', tone: 'green' },
  withdrawn: { label: '已撤回', tone: 'red' },
}

export const changeWords: Record<ReplayChange, { label: string; tone: Tone }> = {
  entering: { label: '新纳入', tone: 'green' },
  leaving: { label: '将退出', tone: 'red' },
  more: { label: '金额增加', tone: 'blue' },
  less: { label: '金额减少', tone: 'amber' },
}

export const replayWords: Record<ReplayView['state'], { label: string; tone: Tone }> = {
  waiting: { label: '排队中', tone: 'grey' },
  gathering: { label: '正在汇集事实', tone: 'blue' },
  assessing: { label: '正在核算', tone: 'blue' },
  done: { label: '完成', tone: 'green' },
  failed: { label: '未完成', tone: 'red' },
}
