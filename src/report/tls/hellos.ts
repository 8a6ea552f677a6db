/** Hellos as rows: numbers become names, long lists are cut. */
import type { ClientHello } from '../../app/tls/client-hello.ts';
import { MAX_LIST } from '../../app/tls/limits.ts';
import { extensionName, groupName, signatureName, versionName } from '../../app/tls/names.ts';
import type { ServerHello } from '../../app/tls/server-hello.ts';
import { isGrease, suiteName } from '../../app/tls/suites.ts';
import type { ClientHelloRow, ServerHelloRow } from './model.ts';

/** Made-up values are left out: they differ in every hello. */
const named = (values: readonly number[], name: (value: number) => string): string[] =>
  values
    .filter((value) => !isGrease(value))
    .slice(0, MAX_LIST)
    .map(name);

export function clientHelloRow(hello: ClientHello): ClientHelloRow {
  const { suites, extensions, groups, versions } = hello;
  return {
    version: versionName(hello.version),
    random: hello.random,
    sessionId: hello.sessionId,
    versions: named(versions, versionName),
    suites: named(suites, suiteName),
    compressions: hello.compressions.slice(0, MAX_LIST),
    extensions: named(extensions, extensionName),
    groups: named(groups, groupName),
    pointFormats: hello.pointFormats.slice(0, MAX_LIST),
    signatureAlgorithms: named(hello.signatureAlgorithms, signatureName),
    keyShares: named(hello.keyShares, groupName),
    alpn: hello.alpn.slice(0, MAX_LIST),
    pskModes: hello.pskModes.slice(0, MAX_LIST),
    pskIdentities: hello.pskIdentities,
    earlyData: hello.earlyData,
    ticketBytes: hello.ticketBytes,
    encryptedClientHello: hello.encryptedClientHello,
    grease: [...suites, ...extensions, ...groups, ...versions].some(isGrease),
    ssl2: hello.ssl2,
  };
}

export const serverHelloRow = (hello: ServerHello): ServerHelloRow => ({
  legacyVersion: versionName(hello.legacyVersion),
  random: hello.random,
  sessionId: hello.sessionId,
  compression: hello.compression,
  extensions: named(hello.extensions, extensionName),
  downgrade: hello.downgrade,
});
