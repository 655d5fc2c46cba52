import type { Meanings } from './key-meaning.ts'

/** The keys of a signal, and of the conditions that it shares with gates and routing. */
export const SIGNAL_MEANINGS: Meanings = {
  'signal.id': { means: 'The id of the signal, unique in the model.', form: 'id' },
  'signal.label': {
    means: 'What happened or what they are, in words that a sales rep reads in the CRM.',
  },
  'signal.dimension': { means: 'The dimension that the points go to: fit, engagement or intent.' },
  'signal.points': {
    means: 'Points for each occurrence that counts; negative ones take points away.',
  },
  'signal.when': { means: 'Counts while this is known to be true of the person or company.' },
  'signal.unless': { means: 'Counts while this is false or unknown.' },
  'signal.on': { means: 'Counts each activity of this type.', form: 'id' },
  'signal.where': { means: 'Only activities with these attributes; beside on.' },
  'signal.only': { means: 'Counts only if the person has done nothing else; beside on.' },
  'signal.scale_by': {
    means: 'An attribute from 0 to 1 that the points are multiplied with, such as attended_share.',
    form: 'id',
  },
  'signal.replaces': {
    means:
      'The activity types or signals whose points for the same event this one takes the place of.',
    form: 'id',
  },
  'signal.repeated': {
    means:
      'Counts when there are several such activities: close together (within), or lately (in_last).',
  },
  'signal.repeated.times': { means: 'How many.' },
  'signal.repeated.within': {
    means: 'They lie within this time of each other; counts once, as old as the last of them.',
    form: 'duration',
  },
  'signal.repeated.in_last': {
    means: 'There are so many in this last time; counts in full while that is so.',
    form: 'duration',
  },
  'signal.sequence': { means: 'Activities that follow each other, in this order.' },
  'signal.sequence.on': { means: 'The activity type of this step.', form: 'id' },
  'signal.sequence.where': { means: 'The attributes of this step.' },
  'signal.within': {
    means: 'The time from the first step of the sequence to the last.',
    form: 'duration',
  },
  'signal.inactive_for': {
    means: 'Counts once for every whole period of this length without any activity.',
    form: 'duration',
  },
  'signal.at_most': { means: 'How often it counts.' },
  'signal.at_most.times': { means: 'So many times.' },
  'signal.at_most.per': {
    means: 'In this time: the first occurrence opens a period. Without it: ever.',
    form: 'duration',
  },
  'signal.decay': {
    means: 'How the points fade with the age of the activity; otherwise as the dimension says.',
  },
  'condition.all': { means: 'All of these must hold, besides what stands next to it.' },
  'condition.any': { means: 'At least one of these must hold.' },
  'condition.none': { means: 'None of these may hold.' },
  'condition.*': {
    means:
      'A field, such as person.region or company.employees (under where: an attribute), with the value it must have, or with tests that must all hold.',
  },
  'test.eq': { means: 'Is this value; the same as writing the value alone.' },
  'test.in': { means: 'Is one of these.' },
  'test.not_in': { means: 'Is none of these.' },
  'test.gt': { means: 'Is greater than this.' },
  'test.gte': { means: 'Is this or greater.' },
  'test.lt': { means: 'Is less than this.' },
  'test.lte': { means: 'Is this or less.' },
  'test.between': { means: 'Lies between these two, both included.' },
  'test.starts_with': { means: 'Begins with this text.' },
  'test.ends_with': { means: 'Ends with this text.' },
  'test.contains': {
    means: 'Contains this text; a multi-select contains it as one of its values.',
  },
  'test.matches': { means: 'Matches this regular expression (RE2).' },
  'test.exists': { means: 'true: is known. false: is unknown.' },
  'test.unknown': { means: 'true: is unknown. false: is known.' },
}
