/** What a transaction means, in plain words: status codes and fields that people ask about (RFC 9110, RFC 9111). */
import { cachingOf, isConditional } from './cache.ts';
import { negotiated } from './negotiation.ts';
import { type Message, type Transaction, methodOf, statusOf, targetOf, valueOf } from './message.ts';

export interface Explanation {
  /** The status code or field that is explained. */
  readonly about: string;
  readonly text: string;
}

type Said = Explanation | null;

interface Both {
  readonly transaction: Transaction;
  readonly request: Message | null;
  readonly response: Message;
  readonly status: number;
}

const field = (message: Message | null, name: string): string | null =>
  message === null ? null : valueOf(message, name);

/** Text of a status code that needs no look at the fields. */
const plain: Readonly<Record<number, string>> = {
  202: 'accepted; the work is not done yet',
  204: 'done; there is nothing to send, and no body follows',
  205: 'done; the form is to be cleared',
  400: 'the server could not understand the request: it will not help to send it again unchanged',
  403: 'refused, whoever asks: other credentials may help, the same ones will not',
  404: 'nothing here; the server does not say for how long',
  408: 'the server waited too long for the request and closes the connection',
  409: 'in conflict with the present state of the resource',
  410: 'gone for good',
  411: 'the server wants a Content-Length',
  413: 'the content is larger than the server takes',
  414: 'the target is longer than the server takes',
  415: 'the server does not take content of this type or coding',
  417: 'the server cannot do what Expect asks for',
  421: 'this server does not answer for the host that was asked: the connection was used for another one',
  426: 'the server wants another protocol, see Upgrade',
  428: 'the server wants a condition, so that no change gets lost',
  431: 'header fields larger than the server takes',
  500: 'the server failed; the request may have been all right',
  501: 'the server does not know the method',
  502: 'a gateway got a bad answer from the server behind it',
  504: 'a gateway got no answer from the server behind it in time',
  505: 'the server does not speak this version of HTTP',
};

const redirects: Readonly<Record<number, string>> = {
  301: 'moved for good; many clients turn POST into GET',
  302: 'found elsewhere for now; many clients turn POST into GET',
  303: 'the answer is to be fetched with GET elsewhere',
  307: 'elsewhere for now; method and body stay',
  308: 'moved for good; method and body stay',
};

function status({ status: code, request, response, transaction }: Both): Said {
  const about = String(code);
  const redirect = redirects[code];
  if (redirect !== undefined) {
    const target = field(response, 'location');
    return { about, text: `${redirect}; ${target === null ? 'no Location says where' : `Location: ${target}`}` };
  }
  switch (code) {
    case 206:
      return {
        about,
        text: `a part: Content-Range ${field(response, 'content-range') ?? 'is missing'}, asked for with Range ${field(request, 'range') ?? '(not seen)'}`,
      };
    case 304:
      return { about, text: notModified(transaction) };
    case 401:
      return {
        about,
        text: `credentials are wanted: ${field(response, 'www-authenticate') ?? 'but no WWW-Authenticate says which'}`,
      };
    case 405:
      return {
        about,
        text: `${methodOf(transaction) ?? 'the method'} is not allowed here; allowed: ${field(response, 'allow') ?? 'no Allow says what is'}`,
      };
    case 406:
      return { about, text: `nothing that fits Accept: ${field(request, 'accept') ?? '(none sent)'}` };
    case 407:
      return {
        about,
        text: `the proxy wants credentials: ${field(response, 'proxy-authenticate') ?? 'but no Proxy-Authenticate says which'}`,
      };
    case 412:
      return { about, text: 'the condition of the request was not met: the resource changed' };
    case 416:
      return {
        about,
        text: `the range lies outside the content: ${field(response, 'content-range') ?? 'its length is not told'}`,
      };
    case 429:
    case 503:
      return { about, text: later(code, field(response, 'retry-after')) };
    default:
      return plain[code] === undefined ? null : { about, text: plain[code] };
  }
}

function notModified({ request }: Transaction): string {
  if (request === null) return 'not changed: what the client has is still good';
  const by =
    valueOf(request, 'if-none-match') !== null
      ? 'If-None-Match'
      : valueOf(request, 'if-modified-since') !== null
        ? 'If-Modified-Since'
        : null;
  return by === null
    ? 'not changed, although no condition was asked for'
    : `not changed since ${by}: no body was sent again`;
}

function later(code: number, retryAfter: string | null): string {
  const what = code === 429 ? 'too many requests' : 'the server cannot answer for now';
  if (retryAfter === null) return `${what}; no Retry-After says when to come again`;
  return `${what}; come again ${/^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `at ${retryAfter}`}`;
}

function method({ transaction }: Both): Said {
  const name = methodOf(transaction);
  const text = name === null ? undefined : methods[name];
  return text === undefined ? null : { about: name!, text };
}

