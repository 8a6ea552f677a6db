/** What of a line of text is a secret: passwords, cookies, authorization headers. */

/** Columns `[from, to)` of a line, and what the secret is. */
export interface Secret {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

/** The value behind a name: `group` of the pattern is what nobody should see. */
interface Rule {
  readonly pattern: RegExp;
  readonly what: string;
}

/**
 * Header fields: RFC 9110 sections 11.6.2 and 11.7.2, RFC 6265 section 4, and keys that have no standard. The name of an
 * authentication scheme stays.
 */
const header: Rule = {
  pattern: /^(?:proxy-)?authorization:[ \t]*(?:[\w-]+[ \t]+)?(?<secret>\S.*)$/dis,
  what: 'authorization',
};
const cookie: Rule = { pattern: /^(?:set-)?cookie2?:[ \t]*(?<secret>\S.*)$/dis, what: 'cookie' };
const key: Rule = {
  pattern: /^x-(?:api-key|auth-token|csrf-token|amz-security-token):[ \t]*(?<secret>\S.*)$/dis,
  what: 'key',
};

/** FTP and POP3 (RFC 959 section 4.1.1, RFC 1939 section 7), and what IRC and others call the same. */
const pass: Rule = { pattern: /^(?:pass|acct)[ \t]+(?<secret>\S.*)$/dis, what: 'password' };
const apop: Rule = { pattern: /^apop[ \t]+\S+[ \t]+(?<secret>\S.*)$/dis, what: 'password' };
/** IMAP, RFC 9051 section 6.2.3: `tag LOGIN user password`. */
const login: Rule = {
  pattern: /^\S{1,64}[ \t]+login[ \t]+(?:"(?:[^"\\]|\\.)*"|\S+)[ \t]+(?<secret>\S.*)$/dis,
  what: 'password',
};
/** With the first answer on the same line: RFC 4954 section 4, RFC 5034 section 4, RFC 9051 section 6.2.2. */
const firstAnswer: Rule = {
  pattern: /^(?:\S{1,64}[ \t]+)?auth(?:enticate)?[ \t]+[\w-]{1,20}[ \t]+(?<secret>[A-Za-z\d+/]\S*)[ \t]*$/dis,
  what: 'password',
};
const redis: Rule = { pattern: /^auth[ \t]+(?<secret>\S+)[ \t]*$/dis, what: 'password' };

const lineRules: readonly Rule[] = [header, cookie, key, pass, apop, login, firstAnswer];

/** `password=...` in a form or a query, `"password": "..."` in JSON, `user:password@` in a URL. */
const inLine: readonly Rule[] = [
  {
    pattern:
      /(?<![\w.-])[\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key)[\w.-]{0,40}=(?<secret>[^&\s;"'<>]+)/dgi,
    what: 'password',
  },
  {
    pattern:
      /"[\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key)[\w.-]{0,40}"\s*:\s*"(?<secret>(?:[^"\\]|\\.)+)/dgi,
    what: 'password',
  },
  { pattern: /:\/\/[^\s/:@]{1,100}:(?<secret>[^\s/@]{1,200})@/dgi, what: 'password' },
];

export function secretsOf(line: string): Secret[] {
  for (const rule of lineRules) {
    const found = rule.pattern.exec(line);
    if (found !== null) return [secretAt(found, rule.what)];
  }
  const found = inLine.flatMap(({ pattern, what }) =>
    [...line.matchAll(pattern)].map((match) => secretAt(match, what)),
  );
  if (found.length === 0 && !/^auth[ \t]+(?:plain|login|cram-md5|external|xoauth2)$/i.test(line.trim())) {
    const match = redis.pattern.exec(line);
    if (match !== null) return [secretAt(match, redis.what)];
  }
  return found.toSorted((a, b) => a.from - b.from);
}

function secretAt(match: RegExpExecArray, what: string): Secret {
  const [from, to] = match.indices!.groups!['secret']!;
  return { from, to, what };
}

const begun = /^(?:\S{1,64}[ \t]+)?auth(?:enticate)?[ \t]+(?<mechanism>[\w-]{1,20})(?<answer>[ \t]+\S+)?[ \t]*$/i;

/** How many answers of a client follow a line that begins an authentication: two for LOGIN, else one. */
export function answersAfter(line: string): number {
  const match = begun.exec(line);
  if (match === null) return 0;
  const all = match.groups!['mechanism']!.toLowerCase() === 'login' ? 2 : 1;
  return match.groups!['answer'] === undefined ? all : all - 1;
}

/** An answer in an exchange of RFC 4954: base64 and nothing else. */
export const isAnswer = (line: string): boolean => /^[A-Za-z\d+/]+={0,2}$/.test(line) && line.length > 1;

/** What a server says when it waits for a password, at the end of what it sent. */
export const asksForPassword = (text: string): boolean =>
  /pass(?:word|phrase|code)?(?: for [^:\n]{1,64})?:\s*$/i.test(text);

/** A field of a form (RFC 7578 section 4.2) whose value stands behind the empty line. */
export const namesPassword = (line: string): boolean =>
  /^content-disposition:.*name="[^"]{0,60}(?:passw|pwd|secret|token)[^"]{0,60}"/i.test(line);

/** A header field that goes on in the next line (RFC 9112 section 5.2). */
export const goesOn = (line: string): boolean => /^[ \t]/.test(line);

/** The command of Redis whose arguments follow in lines of their own. */
export const asksInLines = (line: string): boolean => /^auth$/i.test(line);
