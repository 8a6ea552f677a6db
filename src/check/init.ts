/** A first policy for a capture: it passes it, and says beside each rule what it is for. */
import { MAX_LISTED, type ProtocolRows, protocolRules } from './init-protocols.ts';
import type { Finding } from '../detect/finding.ts';
import type { ConnectionRow } from '../report/model.ts';
import { forTerminal } from '../report/sanitize.ts';

interface PolicyBasis extends ProtocolRows {
  /** How many took part. */
  readonly frames: number;
  /** Read once. */
  readonly connections: Iterable<ConnectionRow>;
  /** Of the whole capture. */
  readonly findings: readonly Finding[];
}

export function initialPolicy(files: readonly string[], basis: PolicyBasis): string {
  const { findings, frames } = basis;
  const seen = gather(basis.connections);
  const lines = [
    `# Made by 'synoptic check --init' from ${files.map((path) => forTerminal(path)).join(', ')}, which passes it.`,
    '# Run it: synoptic check CAPTURE --policy THIS_FILE',
    '# A rule fails when its selection is empty, so that nothing passes silently; allowEmpty: true lets that pass.',
    'version: 1',
    ...(frames > 0
      ? []
      : ['# It has no frames, which fails every rule where this is not said.', 'allowEmptyCapture: true']),
    'rules:',
    ...findingRule(findings),
  ];
  if (seen.tcp > 0) lines.push(...stateRule(seen), ...refusedRule(seen), ...closeRule(seen), ...handshakeRule(seen));
  for (const service of [...seen.services].toSorted().slice(0, MAX_LISTED)) lines.push(...serviceRule(service, seen));
  lines.push(...protocolRules(basis));
  return `${lines.join('\n')}\n`;
}

interface Seen {
  tcp: number;
  readonly states: Set<string>;
  readonly outcomes: Set<string>;
  readonly shapes: Set<string>;
  readonly services: Set<string>;
  readonly byService: Map<string, number>;
  slowest: number;
}

function gather(rows: Iterable<ConnectionRow>): Seen {
  const seen: Seen = {
    tcp: 0,
    states: new Set(),
    outcomes: new Set(),
    shapes: new Set(),
    services: new Set(),
    byService: new Map(),
    slowest: 0,
  };
  for (const { transport, connState, close, service, handshake } of rows) {
    if (service !== null) {
      seen.services.add(service);
      seen.byService.set(service, (seen.byService.get(service) ?? 0) + 1);
    }
    if (transport !== 'tcp') continue;
    seen.tcp++;
    seen.states.add(connState);
    if (handshake !== undefined) seen.outcomes.add(handshake.outcome);
    if (close !== undefined) seen.shapes.add(close.shape);
    seen.slowest = Math.max(seen.slowest, handshake?.rttSeconds ?? 0);
  }
  return seen;
}

const list = (words: Iterable<string>): string => `[${[...words].toSorted().join(', ')}]`;

function findingRule(findings: readonly Finding[]): string[] {
  const known = new Set(
    findings.filter(({ severity }) => severity === 'warning' || severity === 'alert').map(({ id }) => id),
  );
  return [
    '',
    '  # Nothing that synoptic itself would warn of. Take ids out of except as you mend what they tell of;',
    '  # synoptic explain ID says what each means.',
    '  - name: no warnings',
    '    noFindings:',
    '      from: warning',
    ...(known.size > 0 ? [`      except: ${list(known)}`] : ['      # except: [tcp-reset]']),
  ];
}

const stateRule = ({ states }: Seen): string[] => [
  '',
  '  # How TCP connections may end. SF: closed in order; S1: still open when the capture ended.',
  '  - name: allowed states',
  '    over: connections',
  '    where: {transport: tcp}',
  `    every: {connState: ${list(states)}}`,
];

const failures = ['syn-unanswered', 'refused', 'syn-ack-unanswered'];

const refusedRule = ({ outcomes }: Seen): string[] =>
  failures.some((outcome) => outcomes.has(outcome))
    ? []
    : [
        '',
        '  - name: every handshake is answered',
        '    over: connections',
        '    where: {transport: tcp}',
        `    none: {handshake.outcome: ${list(failures)}}`,
      ];

const closeRule = ({ shapes }: Seen): string[] => [
  '',
  '  # The ways in which they may be closed.',
  '  - name: allowed closes',
  '    over: connections',
  '    where: {transport: tcp}',
  `    every: {close.shape: ${list(shapes)}}`,
];

/** Twice the slowest, and room for a busy machine. */
const handshakeRule = ({ slowest }: Seen): string[] =>
  slowest === 0
    ? []
    : [
        '',
        `  # The slowest took ${Number(slowest.toPrecision(3))} s.`,
        '  - name: handshakes are fast',
        '    over: connections',
        '    where: {transport: tcp}',
        `    p95: {field: handshake.rttSeconds, atMost: ${Math.max(0.1, Number((2 * slowest).toPrecision(2)))}}`,
      ];

const serviceRule = (service: string, { byService }: Seen): string[] => [
  '',
  `  # There were ${byService.get(service)!}.`,
  `  - name: ${service} is used`,
  '    over: connections',
  `    service: ${service}`,
  '    count: {atLeast: 1}',
];
