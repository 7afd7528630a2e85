/** The door of the broker: apart from the other lines, so that who uses no broker does not load its client. */
export { NatsLine, type NatsLineParts } from './nats-line.ts'
export { type BrokerAccess, type BrokerPlan, brokerUsers, connectBroker, prepareBroker } from './nats-setup.ts'
