/** What the broker's keeper sets up: one stream for all nodes, two consumers a node, and the users that may use them. */
import { AckPolicy, type ConsumerConfig, DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { connect, type NatsConnection, nanos } from '@nats-io/transport-node'
import type { TlsTexts } from './http-line.ts'
import { consumerOf, filtersOf, permissionsOf, type Queue, STREAM, STREAM_SUBJECTS } from './nats-subjects.ts'

/** Where the broker is and who calls. */
export interface BrokerAccess {
  /** addresses as host:port; those of one cluster */
  servers: readonly string[]
  tls: TlsTexts
}

/** How the stream is kept. */
export interface BrokerPlan {
  /** 3 on a cluster of three servers with separate power; 1 on a single server */
  replicas: number
}

/**
 * Messages of one sender to one receiver that may lie at the broker. Beyond it the sender waits: a node that is away for
 * long fills its own share, never that of others.
 */
const MAX_PER_SUBJECT = 1024
/** What nobody fetched for so long is dropped: its sender has it, and publishes it again. */
const MAX_AGE_MS = 86_400_000
/** Delivered and not yet acknowledged, up to 1 MiB each; parts of a larger frame are held beside these until it is whole. */
const MAX_UNACKNOWLEDGED = 64
/** Acknowledgements are lost while a server is lost; until this time nothing more is delivered then. */
const ACK_WAIT_MS = 5000
/** Reconnecting goes on for ever. */
const FOREVER = -1

/** Opens a connection over mutual TLS; once open it is made again as often as it breaks. Throws when no server lets it in. */
export function connectBroker(name: string, { servers, tls }: BrokerAccess, inboxPrefix?: string): Promise<NatsConnection> {
  return connect({
    servers: [...servers],
    tls: { ca: tls.ca, cert: tls.cert, key: tls.key },
    name,
    maxReconnectAttempts: FOREVER,
    reconnectTimeWait: 250,
    reconnectJitterTLS: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
    ...(inboxPrefix !== undefined && { inboxPrefix }),
  })
}

function consumerConfig(nodeId: string, queue: Queue): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: consumerOf(nodeId, queue),
    filter_subjects: filtersOf(nodeId, queue),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: MAX_UNACKNOWLEDGED,
    max_deliver: FOREVER,
  }
}

/** Makes the stream and the consumers of nodes, or brings them up to date. May be repeated. */
export async function prepareBroker(broker: NatsConnection, nodeIds: readonly string[], { replicas }: BrokerPlan): Promise<void> {
  const { streams, consumers } = await jetstreamManager(broker)
  const config = {
    subjects: STREAM_SUBJECTS,
    storage: StorageType.File,
    num_replicas: replicas,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: MAX_PER_SUBJECT,
    max_age: nanos(MAX_AGE_MS),
  }
  const known = await streams.names(STREAM_SUBJECTS[0]).next()
  if (known.includes(STREAM)) await streams.update(STREAM, config)
  else await streams.add({ name: STREAM, retention: RetentionPolicy.Workqueue, ...config })
  for (const nodeId of nodeIds) {
    for (const queue of ['first', 'batch'] as const) await consumers.add(STREAM, consumerConfig(nodeId, queue))
  }
}

/** Users of the broker's configuration file: each node by the name of its certificate, with its own subjects only. */
export function brokerUsers(nodeIds: readonly string[], keeper: string): string {
  const list = (subjects: readonly string[]): string => subjects.map((subject) => JSON.stringify(subject)).join(', ')
  const users = nodeIds.map((nodeId) => {
    const { publish, subscribe } = permissionsOf(nodeId)
    const permissions = `{ publish: { allow: [${list(publish)}] }, subscribe: { allow: [${list(subscribe)}] } }`
    return `    { user: ${JSON.stringify(`CN=${nodeId}`)}, permissions: ${permissions} }`
  })
  return `authorization {\n  users: [\n    { user: ${JSON.stringify(`CN=${keeper}`)} }\n${users.join('\n')}\n  ]\n}\n`
}
