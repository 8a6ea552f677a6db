/** What a client said it can take, beside what it got (RFC 9110 section 12.5): types, codings, languages. */
import { type Message, valueOf } from './message.ts';
import type { Explanation } from './semantics.ts';

/** A member of an Accept field and its weight, in thousandths (RFC 9110 section 12.4.2). */
interface Range {
  readonly name: string;
  readonly weight: number;
}

/** Members that are looked at. */
const MAX_RANGES = 50;

const rangesOf = (text: string): Range[] =>
  text
    .toLowerCase()
    .split(',', MAX_RANGES)
    .flatMap((member) => {
      const [name = '', ...parameters] = member.split(';').map((part) => part.trim());
      const weight = parameters.map((part) => /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(part)?.[1]).find(Boolean);
      return name === '' ? [] : [{ name, weight: weight === undefined ? 1000 : Math.round(Number(weight) * 1000) }];
    });

interface Kind {
  readonly field: string;
  readonly title: string;
  readonly answer: string;
  /** Whether `range` covers what came; greater numbers are more exact. 0 for no. */
  readonly covers: (range: string, came: string) => number;
}

const kinds: readonly Kind[] = [
  {
    field: 'accept',
    title: 'Accept',
    answer: 'content-type',
    covers: (range, came) =>
      range === came ? 3 : range.endsWith('/*') && came.startsWith(range.slice(0, -1)) ? 2 : range === '*/*' ? 1 : 0,
  },
  {
    field: 'accept-encoding',
    title: 'Accept-Encoding',
    answer: 'content-encoding',
    covers: (range, came) => (range === came || range === `x-${came}` ? 2 : range === '*' ? 1 : 0),
  },
  {
    field: 'accept-language',
    title: 'Accept-Language',
    answer: 'content-language',
    // RFC 4647 section 3.3.1: a range covers itself and what goes on with a hyphen.
    covers: (range, came) =>
      range === came || came.startsWith(`${range}-`) ? 1 + range.length : range === '*' ? 1 : 0,
  },
];

/** The weight of the most exact member that covers `came`; null where none does. */
function weightOf(ranges: readonly Range[], came: string, covers: Kind['covers']): number | null {
  let best = 0;
  let weight: number | null = null;
  for (const range of ranges) {
    const exact = covers(range.name, came);
    if (exact <= best) continue;
    best = exact;
    weight = range.weight;
  }
  return weight;
}

function judge({ field, title, answer, covers }: Kind, request: Message, response: Message): Explanation | null {
  const asked = valueOf(request, field);
  const came = (valueOf(response, answer) ?? '').split(';')[0]!.trim().toLowerCase();
  if (asked === null) return null;
  if (came === '') {
    return field === 'accept-encoding' && response.bodyBytes > 0
      ? { about: title, text: `asked for ${asked}; came as it is, without a coding` }
      : null;
  }
  const ranges = rangesOf(asked);
  const parts = came.split(',', MAX_RANGES).map((part) => part.trim());
  const weights = parts.map((part) => weightOf(ranges, part, covers));
  const worst = weights.includes(null) || weights.includes(0) ? null : Math.min(...weights.map((weight) => weight!));
  const most = Math.max(0, ...ranges.map(({ weight }) => weight));
  if (worst === null) return { about: title, text: `asked for ${asked}; came as ${came}, which is none of them` };
  // `*/*` alone says nothing.
  if (ranges.length === 1 && /^\*(?:\/\*)?$/.test(ranges[0]!.name)) return null;
  const choice = worst === most ? 'one that it likes best' : `not what it likes best (weight ${worst / 1000})`;
  return { about: title, text: `asked for ${asked}; came as ${came}: ${choice}` };
}

/** What was chosen, where the client had a say. Of answers with content only: an error page is for no one to choose. */
export function negotiated(request: Message | null, response: Message, status: number): Explanation[] {
  if (request === null || status < 200 || status >= 300) return [];
  return kinds.map((kind) => judge(kind, request, response)).filter((said) => said !== null);
}