const methods: Readonly<Record<string, string>> = {
  HEAD: 'what GET would answer, without the body',
  OPTIONS: 'what may be done with the resource; browsers ask so before requests to another origin',
  TRACE: 'the server sends back what it got: cookies too, which is why it should be off',
  CONNECT: 'a tunnel through a proxy: what follows is not HTTP',
  PATCH: 'changes a part of the resource; sending it twice may change it twice',
};

/** Fields that a response chooses its content by. */
function negotiation({ request, response }: Both): Said {
  const vary = field(response, 'vary');
  if (vary === null) return null;
  if (vary.trim() === '*')
    return { about: 'Vary', text: 'depends on more than the request says: no cache can use it again' };
  const asked = vary
    .split(',')
    .map((name) => `${name.trim()} ${field(request, name.trim().toLowerCase()) ?? '(not sent)'}`);
  const trap = /user-agent|cookie/i.test(vary) ? '; almost no two clients send the same, so caches hardly help' : '';
  return { about: 'Vary', text: `chosen by ${asked.map(secret).join(', ')}${trap}` };
}

const secret = (text: string): string =>
  /^(?:cookie|authorization) /i.test(text) ? text.replace(/ .*/, ' (sent)') : text;

function frameOptions({ response }: Both): Said {
  const value = field(response, 'x-frame-options');
  if (value === null) return null;
  const meaning: Readonly<Record<string, string>> = {
    deny: 'no page may show it in a frame',
    sameorigin: 'only pages of the same origin may show it in a frame',
  };
  const key = value.trim().toLowerCase();
  const text = key.startsWith('allow-from')
    ? 'ALLOW-FROM is obsolete: browsers ignore it'
    : Object.hasOwn(meaning, key)
      ? meaning[key]
      : undefined;
  return { about: 'X-Frame-Options', text: text ?? 'a value that browsers ignore' };
}

const told: readonly (readonly [name: string, title: string, text: string])[] = [
  ['via', 'Via', 'it came through'],
  ['warning', 'Warning', 'a cache warns'],
  ['content-range', 'Content-Range', 'these bytes of the whole'],
];

function fields(both: Both): Explanation[] {
  return told.flatMap(([name, title, text]) => {
    const value = field(both.response, name);
    return value === null || ((both.status === 206 || both.status === 416) && name === 'content-range')
      ? []
      : [{ about: title, text: `${text}: ${value}` }];
  });
}

function referer({ request }: Both): Said {
  const value = field(request, 'referer');
  return value === null ? null : { about: 'Referer', text: `asked for by ${value.replace(/\?.*/, '?...')}` };
}

function cache({ transaction, request, response, status: code }: Both): Explanation[] {
  const caching = cachingOf(transaction);
  if (caching === null || code >= 500) return [];
  const said: string[] = [];
  const { lifetimeSeconds, lifetimeFrom, validator, privateStore, sharedStore, ageSeconds } = caching;
  if (!privateStore) said.push('no cache may keep it (no-store)');
  else if (lifetimeFrom !== null)
    said.push(
      `fresh for ${lifetimeSeconds} s (${lifetimeFrom})${ageSeconds > 1 ? `, ${ageSeconds} s old when it came` : ''}`,
    );
  else if (lifetimeSeconds === 0) said.push('has to be asked about every time (no-cache)');
  if (privateStore && !sharedStore) said.push('only for the cache of one user');
  if (privateStore && validator === null && code === 200)
    said.push('no ETag or Last-Modified: it can only be fetched as a whole again');
  const pragma = field(response, 'pragma');
  if (pragma !== null && caching.directives.length > 0) said.push('Pragma says nothing beside Cache-Control');
  if (
    caching.directives.length > 0 &&
    field(response, 'expires') !== null &&
    (lifetimeFrom === 'max-age' || lifetimeFrom === 's-maxage')
  ) {
    said.push('Expires says nothing beside max-age');
  }
  if (request !== null && isConditional(request) && code === 200) said.push('asked whether it changed: it did');
  return said.length === 0 ? [] : [{ about: 'Cache', text: said.join('; ') }];
}

/** A response of HTTP/0.9 is content and nothing else, so it cannot be told from what is no HTTP. */
function unanswered({ head }: Message, isUnseen: boolean): Explanation {
  if (head.line.kind === 'request' && head.line.version === 'HTTP/0.9')
    return { about: 'none', text: 'a response to HTTP/0.9 has no status, and is not read' };
  return isUnseen
    ? { about: 'unseen', text: 'the capture lacks bytes of the server where the response would be' }
    : { about: 'none', text: 'no response was seen' };
}

/** What is to be said of a transaction; values of fields are as they were sent. */
export function explain(transaction: Transaction): Explanation[] {
  const { request, response } = transaction;
  const code = statusOf(transaction);
  if (response === null || code === null) {
    return request === null || targetOf(transaction) === null ? [] : [unanswered(request, transaction.isUnseen)];
  }
  const both: Both = { transaction, request, response, status: code };
  const single = [status(both), method(both), negotiation(both), frameOptions(both), referer(both)];
  const chosen = negotiated(request, response, code);
  return [...single.filter((said) => said !== null), ...chosen, ...fields(both), ...cache(both)];
}
