/** The document of `synoptic conns --json`. */
import { connectionDefinitions, heading, headingDefinitions } from './definitions.ts';
import { type Schema, arrayOf, object, ref } from './parts.ts';

export const connsSchema: Schema = {
  ...object({ ...heading, connections: arrayOf(ref('connection')) }),
  $defs: { ...headingDefinitions, ...connectionDefinitions },
};
