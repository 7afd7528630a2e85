// Guards of the architecture; the levels come from tools/levels.cjs. Proven by tools/architecture.test.ts.
const { levels, databasePackages, purePackages } = require('./tools/levels.cjs')

const oneOf = (names) => `(${names.join('|')})`
const npm = (names) => `(^|/)node_modules/${oneOf(names)}/`
const test = '\\.test\\.tsx?$'
/** A role's folder or file in a capability, or in a part of one. */
const role = (name) => [`^src/[^/]+/${name}(\\.ts$|/)`, `^src/[^/]+/[^/]+/${name}(\\.ts$|/)`]
const contract = role('contract')
/** What two nodes share: the same at the bureau, at a unit, and at a relay. */
const wire = '^src/wire/'
/** What programs mount of a capability: actions, jobs, subscriptions. */
const server = '^src/[^/]+/server\\.ts$'
const pure = ['^src/kernel/', ...role('rules'), '^src/[^/]+/tables\\.ts$']

/** level-<name>: what this capability must never import, at run time or as a type. */
const levelRules = levels.flatMap(({ level, name }) => {
  const forbidden = levels.filter((other) => other.level >= level && other.name !== name).map((other) => other.name)
  if (forbidden.length === 0) return []
  return [
    {
      name: `level-${name}`,
      severity: 'error',
      comment: `${name} stands on level ${level}: it imports lower levels only, never its own level or a higher one.`,
      from: { path: `^src/${name}/`, pathNot: test },
      to: { path: `^src/${oneOf(forbidden)}/` },
    },
  ]
})

module.exports = {
  forbidden: [
    ...levelRules,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'No cycles, not even of types.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'known-folder',
      severity: 'error',
      comment: 'Every folder of src/ stands in tools/levels.cjs.',
      from: {},
      to: { path: '^src/', pathNot: `^src/${oneOf(levels.map((entry) => entry.name))}/` },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'Product code does not know programs, tests or tools.',
      from: { path: '^src/', pathNot: test },
      to: { path: '^(apps|synth|testkit|bench|tools|e2e|scripts)/' },
    },
    {
      name: 'use-the-door',
      severity: 'error',
      comment:
        'Another capability is entered by its index.ts or its contract, never by its server.ts; kernel and platform are open.',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/',
        pathNot: ['^src/$1/', '^src/(kernel|platform)/', '^src/[^/]+/index\\.ts$', '^src/sandbox/serve\\.ts$', ...contract],
      },
    },
    {
      name: 'use-the-door-from-outside',
      severity: 'error',
      comment:
        'Programs, packs, synthetic data and benches enter capabilities by their doors; tests and testkit may look inside.',
      from: { path: '^(apps|packs|synth|bench|e2e)/', pathNot: '\\.(test|e2e)\\.tsx?$' },
      to: { path: '^src/', pathNot: ['^src/(kernel|platform)/', '^src/[^/]+/index\\.ts$', server, ...contract] },
    },
    {
      name: 'gateway-sees-kernel-wire-and-sources',
      severity: 'error',
      comment:
        'The gateway runs at a member unit: it may know the kernel, the wire, the sources and the sandbox, nothing of the bureau.',
      from: { path: '^apps/gateway/', pathNot: test },
      to: {
        path: '^(src|apps|packs|synth|testkit|bench|tools)/',
        pathNot: [
          '^src/kernel/',
          '^src/sandbox/index\\.ts$',
          '^src/sources/',
          '^src/wire/(index|server|contract)\\.ts$',
          '^apps/gateway/',
        ],
      },
    },
    {
      name: 'wire-sees-kernel',
      severity: 'error',
      comment: 'The wire runs at member units and relays too: it may know the kernel, nothing of the bureau.',
      from: { path: wire, pathNot: test },
      to: {
        path: '^(src|apps|packs|synth|testkit|bench|tools)/',
        pathNot: ['^src/kernel/', wire],
      },
    },
    {
      name: 'browser-sees-kernel-and-contracts',
      severity: 'error',
      comment: 'The pages may know the kernel and contracts only; never server code, never Node.',
      from: { path: '^apps/web/', pathNot: [test, 'vite\\.config\\.ts$'] },
      to: { path: '^(src|apps|packs|synth|testkit|bench|tools)/', pathNot: ['^src/kernel/', ...contract, '^apps/web/'] },
    },
    {
      name: 'browser-without-node',
      severity: 'error',
      comment: 'Pages and contracts run in a browser.',
      from: { path: ['^apps/web/', ...contract], pathNot: [test, 'vite\\.config\\.ts$'] },
      to: { dependencyTypes: ['core'], pathNot: '^src/' },
    },
    {
      name: 'contract-is-portable',
      severity: 'error',
      comment: 'A contract imports the kernel, other contracts and pure packages, so that it runs anywhere.',
      from: { path: contract, pathNot: test },
      to: { path: '^(src|apps|packs|synth|testkit|bench|tools)/', pathNot: ['^src/kernel/', ...contract] },
    },
    {
      name: 'rules-pure',
      severity: 'error',
      comment: 'Rules and kernel are pure: they import kernel, contracts, rules and types; no platform, store, action or job.',
      from: { path: pure, pathNot: test },
      to: {
        path: '^(src|apps|packs|synth|testkit|bench|tools)/',
        pathNot: [...pure, ...contract],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'rules-without-node',
      severity: 'error',
      comment: 'Rules and kernel do no I/O: no Node modules.',
      from: { path: pure, pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rules-without-packages',
      severity: 'error',
      comment: `Rules and kernel import only packages that do no I/O: ${purePackages.join(', ')}.`,
      from: { path: pure, pathNot: test },
      to: { path: '(^|/)node_modules/', pathNot: npm(purePackages) },
    },
    {
      name: 'sql-in-stores',
      severity: 'error',
      comment: 'Only stores and the platform talk to the database.',
      from: {
        path: '^(src|apps)/',
        pathNot: [test, '^src/platform/', ...role('store'), '^apps/[^/]+/store(\\.ts$|/)', '^apps/gateway/'],
      },
      to: { path: npm([...databasePackages, '@types/pg', '@types/pg-copy-streams']) },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'Every import leads to a file.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|var)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
    },
    builtInModules: { add: ['node:sqlite', 'sqlite'] },
  },
}
