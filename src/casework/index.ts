/** The door of casework: what other capabilities may use of cases and grants. */
export { lockMonth } from './grant/store/grants.ts'
