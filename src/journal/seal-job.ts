import { z } from 'zod'
import { type Job, job } from '#platform/job'
import { sealSettled } from './seal.ts'

/** Every minute: one seal over what was written since the last one. */
export const sealJob: Job<Record<string, never>> = job({
  name: 'journal.seal',
  cron: '* * * * *',
  retries: 1,
  maxSeconds: 300,
  input: z.object({}).transform((): Record<string, never> => ({})),
  async run({ db, keys, log }) {
    const sealNo = await sealSettled(db, keys.signing)
    if (sealNo !== null) log.debug('journal sealed', { sealNo })
    return null
  },
})
