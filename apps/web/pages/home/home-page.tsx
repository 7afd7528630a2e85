import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { officePages, useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Arriving, Show } from '../../ui/states.tsx'

const LineTasks = lazy(async () => ({ default: (await import('../task/line-tasks.tsx')).LineTasks }))

/** What each page shows, for whoever comes to see and not to handle. */
const shown: Readonly<Record<(typeof officePages)[number]['to'], string>> = {
  '/tasks': '本岗位要办的步骤，按期限排列。',
  '/cases': '全部救助案件：办到哪一步、还剩几天、由谁办，可按乡镇、步骤、是否超期筛选。',
  '/intake': '查找家庭，开立和填写申请。',
  '/clean-up': '全面清理的进度：各乡镇已重新申请、待重新申请的户数。',
  '/deliberation': '各村的评议人员库和评议会。',
  '/notices': '正在公示和公示期满的名单，各村的在保名单。',
  '/objections': '异议、举报和投诉，以及答复。',
  '/samples': '入户抽查的抽签及其种子。',
  '/scans': '扫描件归档。',
  '/proofs': '日志、封记和核对报告是否还是当初的样子。',
  '/payments': '每月应发、名册、差异和确认情况。',
  '/progress': '核对批次的进度，到乡镇、到村。',
  '/households': '家庭的核对结论、各来源答复和疑点。',
  '/units': '各成员单位答复了多少、超时多少。',
  '/imports': '名册的导入记录和退回的行。',
  '/quality': '各乡镇名册的一次正确率。',
  '/statistics': '核对结论、疑点和金额的统计。',
  '/exports': '导出表格和下载。',
  '/background': '停下的后台任务，可再试一次。',
  '/duty': '谁负责哪个村。',
  '/users': '账号、岗位和待确认的变更。',
  '/lines': '与成员单位的线路：通断、延误、对账。',
  '/divisions': '乡镇街道、村社区和机关印章。',
  '/calendar': '工作日和节假日。',
  '/policy': '政策包：标准、扣减、期限及其依据。',
  '/tables': '按模板导入表格。',
  '/templates': '文书模板。',
  '/dictionary': '各代码表。',
  '/data-standard': '本系统的数据项与部颁标准的对应。',
  '/looks': '谁在何时看过一个人的信息。',
}

/** How many cases run and how many of them are late; each leads to its list. */
function Running() {
  const running = useQuery(reading('casework.list-cases', { query: { state: 'running', limit: 1 } }))
  const late = useQuery(reading('casework.list-cases', { query: { state: 'running', overdue: 'yes', limit: 1 } }))
  return (
    <Show query={running}>
      {(all) => (
        <p className="card">
          在办案件{' '}
          <Link to="/cases" search={{ state: 'running' }} className="num">
            {count(all.total)} 件
          </Link>
          ，其中超期{' '}
          <Link to="/cases" search={{ state: 'running', overdue: 'yes' }} className="num">
            {late.data === undefined ? '…' : count(late.data.total)} 件
          </Link>
          。
        </p>
      )}
    </Show>
  )
}

/** The first page of whoever has no desk: what he can see, and where. */
export function HomePage() {
  const can = useCan()
  const pages = officePages.filter((page) => can(page.permission))
  return (
    <Page title="首页">
      <p>您的岗位不经办案件，没有待办；可以查看下列内容。</p>
      {can('exchange.read') && (
        <Suspense fallback={<Arriving />}>
          <LineTasks />
        </Suspense>
      )}
      {can('casework.read') && <Running />}
      <section className="card" aria-label="可以查看的内容">
        <ul className="stack-small plain-list">
          {pages.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} className="strong">
                {label}
              </Link>
              <span className="muted">　{shown[to]}</span>
            </li>
          ))}
        </ul>
      </section>
    </Page>
  )
}
