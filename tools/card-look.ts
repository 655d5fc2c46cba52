import type { RenderedChildNode, RenderedElementNode } from '@hubspot/ui-extensions/testing'

type Props = Readonly<Record<string, unknown>>
type Look = (props: Props, inside: string) => string

/**
 * What the card renders, as a page: plain stand-ins for HubSpot's components, which exist only inside HubSpot.
 * Neutral on purpose; it shows the order, the words and the room they take.
 */
export function cardPage(nodes: readonly RenderedChildNode[], width: number): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${CSS}</style></head>
<body><main style="width:${width}px"><h1>Lead score</h1>${nodes.map(html).join('')}</main></body></html>`
}

/** @throws Error for a component without a stand-in, so that none is left out of the picture */
function html(node: RenderedChildNode): string {
  if (!isElement(node)) return escaped(node.text)
  const look = LOOKS[node.name]
  if (look === undefined) throw new Error(`${node.name} has no stand-in in tools/card-look.ts`)
  return look(node.props, node.childNodes.map(html).join(''))
}

function isElement(node: RenderedChildNode): node is RenderedElementNode {
  return 'childNodes' in node
}

function element(tag: string, attributes: string): Look {
  return (_props, inside) => `<${tag} ${attributes}>${inside}</${tag}>`
}

const TABLE_PARTS: Readonly<Record<string, Look>> = {
  Table: element('table', ''),
  TableHead: element('thead', ''),
  TableBody: element('tbody', ''),
  TableRow: element('tr', ''),
  TableHeader: ({ width }, inside) => `<th class="w-${width}">${inside}</th>`,
  TableCell: ({ width }, inside) => `<td class="w-${width}">${inside}</td>`,
}

const LOOKS: Readonly<Record<string, Look>> = {
  ...TABLE_PARTS,
  Flex: (props, inside) => `<div class="flex" style="${flexStyle(props)}">${inside}</div>`,
  Box: ({ flex }, inside) => `<div style="flex:${flex}">${inside}</div>`,
  Heading: element('h2', ''),
  Divider: element('hr', ''),
  List: (_props, inside) => `<ul>${inside}</ul>`,
  Text: ({ inline, variant, format }, inside) => {
    const weight = isProps(format) ? String(format['fontWeight'] ?? '') : ''
    const tag = inline === true ? 'span' : 'div'
    return `<${tag} class="text ${variant} ${weight}">${inside}</${tag}>`
  },
  Tag: ({ variant = 'default' }, inside) => `<span class="tag ${variant}">${inside}</span>`,
  StatusTag: ({ variant }, inside) => `<span class="status ${variant}">${inside}</span>`,
  Button: element('button', ''),
  ScoreCircle: ({ score }) => scoreCircle(Number(score)),
  Alert: ({ title, variant }, inside) =>
    `<div class="alert ${variant}"><b>${escaped(title)}</b>${inside}</div>`,
  ProgressBar: ({ title, value, variant }) =>
    `<div class="text">${escaped(title)}</div><div class="bar"><i class="${variant}" style="width:${value}%"></i></div>`,
  LoadingSpinner: () => '<div class="spinner"></div>',
  EmptyState: ({ title }, inside) =>
    `<div class="empty"><div class="picture"></div><h2>${escaped(title)}</h2>${inside}</div>`,
  ErrorState: ({ title }, inside) =>
    `<div class="empty"><div class="picture error">!</div><h2>${escaped(title)}</h2>${inside}</div>`,
}

const GAPS: Readonly<Record<string, number>> = { xs: 4, sm: 8, md: 16, lg: 24 }
const JUSTIFY: Readonly<Record<string, string>> = { between: 'space-between', end: 'flex-end' }

function flexStyle({ gap, direction = 'row', align = 'stretch', justify, wrap }: Props): string {
  const parts = [
    `gap:${GAPS[String(gap)] ?? 0}px`,
    `flex-direction:${direction}`,
    `align-items:${align}`,
    `justify-content:${JUSTIFY[String(justify)] ?? 'flex-start'}`,
    `flex-wrap:${wrap === undefined ? 'nowrap' : 'wrap'}`,
  ]
  return parts.join(';')
}

function scoreCircle(score: number): string {
  const colour = score >= 70 ? '#00a38d' : score >= 40 ? '#dbae60' : '#d9534f'
  return `<div class="circle" style="background:conic-gradient(${colour} ${score}%, #eaf0f6 0)"><b>${score}</b></div>`
}

function isProps(value: unknown): value is Props {
  return typeof value === 'object' && value !== null
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function escaped(text: unknown): string {
  return String(text ?? '').replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
}

const CSS = `
* { box-sizing: border-box }
body { margin: 0; background: #f5f8fa; font: 14px/1.5 Helvetica, Arial, 'Liberation Sans', sans-serif; color: #33475b }
main { margin: 16px; padding: 20px 24px; background: #fff; border: 1px solid #dfe3eb; border-radius: 4px }
h1 { font-size: 16px; margin: 0 -24px 16px; padding: 0 24px 12px; border-bottom: 1px solid #dfe3eb }
h2 { font-size: 16px; margin: 0 }
hr { width: 100%; border: 0; border-top: 1px solid #dfe3eb; margin: 0 }
.flex { display: flex }
.microcopy { font-size: 12px; color: #516f90 }
.bold { font-weight: 700 } .demibold { font-weight: 600 }
ul { margin: 0; padding-left: 20px }
ul > * { display: list-item }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-size: 12px; color: #516f90; font-weight: 600; padding: 4px 12px 4px 0 }
td { padding: 6px 12px 6px 0; border-top: 1px solid #eaf0f6; vertical-align: top }
.w-min { width: 1%; white-space: nowrap } .w-max { width: 60% }
.tag { padding: 1px 8px; border-radius: 3px; border: 1px solid #cbd6e2; background: #f5f8fa; font-size: 12px }
.tag.error { background: #fdedee; border-color: #f9aaae } .tag.success { background: #e5f8f6; border-color: #7fded2 } .tag.warning { background: #fef8f0; border-color: #fae0b5 }
.status { white-space: nowrap } .status::before { content: '●'; margin-right: 6px; color: #cbd6e2 }
.status.success::before { color: #00bda5 } .status.warning::before { color: #f5c26b } .status.danger::before { color: #f2545b }
.alert { padding: 12px 16px; border: 1px solid; border-radius: 3px }
.alert.info { background: #e5f5f8; border-color: #7fd1de } .alert.warning { background: #fef8f0; border-color: #fae0b5 }
.alert.error { background: #fdedee; border-color: #f9aaae }
.bar { height: 8px; background: #eaf0f6; border-radius: 4px; overflow: hidden }
.bar i { display: block; height: 100% } .bar .success { background: #00bda5 } .bar .warning { background: #f5c26b }
.circle { width: 72px; height: 72px; border-radius: 50%; display: grid; place-items: center }
.circle b { width: 56px; height: 56px; border-radius: 50%; background: #fff; display: grid; place-items: center; font-size: 20px }
button { margin-top: 8px; padding: 6px 14px; border: 1px solid #ff7a59; border-radius: 3px; background: #fff; color: #ff7a59; font: inherit }
.empty { text-align: center; max-width: 460px; margin: 24px auto }
.picture { width: 96px; height: 72px; margin: 0 auto 12px; border-radius: 8px; background: #eaf0f6 }
.picture.error { line-height: 72px; font-size: 32px; color: #f2545b }
.spinner { width: 32px; height: 32px; margin: 48px auto; border: 3px solid #eaf0f6; border-top-color: #00a4bd; border-radius: 50% }
`
