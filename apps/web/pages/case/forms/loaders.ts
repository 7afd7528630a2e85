import type { ComponentType } from 'react'
import type { FormProps } from '../form-props.ts'

/**
 * `step.command` → the form of the move, loaded when it is opened:
 * `'visit.record': () => import('./field-visit.tsx').then((m) => m.VisitForm)`.
 */
export type FormLoaders = Readonly<Record<string, () => Promise<ComponentType<FormProps>>>>
