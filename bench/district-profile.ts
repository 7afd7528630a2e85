/** Where the CPU of a campaign goes, by process and by group of functions. Profiling itself costs: the seconds are shares, not results. */
import { join } from 'node:path'
import { packageRoot } from '../src/platform/config.ts'
import { profileProcesses, sampleClock, sharesOf } from './cpu-profile.ts'
import { buildPlant, prepareCampaign, runCampaign } from './district-run.ts'
import { machineOf } from './processes.ts'

/** Runs one campaign with every process of Node profiled. PostgreSQL has its seconds alone. */
export async function profileDistrict(packageDir: string, districtCode: string): Promise<object> {
  const profilesOf = await profileProcesses(join(packageRoot, 'var/bench/profiles'))
  const plant = await buildPlant(packageDir, join(packageRoot, 'var/bench/plant'))
  const { server, workers, gateways } = plant
  try {
    const campaignId = await prepareCampaign(plant, districtCode)
    const pids = { server: [server.pid], workers: workers.map(({ pid }) => pid), gateways: gateways.map(({ pid }) => pid) }
    const from = sampleClock()
    const run = await runCampaign(plant, campaignId)
    const to = sampleClock()
    await Promise.all([server, ...workers, ...gateways].map((child) => child.stop()))
    return {
      cpu_seconds: run.cpu_seconds,
      wall_seconds: run.wall_seconds,
      shares: Object.fromEntries(Object.entries(pids).map(([name, of]) => [name, sharesOf(profilesOf(of), from, to)])),
      machine: machineOf(),
    }
  } finally {
    await plant.stop()
  }
}
