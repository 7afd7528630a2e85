import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { adminRoutes } from './admin-routes.tsx'
import { askCase } from './pages/case/ask-case.ts'
import { householdKeys } from './pages/household/household-keys.ts'
import { RouteError } from './pages/root-frame.tsx'
import { check, office, root, signIn } from './root-routes.tsx'
import { homeOf } from './session.ts'
import { parseSearch, pick, stringifySearch } from './ui/search.ts'
import { Loading } from './ui/states.tsx'

const home = createRoute({
  getParentRoute: () => office,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
  beforeLoad: ({ context }) => {
    const home = homeOf(context.session.permissions)
    if (home !== undefined) throw redirect({ to: home })
  },
})

const tasks = createRoute({
  getParentRoute: () => office,
  path: '/tasks',
  validateSearch: (search) => pick(search, ['tab', 'due', 'step', 'who', 'q']),
  component: lazyRouteComponent(() => import('./pages/task/tasks-page.tsx'), 'TasksPage'),
})

const cases = createRoute({
  getParentRoute: () => office,
  path: '/cases',
  validateSearch: (search) =>
    pick(search, ['q', 'township', 'village', 'programme', 'step', 'state', 'related', 'overdue', 'unserved', 'cleanUp', 'sort']),
  component: lazyRouteComponent(() => import('./pages/case/cases-page.tsx'), 'CasesPage'),
})

const intake = createRoute({
  getParentRoute: () => office,
  path: '/intake',
  validateSearch: (search) => pick(search, ['q']),
  component: lazyRouteComponent(() => import('./pages/intake/intake-page.tsx'), 'IntakePage'),
})

const intakeDraft = createRoute({
  getParentRoute: () => office,
  path: '/intake/$caseNo',
  validateSearch: (search) => pick(search, ['part']),
  component: lazyRouteComponent(() => import('./pages/intake/draft-page.tsx'), 'DraftPage'),
})

const cleanUp = createRoute({
  getParentRoute: () => office,
  path: '/clean-up',
  validateSearch: (search) => pick(search, ['id', 'township', 'village']),
  component: lazyRouteComponent(() => import('./pages/clean-up/clean-up-page.tsx'), 'CleanUpPage'),
})

const caseFile = createRoute({
  getParentRoute: () => office,
  path: '/cases/$caseNo',
  validateSearch: (search) => pick(search, ['step']),
  // what is read of persons is a look that is kept: nothing is asked where a pointer rests on a link
  preload: false,
  loader: askCase,
  component: lazyRouteComponent(
    () => import('./pages/case/case-page.tsx').then(({ CasePage, firstParts }) => firstParts.then(() => ({ CasePage }))),
    'CasePage',
  ),
})

const notices = createRoute({
  getParentRoute: () => office,
  path: '/notices',
  validateSearch: (search) => pick(search, ['tab', 'q', 'township', 'village', 'level', 'proof']),
  component: lazyRouteComponent(() => import('./pages/notice/notices-page.tsx'), 'NoticesPage'),
})

const notice = createRoute({
  getParentRoute: () => office,
  path: '/notices/$noticeNo',
  component: lazyRouteComponent(() => import('./pages/notice/notice-page.tsx'), 'NoticePage'),
})

const standingList = createRoute({
  getParentRoute: () => office,
  path: '/standing-list',
  validateSearch: (search) => pick(search, ['township', 'village', 'month']),
  component: lazyRouteComponent(() => import('./pages/notice/standing-page.tsx'), 'StandingPage'),
})

const objections = createRoute({
  getParentRoute: () => office,
  path: '/objections',
  validateSearch: (search) => pick(search, ['q', 'township', 'village', 'kind', 'state', 'mine']),
  component: lazyRouteComponent(() => import('./pages/objection/objections-page.tsx'), 'ObjectionsPage'),
})

const objection = createRoute({
  getParentRoute: () => office,
  path: '/objections/$objectionNo',
  component: lazyRouteComponent(() => import('./pages/objection/objection-page.tsx'), 'ObjectionPage'),
})

