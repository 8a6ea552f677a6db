/**
 * The sources of floods as a list for a firewall. Made-up addresses are not listed: blocking them would lock out their
 * owners and stop nothing.
 */
export const blocklistFormats = ['csv', 'ipset', 'nft'] as const;
export type BlocklistFormat = (typeof blocklistFormats)[number];

export interface BlocklistVictim {
  readonly name: string;
  readonly ipv6: boolean;
  readonly spoofed: 'yes' | 'no' | 'unknown';
  readonly sources: Iterable<{ readonly address: string; readonly attempts: number }>;
}

export function* blocklistLines(victims: readonly BlocklistVictim[], format: BlocklistFormat): Generator<string> {
  if (format === 'csv') yield 'victim,address,handshakes,certainty\n';
  for (const [i, victim] of victims.entries()) {
    if (victim.spoofed === 'yes') {
      if (format !== 'csv') yield `# ${victim.name}: the sources are spoofed, so none is listed\n`;
      continue;
    }
    if (format !== 'csv') yield `# ${victim.name}: whether the sources are spoofed is ${victim.spoofed}\n`;
    yield* format === 'csv' ? csvOf(victim) : format === 'ipset' ? ipsetOf(victim, i) : nftOf(victim, i);
  }
}

function* csvOf({ name, spoofed, sources }: BlocklistVictim): Generator<string> {
  const certainty = spoofed === 'no' ? 'real' : 'unproven';
  for (const { address, attempts } of sources) yield `${name},${address},${attempts},${certainty}\n`;
}

function* ipsetOf({ ipv6, sources }: BlocklistVictim, i: number): Generator<string> {
  yield `create synflood-${i} hash:ip family ${ipv6 ? 'inet6' : 'inet'} -exist\n`;
  for (const { address } of sources) yield `add synflood-${i} ${address} -exist\n`;
}

function* nftOf({ ipv6, sources }: BlocklistVictim, i: number): Generator<string> {
  yield `table inet synoptic {\n  set synflood_${i} {\n    type ${ipv6 ? 'ipv6_addr' : 'ipv4_addr'}\n    elements = {\n`;
  for (const { address } of sources) yield `      ${address},\n`;
  yield '    }\n  }\n}\n';
}
