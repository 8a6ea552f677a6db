/** The document of `synoptic explain ID --json`. */
import { topicKinds } from '../explain/lookup.ts';
import { languages } from '../language.ts';
import { heading } from './definitions.ts';
import { type Schema, arrayOf, object, oneOf, orNull, text } from './parts.ts';

const topic = object({
  kind: oneOf(topicKinds),
  id: { ...text, minLength: 1 },
  title: { ...text, minLength: 1 },
  what: { ...text, minLength: 1 },
  causes: arrayOf(text),
  displayFilter: text,
  preferences: arrayOf(text),
  confirm: text,
  against: arrayOf(text),
  todo: arrayOf(object({ text, command: orNull(text) })),
  references: arrayOf(object({ spec: text, section: text })),
});

export const explainSchema: Schema = object({
  schemaVersion: heading['schemaVersion']!,
  tool: heading['tool']!,
  language: oneOf(languages),
  topics: arrayOf(topic, { minItems: 1 }),
});
