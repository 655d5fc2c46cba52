import type { Meanings } from './key-meaning.ts'

/** The keys of a model, its dimensions, groups, gates, thresholds and routing. */
export const MODEL_MEANINGS: Meanings = {
  'model.model': {
    means: 'The id of the model; scores name it together with a hash of the content.',
    form: 'id',
  },
  'model.about': { means: 'What the model is for and what it rests on, in a few sentences.' },
  'model.combine': {
    means:
      'How the dimensions make the score: their sum, their weighted shares, or separate (the score is engagement and intent; fit is the grade).',
  },
  'model.combine.weighted': {
    means: 'How many of the 100 points each full dimension gives; together 100.',
  },
  'model.combine.weighted.fit': { means: 'Points of the score that a full fit gives.' },
  'model.combine.weighted.engagement': {
    means: 'Points of the score that a full engagement gives.',
  },
  'model.combine.weighted.intent': { means: 'Points of the score that a full intent gives.' },
  'model.dimensions': { means: 'The sums that signals add to.' },
  'model.dimensions.fit': { means: 'Who they are. Grades come from fit alone.' },
  'model.dimensions.engagement': { means: 'What they do.' },
  'model.dimensions.intent': {
    means: 'What third parties report; counts towards engagement on the matrix.',
  },
  'model.signals': { means: 'What earns points and what takes them away.' },
  'model.groups': {
    means: 'Caps over several signals of one dimension; a signal belongs to one group at most.',
  },
  'model.groups.id': { means: 'The id of the group, quoted where it caps.', form: 'id' },
  'model.groups.signals': { means: 'The ids of its signals.', form: 'id' },
  'model.groups.max': { means: 'The most points that its signals count together.' },
  'model.gates': {
    means: 'What points must not decide: limits on grade, stage or routing, each with a reason.',
  },
  'model.grades': { means: 'From how many points of fit on each grade is given.' },
  'model.grades.*': { means: 'The least fit for this grade.' },
  'model.stages': {
    means: 'From when on somebody is an MQL or an SQL; the highest that is reached counts.',
  },
  'model.stages.mql': { means: 'What makes a marketing qualified lead.' },
  'model.stages.sql': { means: 'What makes a sales qualified lead.' },
  'model.tiers': {
    means:
      'Whose turn it is: names of your own with thresholds, the best first; the first that holds counts.',
    names: 'tier',
  },
  'model.tiers.*': { means: 'What this tier asks for; {} is for everybody.' },
  'model.matrix': { means: 'The action by fit and engagement; without it the stage decides.' },
  'model.matrix.fit_high': { means: 'From how many points on fit is high.' },
  'model.matrix.engagement_high': {
    means: 'From how many points on engagement and intent together are high.',
  },
  'model.matrix.high_high': { means: 'The action for high fit and high engagement.' },
  'model.matrix.high_low': { means: 'The action for high fit and low engagement.' },
  'model.matrix.low_high': { means: 'The action for low fit and high engagement.' },
  'model.matrix.low_low': { means: 'The action for low fit and low engagement.' },
  'model.hysteresis': {
    means:
      'How many points below its threshold a tier or stage is kept, so that nobody changes back and forth.',
  },
  'model.accounts': { means: 'How people add up to their account.' },
  'model.routing': { means: 'Who goes to whom; the first entry whose condition holds counts.' },
  'model.routing.when': { means: 'Whom the entry is for; without it, everybody.' },
  'model.routing.to': { means: 'What is written as the route: a queue, team or owner.' },
  'model.examples': {
    means: 'Worked examples: facts and what must come of them; checked with the model.',
  },
  'dimension.max': { means: 'The most points that the dimension counts.' },
  'dimension.decay': {
    means: 'How the points of its activities fade where a signal says nothing else.',
  },
  'decay.half_life': {
    means: 'Half of the points are left after this time, a quarter after twice as long.',
    form: 'duration',
  },
  'decay.linear': {
    means: 'The points fade evenly, to nothing after this time.',
    form: 'duration',
  },
  'decay.steps': { means: 'The points fall in steps.' },
  'decay.steps.every': { means: 'The length of a step.', form: 'duration' },
  'decay.steps.lose': {
    means: 'The share of the original points that each step takes, 0.15 for 15%.',
  },
  'decay.window': {
    means: 'The points count in full for this time, and not at all afterwards.',
    form: 'duration',
  },
  'gate.id': { means: 'The id of the gate, quoted where it holds somebody.', form: 'id' },
  'gate.when': { means: 'The gate is in force for people of whom this is known to be true.' },
  'gate.unless': { means: 'The gate is in force until this is known to be true.' },
  'gate.then': { means: 'What the gate does.' },
  'gate.then.grade_at_most': { means: 'The best grade that is possible.' },
  'gate.then.stage_at_most': { means: 'The furthest stage that is possible.' },
  'gate.then.route': { means: 'none: nobody held by this gate is routed.' },
  'gate.then.reason': { means: 'Why, in words that a sales rep understands.' },
  'gate.then.ask': {
    means: 'The field that would clear the gate when it is filled in.',
    form: 'field',
  },
  'threshold.score': { means: 'The least score.' },
  'threshold.fit': { means: 'The least fit.' },
  'threshold.engagement': { means: 'The least engagement.' },
  'threshold.intent': { means: 'The least intent.' },
  'threshold.grade': { means: 'This grade or a better one.' },
  'threshold.stage': { means: 'This stage or one further on; for tiers.' },
  'threshold.any': { means: 'At least one of these must hold.' },
  'threshold.all': { means: 'All of these must hold.' },
}
