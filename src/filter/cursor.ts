/** A position in the token list, and the errors that are raised from there. */
import { FilterError } from './error.ts';
import type { Place } from './syntax.ts';
import { isKeyword, refusal } from './words.ts';
import { tokenize, type Token } from './tokens.ts';

/** Parentheses, `not` and minus signs inside each other; deeper is refused rather than overflowing the stack. */
const MAX_DEPTH = 200;

export class Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** For every opening parenthesis the index of its closing one. */
  readonly closing: ReadonlyMap<number, number>;
  index = 0;
  depth = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenize(text);
    this.closing = matchParentheses(this.tokens);
  }

  at(index: number): Token {
    return this.tokens[Math.min(index, this.tokens.length - 1)]!;
  }

  get token(): Token {
    return this.at(this.index);
  }

  /** A method: the compiler would take a second look at `token` for the first one. */
  atEnd(): boolean {
    return this.token.kind === 'end';
  }

  peek(ahead = 1): Token {
    return this.at(this.index + ahead);
  }

  /** True for a keyword or sign spelled so; a name that looks like it (`\tcp`) is not it. */
  is(text: string, token: Token = this.token): boolean {
    return token.text === text && (token.kind === 'word' || token.kind === 'sign');
  }

  next(): Token {
    const token = this.token;
    this.index++;
    return token;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.index++;
    return true;
  }

  expectSign(text: string, others: readonly string[] = []): void {
    if (!this.take(text)) throw this.unexpected([text, ...others]);
  }

  deeper<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.fail(this.token, `nested more than ${MAX_DEPTH} deep`, []);
    const result = parse();
    this.depth--;
    return result;
  }

  /** The token is not one that may stand here. */
  unexpected(expected: readonly string[], token: Token = this.token): FilterError {
    const lower = token.text.toLowerCase();
    const meant = token.kind === 'name' && isKeyword(lower) && refusal(lower) === undefined ? [lower] : expected;
    return this.fail(token, describe(token), meant);
  }

  /** A word of the language that is understood but not done. */
  refuse(token: Token): FilterError {
    return this.fail(token, `'${token.text}' is not supported`, [], refusal(token.text));
  }

  fail(where: Token | Place, problem: string, expected: readonly string[], note?: string): FilterError {
    const found = this.text.slice(where.at, where.at + where.length);
    return new FilterError({
      text: this.text,
      position: where.at,
      length: where.length,
      found,
      expected,
      problem,
      note,
    });
  }

  /** What lies between two tokens, both included. */
  place(first: Token, last: Token = first): Place {
    const length = last.at + last.length - first.at;
    return { at: first.at, length, found: this.text.slice(first.at, first.at + length) };
  }
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the filter ends too early';
  if (token.kind === 'name') return `unknown word '${token.text}'`;
  if (token.kind === 'sign') return `unexpected '${token.text}'`;
  return token.kind === 'word' ? `misplaced word '${token.text}'` : `misplaced value '${token.text}'`;
}

function matchParentheses(tokens: readonly Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'sign') continue;
    if (token.text === '(') open.push(i);
    else if (token.text === ')') {
      const start = open.pop();
      if (start !== undefined) closing.set(start, i);
    }
  }
  return closing;
}
