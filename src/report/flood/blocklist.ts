/**
 * The sources of floods as a list for a firewall. Made-up addresses are not listed: blocking them would lock out their
 * owners and stop nothing.
 */
export const blocklistFormats = ['csv', 'ipset', 'nft'] as const;
export type BlocklistFormat = (typeof blocklistFormats)[number];

interface Listed {
  readonly address: string;
  readonly attempts: number;
  /** No host sends from there (0.0.0.0, multicast), or it is the victim's own: made up, whatever the others are. */
  readonly impossible: boolean;
}

export interface BlocklistVictim {
  readonly name: string;
  readonly ipv6: boolean;
  readonly spoofed: 'yes' | 'no' | 'unknown';
  /** There are no more sources than this. */
  readonly atMost: number;
  readonly sources: Iterable<Listed>;
}

/** `onRefused` hears of addresses that were left out of a list of others. */
export function* blocklistLines(
  victims: readonly BlocklistVictim[],
  format: BlocklistFormat,
  onRefused: (name: string, addresses: number) => void = () => {},
): Generator<string> {
  if (format === 'csv') yield 'victim,address,handshakes,certainty\n';
  else if (victims.length === 0) yield '# no SYN flood, so no source is listed\n';
  for (const [i, victim] of victims.entries()) {
    if (victim.spoofed === 'yes') {
      if (format !== 'csv') yield `# ${victim.name}: the sources are spoofed, so none is listed\n`;
      continue;
    }
    if (format !== 'csv') yield `# ${victim.name}: whether the sources are spoofed is ${victim.spoofed}\n`;
    const possible = new Possible(victim.sources);
    yield* writers[format](victim, possible, i);
    if (possible.refused === 0) continue;
    onRefused(victim.name, possible.refused);
    if (format !== 'csv') yield `# left out, since no host sends from there: ${possible.refused}\n`;
  }
}

/** Those that may be listed; counts the others. */
class Possible implements Iterable<Listed> {
  readonly #sources: Iterable<Listed>;
  refused = 0;

  constructor(sources: Iterable<Listed>) {
    this.#sources = sources;
  }

  *[Symbol.iterator](): Generator<Listed> {
    for (const source of this.#sources) {
      if (source.impossible) this.refused++;
      else yield source;
    }
  }
}

type Writer = (victim: BlocklistVictim, sources: Iterable<Listed>, i: number) => Generator<string>;

const csvOf: Writer = function* ({ name, spoofed }, sources) {
  const certainty = spoofed === 'no' ? 'real' : 'unproven';
  for (const { address, attempts } of sources) yield `${name},${address},${attempts},${certainty}\n`;
};

/** A set takes 65,536 addresses unless told otherwise (ipset(8), maxelem). */
const USUAL_MOST = 65_536;

const ipsetOf: Writer = function* ({ ipv6, atMost }, sources, i) {
  const room = atMost > USUAL_MOST ? ` maxelem ${atMost}` : '';
  yield `create synflood-${i} hash:ip family ${ipv6 ? 'inet6' : 'inet'}${room} -exist\n`;
  for (const { address } of sources) yield `add synflood-${i} ${address} -exist\n`;
};

/** A set without a single element has no `elements` (nft(8)). */
const nftOf: Writer = function* ({ ipv6 }, sources, i) {
  yield `table inet synoptic {\n  set synflood_${i} {\n    type ${ipv6 ? 'ipv6_addr' : 'ipv4_addr'}\n`;
  let listed = 0;
  for (const { address } of sources) {
    if (listed++ === 0) yield '    elements = {\n';
    yield `      ${address},\n`;
  }
  yield `${listed > 0 ? '    }\n' : ''}  }\n}\n`;
};

const writers: Readonly<Record<BlocklistFormat, Writer>> = { csv: csvOf, ipset: ipsetOf, nft: nftOf };
