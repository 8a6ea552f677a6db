/** The schemas that `synoptic schema COMMAND` prints, by command. To add one: write its file, add its line here. */
import { SCHEMA_VERSION } from '../model.ts';
import { analyzeSchema } from './analyze.ts';
import { checkSchema } from './check.ts';
import { connSchema } from './conn.ts';
import { connsSchema } from './conns.ts';
import { explainSchema } from './explain.ts';
import { findingsSchema } from './findings.ts';
import { dnsSchema } from './dns.ts';
import { followSchema } from './follow.ts';
import { httpSchema } from './http.ts';
import { messagesSchema } from './messages.ts';
import { netstatSchema } from './netstat.ts';
import type { Schema } from './parts.ts';
import { sshSchema } from './ssh.ts';
import { synfloodSchema } from './synflood.ts';
import { tlsSchema } from './tls.ts';
import { websocketSchema } from './websocket.ts';

const schemas = new Map<string, Schema>([
  ['analyze', analyzeSchema],
  ['conns', connsSchema],
  ['conn', connSchema],
  ['findings', findingsSchema],
  ['explain', explainSchema],
  ['follow', followSchema],
  ['check', checkSchema],
  ['messages', messagesSchema],
  ['http', httpSchema],
  ['websocket', websocketSchema],
  ['dns', dnsSchema],
  ['netstat', netstatSchema],
  ['ssh', sshSchema],
  ['synflood', synfloodSchema],
  ['tls', tlsSchema],
]);

export const schemaNames: readonly string[] = [...schemas.keys()];

/** The whole schema of a command's `--json` output; undefined for a command that has none. */
export function schemaOf(command: string): Schema | undefined {
  const schema = schemas.get(command);
  if (schema === undefined) return undefined;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:synoptic:schema:${command}:${SCHEMA_VERSION}`,
    title: `synoptic ${command} --json`,
    ...schema,
  };
}