const progress = createRoute({
  getParentRoute: () => office,
  path: '/progress',
  validateSearch: (search) => pick(search, ['campaign', 'township']),
  component: lazyRouteComponent(() => import('./pages/campaign/progress-page.tsx'), 'ProgressPage'),
})

const units = createRoute({
  getParentRoute: () => office,
  path: '/units',
  validateSearch: (search) => pick(search, ['campaign', 'unit']),
  component: lazyRouteComponent(() => import('./pages/campaign/units-page.tsx'), 'UnitsPage'),
})

const lines = createRoute({
  getParentRoute: () => office,
  path: '/lines',
  validateSearch: (search) => pick(search, ['show', 'sort', 'q']),
  component: lazyRouteComponent(() => import('./pages/line/lines-page.tsx'), 'LinesPage'),
})

const line = createRoute({
  getParentRoute: () => office,
  path: '/lines/$unit',
  component: lazyRouteComponent(() => import('./pages/line/node-page.tsx'), 'NodePage'),
})

const missed = createRoute({
  getParentRoute: () => office,
  path: '/missed',
  validateSearch: (search) => pick(search, ['campaign', 'township', 'village', 'state', 'q']),
  component: lazyRouteComponent(() => import('./pages/missed/missed-page.tsx'), 'MissedPage'),
})

const households = createRoute({
  getParentRoute: () => office,
  path: '/households',
  validateSearch: (search) => pick(search, householdKeys),
  component: lazyRouteComponent(() => import('./pages/household/list-page.tsx'), 'ListPage'),
})

const household = createRoute({
  getParentRoute: () => office,
  path: '/households/$householdNo',
  validateSearch: (search) => pick(search, ['campaign', 'finding']),
  component: lazyRouteComponent(() => import('./pages/household/household-page.tsx'), 'HouseholdPage'),
})

const report = createRoute({
  getParentRoute: () => office,
  path: '/reports/$reportNo',
  component: lazyRouteComponent(() => import('./pages/report/report-page.tsx'), 'ReportPage'),
})

const imports = createRoute({
  getParentRoute: () => office,
  path: '/imports',
  validateSearch: (search) => pick(search, ['show']),
  component: lazyRouteComponent(() => import('./pages/import/imports-page.tsx'), 'ImportsPage'),
})

const importRun = createRoute({
  getParentRoute: () => office,
  path: '/imports/$importId',
  validateSearch: (search) => pick(search, ['file', 'code', 'severity', 'state', 'table', 'kind', 'flag']),
  component: lazyRouteComponent(() => import('./pages/import/import-run-page.tsx'), 'ImportRunPage'),
})

const quarantineRow = createRoute({
  getParentRoute: () => office,
  path: '/quarantine/$rowId',
  component: lazyRouteComponent(() => import('./pages/import/correct-row-page.tsx'), 'CorrectRowPage'),
})

const quality = createRoute({
  getParentRoute: () => office,
  path: '/quality',
  validateSearch: (search) => pick(search, ['township', 'rule']),
  component: lazyRouteComponent(() => import('./pages/statistics/quality-page.tsx'), 'QualityPage'),
})

const statistics = createRoute({
  getParentRoute: () => office,
  path: '/statistics',
  validateSearch: (search) => pick(search, ['campaign', 'township']),
  component: lazyRouteComponent(() => import('./pages/statistics/statistics-page.tsx'), 'StatisticsPage'),
})

const looks = createRoute({
  getParentRoute: () => office,
  path: '/looks',
  validateSearch: (search) => pick(search, ['subject', 'actor', 'from', 'until']),
  component: lazyRouteComponent(() => import('./pages/journal/looks-page.tsx'), 'LooksPage'),
})

const proofs = createRoute({
  getParentRoute: () => office,
  path: '/proofs',
  component: lazyRouteComponent(() => import('./pages/journal/proofs-page.tsx'), 'ProofsPage'),
})

