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

const request = /^([!#$%&'*+\-.^_`|~\dA-Za-z]{1,32})([ \t]+)(\S.*?)([ \t]+)(HTTP\/\d\.\d)([ \t]*)$/;
/** HTTP/0.9 had neither version nor headers; only what cannot be taken for anything else. */
const simple = /^GET \/\S*$/;
const status = /^(HTTP\/\d\.\d)[ \t]+(\d{3})(?:[ \t](.*))?$/;
/** An Icecast server answers as if it spoke HTTP. */
const icy = /^ICY (\d{3})(?: (.*))?$/;

/** `line` without its line end; null where it is none. */
export function readRequestLine(line: string): RequestLine | null {
  const match = request.exec(line);
  if (match === null) {
    if (!simple.test(line)) return null;
    return { kind: 'request', method: 'GET', target: line.slice(4), version: 'HTTP/0.9', spaced: false };
  }
  const [, method = '', before = '', target = '', between = '', version = '', after = ''] = match;
  const spaced = before !== ' ' || between !== ' ' || after !== '' || /\s/.test(target);
  return { kind: 'request', method, target, version, spaced };
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
const STATUS_ELSEWHERE = /HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;

/** Where a first line starts in `line`, of which the beginning may belong to something else; -1 for nowhere. */
export const findStartLine = (line: string, kind: StartLine['kind']): number =>
  line.search(kind === 'request' ? REQUEST_ELSEWHERE : STATUS_ELSEWHERE);
