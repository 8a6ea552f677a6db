/** First lines of HTTP/1 messages (RFC 9112 sections 3 and 4). */

export interface RequestLine {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** White space that the grammar does not have. */
  readonly spaced: boolean;
}

export interface StatusLine {
  readonly kind: 'response';
  readonly version: string;
  readonly status: number;
  readonly reason: string;
}

export type StartLine = RequestLine | StatusLine;

const token = /^[!#$%&'*+\-.^_`|~\dA-Za-z]{1,32}$/;
const blanks = /[ \t]/;
const version = /^HTTP\/\d\.\d$/;
/** HTTP/0.9 had neither version nor headers; only what cannot be taken for anything else. */
const simple = /^GET \/\S*$/;
const status = /^(HTTP\/\d\.\d)[ \t]+(\d{3})(?:[ \t]([\s\S]*))?$/;
/** An Icecast server answers as if it spoke HTTP. */
const icy = /^ICY (\d{3})(?: (.*))?$/;

/** What nearly all request lines are: a method in capitals, a target without white space, a version. */
function readPlainLine(line: string): RequestLine | null {
  const first = line.indexOf(' ');
  const last = line.length - VERSION_LENGTH - 1;
  if (first < 1 || first > MAX_METHOD || last <= first + 1 || line.charCodeAt(last) !== SPACE) return null;
  const spoken = line.endsWith('HTTP/1.1') ? 'HTTP/1.1' : line.endsWith('HTTP/1.0') ? 'HTTP/1.0' : null;
  if (spoken === null) return null;
  for (let i = 0; i < first; i++) if (!isCapital(line.charCodeAt(i))) return null;
  for (let i = first + 1; i < last; i++) {
    const code = line.charCodeAt(i);
    if (code <= SPACE || code >= 0x7f) return null;
  }
  const target = line.slice(first + 1, last);
  return { kind: 'request', method: line.slice(0, first), target, version: spoken, spaced: false };
}

const VERSION_LENGTH = 8;
const MAX_METHOD = 32;
const SPACE = 0x20;
const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;

/** `line` without its line end; null where it is none. Takes time in proportion to its length, whatever is in it. */
export const readRequestLine = (line: string): RequestLine | null => readPlainLine(line) ?? readOddLine(line);

function readOddLine(line: string): RequestLine | null {
  if (simple.test(line))
    return { kind: 'request', method: 'GET', target: line.slice(4), version: 'HTTP/0.9', spaced: false };
  const first = line.search(blanks);
  const text = line.trimEnd();
  const last = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  const method = line.slice(0, Math.max(0, first));
  const spoken = text.slice(last + 1);
  const target = text.slice(first, last).trim();
  if (last <= first || target === '' || !token.test(method) || !version.test(spoken)) return null;
  const spaced = line !== `${method} ${target} ${spoken}` || /\s/.test(target);
  return { kind: 'request', method, target, version: spoken, spaced };
}

export function readStatusLine(line: string): StatusLine | null {
  const match = status.exec(line);
  if (match !== null) {
    return { kind: 'response', version: match[1]!, status: Number(match[2]), reason: match[3] ?? '' };
  }
  const old = icy.exec(line);
  if (old === null) return null;
  return { kind: 'response', version: 'ICY', status: Number(old[1]), reason: old[2] ?? '' };
}

const REQUEST_ELSEWHERE =
  /(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND|PROPPATCH|REPORT|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH) [!-~]+ HTTP\/1\.[01]$/;
const STATUS_ELSEWHERE = /HTTP\/1\.[01] [1-5]\d\d(?: |$)/;

/** Where a first line starts in `line`, of which the beginning may belong to something else; -1 for nowhere. */
export const findStartLine = (line: string, kind: StartLine['kind']): number =>
  line.search(kind === 'request' ? REQUEST_ELSEWHERE : STATUS_ELSEWHERE);