const deliberation = createRoute({
  getParentRoute: () => office,
  path: '/deliberation',
  validateSearch: (search) => pick(search, ['village', 'case']),
  component: lazyRouteComponent(() => import('./pages/deliberation/deliberation-page.tsx'), 'DeliberationPage'),
})

const policy = createRoute({
  getParentRoute: () => office,
  path: '/policy',
  validateSearch: (search) => pick(search, ['pack', 'q', 'section', 'show']),
  component: lazyRouteComponent(() => import('./pages/policy/policy-page.tsx'), 'PolicyPage'),
})

const policyDifference = createRoute({
  getParentRoute: () => office,
  path: '/policy/difference',
  validateSearch: (search) => pick(search, ['packA', 'onA', 'packB', 'onB', 'revision']),
  component: lazyRouteComponent(() => import('./pages/policy/difference-page.tsx'), 'DifferencePage'),
})

const revisions = createRoute({
  getParentRoute: () => office,
  path: '/policy/revisions',
  component: lazyRouteComponent(() => import('./pages/policy/revisions-page.tsx'), 'RevisionsPage'),
})

const revision = createRoute({
  getParentRoute: () => office,
  path: '/policy/revisions/$revisionId',
  component: lazyRouteComponent(() => import('./pages/policy/revision-page.tsx'), 'RevisionPage'),
})

const replays = createRoute({
  getParentRoute: () => office,
  path: '/policy/replay',
  validateSearch: (search) => pick(search, ['revision']),
  component: lazyRouteComponent(() => import('./pages/policy/replays-page.tsx'), 'ReplaysPage'),
})

const replay = createRoute({
  getParentRoute: () => office,
  path: '/policy/replay/$replayId',
  validateSearch: (search) => pick(search, ['change', 'township']),
  component: lazyRouteComponent(() => import('./pages/policy/replay-page.tsx'), 'ReplayPage'),
})

const payments = createRoute({
  getParentRoute: () => office,
  path: '/payments',
  validateSearch: (search) => pick(search, ['month', 'township', 'change']),
  component: lazyRouteComponent(() => import('./pages/payment/payments-page.tsx'), 'PaymentsPage'),
})

const paymentRoll = createRoute({
  getParentRoute: () => office,
  path: '/payments/$rollNo',
  component: lazyRouteComponent(() => import('./pages/payment/roll-page.tsx'), 'RollPage'),
})

const accounts = createRoute({
  getParentRoute: () => office,
  path: '/accounts',
  validateSearch: (search) => pick(search, ['household']),
  component: lazyRouteComponent(() => import('./pages/account/accounts-page.tsx'), 'AccountsPage'),
})

const samples = createRoute({
  getParentRoute: () => office,
  path: '/samples',
  component: lazyRouteComponent(() => import('./pages/sample/samples-page.tsx'), 'SamplesPage'),
})

const scans = createRoute({
  getParentRoute: () => office,
  path: '/scans',
  validateSearch: (search) => pick(search, ['state']),
  component: lazyRouteComponent(() => import('./pages/scan/scans-page.tsx'), 'ScansPage'),
})

const tree = root.addChildren([
  signIn,
  check,
  office.addChildren([
    home,
    tasks,
    cases,
    notices,
    notice,
    standingList,
    objections,
    objection,
    caseFile,
    intake,
    intakeDraft,
    cleanUp,
    payments,
    paymentRoll,
    accounts,
    samples,
    scans,
    progress,
    missed,
    units,
    lines,
    line,
    households,
    household,
    report,
    imports,
    importRun,
    quarantineRow,
    quality,
    statistics,
    looks,
    proofs,
    deliberation,
    ...adminRoutes,
    policy,
    policyDifference,
    revisions,
    revision,
    replays,
    replay,
  ]),
])

/** The router of the office pages; pages are loaded when first opened. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Loading,
    defaultErrorComponent: RouteError,
  })
}
