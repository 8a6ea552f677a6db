/** The document of `synoptic check --json`. */
import { connectionId, heading, headingDefinitions } from './definitions.ts';
import { type Schema, arrayOf, count, flag, frameNumber, object, oneOf, orNull, ref, text, whole } from './parts.ts';

const fingerprint: Schema = { type: 'string', pattern: '^[0-9a-f]{16}$' };

const evidence = object({
  connection: orNull(connectionId),
  frame: orNull(frameNumber),
  found: text,
  fingerprint: orNull(fingerprint),
});

const result = object({
  rule: { ...text, minLength: 1 },
  passed: flag,
  expected: { ...text, minLength: 1 },
  found: { ...text, minLength: 1 },
  evidence: arrayOf(ref('evidence'), { maxItems: 100 }),
  evidenceCount: count,
  selected: count,
  level: oneOf(['notice', 'warning', 'error']),
  message: orNull(text),
  line: whole(1),
});

export const checkSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    policy: text,
    passed: flag,
    counts: object({ rules: whole(1), passed: count, failed: count }),
    baseline: orNull(object({ path: text, known: count, new: count, gone: arrayOf(fingerprint) })),
    results: arrayOf(ref('result'), { minItems: 1 }),
  }),
  $defs: { ...headingDefinitions, evidence, result },
};
