/** Every form of a move. Each group of steps lists its own; a move without a form needs a click, or a reason, only. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { FormProps } from '../form-props.ts'
import { fieldForms } from './field-forms.ts'
import { intakeForms } from './intake-forms.ts'
import type { FormLoaders } from './loaders.ts'
import { noticeForms } from './notice-forms.ts'
import { reviewForms } from './review-forms.ts'

const loaders: FormLoaders = { ...intakeForms, ...fieldForms, ...reviewForms, ...noticeForms }

type LazyForm = LazyExoticComponent<ComponentType<FormProps>>

const made = new Map<string, LazyForm>()

/** The form of a move; undefined when the move has none. */
export function findForm(step: string, command: string): LazyForm | undefined {
  const key = `${step}.${command}`
  const known = made.get(key)
  if (known !== undefined) return known
  const load = loaders[key]
  if (load === undefined) return undefined
  const form = lazy(async () => ({ default: await load() }))
  made.set(key, form)
  return form
}
