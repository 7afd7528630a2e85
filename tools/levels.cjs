/**
 * The one table of levels. A capability may import only from lower levels, and only through the door of the other
 * capability. Capabilities of one level never import each other. `.dependency-cruiser.cjs` makes its rules from this table
 * and tools/architecture.test.ts plants a violation for each of them.
 */
const levels = [
  { level: 0, name: 'kernel', what: 'money, dates, citizen numbers, names, divisions, terms; pure' },
  { level: 1, name: 'platform', what: 'database, clock, configuration, queue, log, cipher, blobs' },
  { level: 1, name: 'sandbox', what: 'what comes from outside, read in processes of their own with limits' },
  { level: 1, name: 'wire', what: 'what two nodes share: envelopes, cipher suites, transports, the port of the message store' },
  { level: 2, name: 'sources', what: 'record types of the member units, and how they are asked and answer' },
  { level: 3, name: 'policy', what: 'packs, evaluation, explanation, what is in force and what was kept; packs/ are its data' },
  { level: 3, name: 'identity', what: 'users, roles, division scope' },
  { level: 3, name: 'files', what: 'files that people hand in: taken by content, shown by what they belong to, swept' },
  { level: 4, name: 'exchange', what: 'the centre’s own side: outbox and inbox, board, enrolment, evidence' },
  { level: 4, name: 'registry', what: 'households, persons, supporters, authorisations; import and quarantine' },
  { level: 4, name: 'documents', what: 'PDF, Excel, QR' },
  { level: 4, name: 'journal', what: 'the record of every write and every read of a person' },
  { level: 5, name: 'verification', what: 'commission, plan, ask, compare, clear, report' },
  { level: 5, name: 'ledgers', what: 'workbooks as bureaus keep them, understood as rows of the registry' },
  { level: 5, name: 'exports', what: 'tables of the capabilities as workbooks: out in the background, in from spreadsheets' },
  { level: 5, name: 'dci', what: 'the registry for partners of other sectors, by the DCI standard: asked and asking' },
  { level: 6, name: 'casework', what: 'cases, tasks, notices, decisions' },
  { level: 7, name: 'benefits', what: 'amounts, arrears, recovery' },
  { level: 8, name: 'dynamic', what: 'recertification and changes' },
  { level: 8, name: 'revisions', what: 'the policy officer’s work: drafts, differences, replay, publication' },
  { level: 9, name: 'supervision', what: 'progress and accountability views' },
  { level: 10, name: 'portal', what: 'what may be published' },
  { level: 11, name: 'runner', what: 'permit, transaction, run, journal: for HTTP, commands and jobs alike' },
]

/** Packages that talk to a database: only stores and the platform may import them. */
const databasePackages = ['pg', 'pg-copy-streams', 'pg-boss']

/** Packages that pure code may import: they do no I/O. */
const purePackages = ['zod', 'canonicalize', 'pinyin-pro']

module.exports = { levels, databasePackages, purePackages }
