import { createRequire, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { moduleSource } from '../../tools/salesforce-component.ts'
import type { Answer, Sample } from '../../tools/salesforce-samples.ts'

/** As much of the browser's page as these tests look at. */
interface PageNode {
  readonly nodeType: number
  readonly textContent: string | null
  readonly childNodes: Iterable<PageNode>
  readonly shadowRoot?: PageNode | null
  readonly tagName?: string
  assignedNodes?(): Iterable<PageNode>
  getAttribute?(name: string): string | null
}

declare const document: { readonly body: { append(node: PageNode): void; replaceChildren(): void } }

interface Engine {
  createElement(name: string, options: { readonly is: unknown }): PageNode & Record<string, unknown>
}

interface RecordService {
  answerWith(answer: Answer): void
  lastAsked(): { readonly recordId: string; readonly optionalFields: readonly object[] } | undefined
}

/** Where the compiled modules pretend to lie; nothing is written there. */
const COMPILED = `${pathToFileURL(import.meta.dirname).href}/compiled-components/`
const OURS = /^(c|lightning|@salesforce\/schema)\//

/** Lets Node load the component: as Salesforce compiles it, with stand-ins for what only Salesforce has. */
function hookComponents() {
  return registerHooks({
    resolve(specifier, context, next) {
      if (OURS.test(specifier)) return { url: COMPILED + specifier, shortCircuit: true }
      const isInside = context.parentURL?.startsWith(COMPILED) === true
      if (isInside && specifier.startsWith('.')) {
        return { url: new URL(specifier, context.parentURL).href, shortCircuit: true }
      }
      // In an org the engine goes by this name.
      if (specifier === 'lwc')
        return next('@lwc/engine-dom', { ...context, parentURL: import.meta.url })
      return next(specifier, isInside ? { ...context, parentURL: import.meta.url } : context)
    },
    load(url, context, next) {
      if (!url.startsWith(COMPILED)) return next(url, context)
      const name = new URL(url).pathname.slice(new URL(COMPILED).pathname.length)
      return { format: 'module', source: moduleSource(name), shortCircuit: true }
    },
  })
}

export interface Shown {
  /** Everything that can be read, part by part. */
  texts(): readonly string[]
  /** The tags of everything, Salesforce's own components included. */
  tags(): readonly string[]
  /** What is announced as `role`. */
  roles(): readonly string[]
  answer(answer: Answer): Promise<void>
  asked(): readonly object[]
}

/** Shows the component with an answer of the record service. */
export function createStage(): (sample: Omit<Sample, 'name' | 'width'>) => Promise<Shown> {
  const hooks = hookComponents()
  const load = createRequire(import.meta.url)
  // The modules are compiled here and now, so no compiler knows their types.
  const { createElement } = load('@lwc/engine-dom') as Engine
  const service = load('lightning/uiRecordApi') as RecordService
  const component = load('c/plumblineScore') as { readonly default: unknown }
  hooks.deregister()
  return async ({ objectApiName, answer }) => {
    service.answerWith(answer)
    const element = createElement('c-plumbline-score', { is: component.default })
    Object.assign(element, { recordId: 'of the page', objectApiName })
    document.body.replaceChildren()
    document.body.append(element)
    await rendered()
    const all = () => [...nodesOf(element)]
    return {
      texts: () => all().flatMap((node) => (node.nodeType === TEXT ? wordsOf(node) : [])),
      tags: () => all().flatMap(({ tagName }) => tagName?.toLowerCase() ?? []),
      roles: () => all().flatMap((node) => node.getAttribute?.('role') ?? []),
      async answer(next) {
        service.answerWith(next)
        await rendered()
      },
      asked: () => service.lastAsked()?.optionalFields ?? [],
    }
  }
}

const TEXT = 3

/** LWC renders in a microtask. */
function rendered(): Promise<void> {
  return Promise.resolve()
}

function* nodesOf(node: PageNode): Generator<PageNode> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}

/** As they are shown: inside of components, and what was put into their slots. */
function childrenOf(node: PageNode): Iterable<PageNode> {
  return node.assignedNodes?.() ?? node.shadowRoot?.childNodes ?? node.childNodes
}

function wordsOf({ textContent }: PageNode): string[] {
  const words = textContent?.trim() ?? ''
  return words === '' ? [] : [words]
}
