/** Values of header fields that are secrets: shown by kind and length only, unless asked for. */

const cookieNames = new Set(['cookie', 'set-cookie', 'set-cookie2']);
const credentialNames = new Set(['authorization', 'proxy-authorization', 'x-api-key', 'x-auth-token', 'x-csrf-token']);

/** `<redacted ...>` for the value of a secret field; the names of cookies and attributes stay. `name` in any case. */
export function redacted(name: string, value: string): string {
  const lower = name.toLowerCase();
  if (credentialNames.has(lower)) {
    const [, scheme] = /^([A-Za-z][\w-]*) +\S/.exec(value) ?? [];
    return scheme === undefined ? hidden(value) : `${scheme} ${hidden(value.slice(scheme.length).trim())}`;
  }
  if (!cookieNames.has(lower)) return value;
  const parts = value.split(';').map((part) => part.trim());
  return parts.map((part, i) => (lower === 'cookie' || i === 0 ? cookie(part) : part)).join('; ');
}

const hidden = (value: string): string => `<redacted ${value.length} characters>`;

function cookie(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? hidden(pair) : `${pair.slice(0, equals)}=${hidden(pair.slice(equals + 1))}`;
}
