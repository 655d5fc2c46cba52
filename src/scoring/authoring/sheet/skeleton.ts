/**
 * The model around a sheet that comes without one. `signals` is replaced; the rest is the usual beginning:
 * thresholds of the published guides, to be looked at before the model is used.
 */
export const SKELETON = `# Made from a spreadsheet. Everything but the signals and groups is a usual beginning:
# go through it, add gates and worked examples, then run \`plumbline model check\`.
model: from-a-sheet
combine: sum
dimensions:
  fit: { max: 100 }
  engagement: { max: 100, decay: { half_life: 30d } }
  intent: { max: 40, decay: { half_life: 21d } }

signals: []

grades: { A: 75, B: 50, C: 25, D: 0 }
stages:
  mql: { score: 50 }
  sql: { score: 75, grade: B }
tiers:
  A: { stage: sql }
  B: { stage: mql }
  C: {}
hysteresis: 5
`
