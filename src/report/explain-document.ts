/** The document of `explain`. It is of no capture, so it has no heading but version and tool. */
import { version } from '../version.ts';
import type { Topic } from './explain/lookup.ts';
import type { Language } from './language.ts';
import { type Heading, SCHEMA_VERSION } from './model.ts';

export interface ExplainDocument extends Pick<Heading, 'schemaVersion' | 'tool'> {
  language: Language;
  /** The meanings of the word; several where it stands for more than one thing. */
  topics: Topic[];
}

export const explainDocument = (language: Language, topics: Topic[]): ExplainDocument => ({
  schemaVersion: SCHEMA_VERSION,
  tool: { name: 'synoptic', version },
  language,
  topics,
});
