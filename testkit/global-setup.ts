import type { TestProject } from 'vitest/node'
import { startTestServer } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Owner connection string of the migrated template database of this run. */
    testTemplateUrl: string
  }
}

/** Once per run: a server (embedded and throw-away, or DATABASE_URL) with one migrated template database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  project.provide('testTemplateUrl', server.templateUrl)
  return server.stop
}
