/** The document of `synoptic findings --json`. */
import { countsBy, type Schema, arrayOf, object, ref, text } from './parts.ts';
import { finding, heading, headingDefinitions, severities } from './definitions.ts';

export const findingsSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    bySeverity: countsBy(severities),
    findings: arrayOf(ref('finding')),
  }),
  $defs: { ...headingDefinitions, finding },
};
