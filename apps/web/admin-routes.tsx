import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { office } from './root-routes.tsx'
import { pick } from './ui/search.ts'

const users = createRoute({
  getParentRoute: () => office,
  path: '/users',
  validateSearch: (search) => pick(search, ['role', 'division', 'state', 'q', 'cursor']),
  component: lazyRouteComponent(() => import('./pages/admin/users-page.tsx'), 'UsersPage'),
})

const background = createRoute({
  getParentRoute: () => office,
  path: '/background',
  component: lazyRouteComponent(() => import('./pages/admin/background-page.tsx'), 'BackgroundPage'),
})

const duty = createRoute({
  getParentRoute: () => office,
  path: '/duty',
  validateSearch: (search) => pick(search, ['township', 'past']),
  component: lazyRouteComponent(() => import('./pages/admin/duty-page.tsx'), 'DutyPage'),
})

const calendar = createRoute({
  getParentRoute: () => office,
  path: '/calendar',
  validateSearch: (search) => pick(search, ['year']),
  component: lazyRouteComponent(() => import('./pages/admin/calendar-page.tsx'), 'CalendarPage'),
})

const divisions = createRoute({
  getParentRoute: () => office,
  path: '/divisions',
  validateSearch: (search) => pick(search, ['parent', 'q']),
  component: lazyRouteComponent(() => import('./pages/admin/divisions-page.tsx'), 'DivisionsPage'),
})

const myExports = createRoute({
  getParentRoute: () => office,
  path: '/exports',
  component: lazyRouteComponent(() => import('./pages/admin/exports-page.tsx'), 'ExportsPage'),
})

const tables = createRoute({
  getParentRoute: () => office,
  path: '/tables',
  validateSearch: (search) => pick(search, ['kind']),
  component: lazyRouteComponent(() => import('./pages/admin/tables-page.tsx'), 'TablesPage'),
})

const templates = createRoute({
  getParentRoute: () => office,
  path: '/templates',
  component: lazyRouteComponent(() => import('./pages/admin/templates-page.tsx'), 'TemplatesPage'),
})

const template = createRoute({
  getParentRoute: () => office,
  path: '/templates/$name',
  validateSearch: (search) => pick(search, ['version']),
  component: lazyRouteComponent(() => import('./pages/admin/template-page.tsx'), 'TemplatePage'),
})

const dictionary = createRoute({
  getParentRoute: () => office,
  path: '/dictionary',
  validateSearch: (search) => pick(search, ['q']),
  component: lazyRouteComponent(() => import('./pages/admin/dictionary-page.tsx'), 'DictionaryPage'),
})

const dataStandard = createRoute({
  getParentRoute: () => office,
  path: '/data-standard',
  validateSearch: (search) => pick(search, ['part', 'class', 'mark', 'id', 'sensitivity', 'q']),
  component: lazyRouteComponent(() => import('./pages/admin/data-standard-page.tsx'), 'DataStandardPage'),
})

const password = createRoute({
  getParentRoute: () => office,
  path: '/password',
  component: lazyRouteComponent(() => import('./pages/admin/password-page.tsx'), 'PasswordPage'),
})

/** The pages of administration. */
export const adminRoutes = [
  users,
  background,
  duty,
  calendar,
  divisions,
  myExports,
  tables,
  templates,
  template,
  dictionary,
  dataStandard,
  password,
] as const
