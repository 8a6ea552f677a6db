/** Facts -> documents. */
import type { Facts } from '../detect/facts.ts';
import type { Finding } from '../detect/finding.ts';
import { services } from '../app/identify.ts';
import { connStates } from '../flow/conn-state.ts';
import { Word } from '../flow/records.ts';
import type { Totals } from '../flow/totals.ts';
import { version } from '../version.ts';
import { stopNames } from '../wire/frame.ts';
import { applicationsOf } from './applications.ts';
import type { Accounting, AnalyzeDocument, CaptureDocument, ConnectionRow, ConnsDocument, Heading } from './model.ts';
import { SCHEMA_VERSION } from './model.ts';
import { topTalkers } from './talkers.ts';
import { timeTotals } from './time-totals.ts';
import { isoTime, secondsBetween } from './times.ts';

const MAX_TALKERS = 100;

export function heading(facts: Facts): Heading {
  const limited = limitsReached(facts).length > 0;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'synoptic', version },
    complete: !facts.interrupted && facts.source.damage.length === 0 && !limited,
    capture: captureDocument(facts),
    accounting: accounting(facts.totals),
  };
}

export function connsDocument(facts: Facts, connections: ConnectionRow[]): ConnsDocument {
  return { ...heading(facts), connections };
}

export function analyzeDocument(facts: Facts, findings: Finding[]): AnalyzeDocument {
  return {
    ...heading(facts),
    layers: layers(facts.totals),
    protocols: protocols(facts),
    connections: connectionCounts(facts),
    resent: resent(facts),
    time: timeTotals(facts.connections),
    applications: applicationsOf(facts),
    talkers: topTalkers(facts.connections, MAX_TALKERS),
    anomalies: anomalies(facts),
    limitsReached: limitsReached(facts),
    findings,
  };
}

function captureDocument({ source, totals }: Facts): CaptureDocument {
  const framesWithoutTime = source.files.reduce((sum, file) => sum + file.framesWithoutTime, 0);
  const timeless = totals.framesRead <= framesWithoutTime;
  const { firstSeconds, firstNanoseconds, lastSeconds, lastNanoseconds } = totals;
  // Too many stood before the first frame with a time.
  const isOpen = timeless || (framesWithoutTime > 0 && firstSeconds === 0 && firstNanoseconds === 0);
  return {
    files: source.files.map((file) => ({
      path: file.path,
      format: file.format,
      bytes: file.bytes,
      frames: file.frames,
      linkTypes: [...file.linkTypes],
      snapLength: file.snapLength,
      compressed: file.compressed,
      skippedBlocks: sorted(file.skippedBlocks),
    })),
    interfaces: source.interfaces
      .filter((face) => face.received !== null || face.dropped !== null)
      .map(({ file, name, linkType, received, dropped }) => ({ file, name, linkType, received, dropped })),
    frames: totals.framesRead,
    capturedBytes: totals.capturedBytes,
    wireBytes: totals.wireBytes,
    cutFrames: totals.cutFrames,
    firstTime: isOpen ? null : isoTime(firstSeconds, firstNanoseconds),
    lastTime: timeless ? null : isoTime(lastSeconds, lastNanoseconds),
    durationSeconds: isOpen ? 0 : secondsBetween(firstSeconds, firstNanoseconds, lastSeconds, lastNanoseconds),
    framesWithoutTime,
    framesBackwards: totals.backwards,
    damage: source.damage.map(({ file, ...rest }) => ({ file: source.files[file]!.path, ...rest })),
  };
}

function accounting(totals: Totals): Accounting {
  const framesUndecoded: Record<string, number> = {};
  stopNames.forEach((name, stop) => {
    if (totals.undecoded[stop]! > 0) framesUndecoded[name] = totals.undecoded[stop]!;
  });
  const framesSkipped: Record<string, number> = {};
  for (const reason of ['filter', 'time'] as const) {
    if (totals.skipped[reason] > 0) framesSkipped[reason] = totals.skipped[reason];
  }
  return { framesRead: totals.framesRead, framesDecoded: totals.framesDecoded, framesUndecoded, framesSkipped };
}

function layers(t: Totals): AnalyzeDocument['layers'] {
  const judged = t.framesRead - t.skipped.filter - t.skipped.time;
  return [
    { unit: 'frame', count: judged, bytes: t.judgedBytes },
    { unit: 'packet', count: t.packets, bytes: t.packetBytes },
    { unit: 'segment', count: t.segments, bytes: t.segmentBytes },
    { unit: 'payload', count: t.payloads, bytes: t.payloadBytes },
  ];
}

/**
 * Frames and bytes per protocol path; rows share no frame, so they add up to the frames judged. Frames of a connection
 * whose application protocol is known stand in that protocol's row, handshake and all.
 */
function protocols(facts: Facts): AnalyzeDocument['protocols'] {
  const { paths, connections: c } = facts;
  const rows = new Map<string, { path: string; frames: number; bytes: number }>();
  for (let path = 0; path < paths.count; path++) {
    if (!(paths.frames[path]! > 0)) continue;
    const name = paths.name(path) || 'undecoded';
    rows.set(name, { path: name, frames: paths.frames[path]!, bytes: paths.bytes[path]! });
  }
  // Names are looked up once for each path and service, not for each connection.
  const moves: { from: Share; to: Share }[] = [];
  const serviceOf = c.digest().services;
  for (let id = 0; id < serviceOf.length; id++) {
    const service = serviceOf[id]!;
    if (service === 0 || !c.isCounted(id)) continue;
    const path = c.word(id, Word.path);
    const { from, to } = (moves[path * services.length + service] ??= moveTo(path, service));
    move(from, to, c.frames(id, 0) + c.frames(id, 1), c.wireBytes(id, 0) + c.wireBytes(id, 1));
  }
  function moveTo(path: number, service: number): { from: Share; to: Share } {
    const from = rows.get(paths.name(path))!;
    const name = `${from.path}/${services[service]}`;
    let to = rows.get(name);
    if (to === undefined) rows.set(name, (to = { path: name, frames: 0, bytes: 0 }));
    return { from, to };
  }
  return [...rows.values()]
    .filter((row) => row.frames > 0)
    .toSorted((a, b) => b.bytes - a.bytes || compare(a.path, b.path));
}

interface Share {
  frames: number;
  bytes: number;
}

/** A connection whose frames took several paths is moved from its first one, never below zero. */
function move(from: Share, to: Share, frames: number, bytes: number): void {
  const movedFrames = Math.min(frames, from.frames);
  const movedBytes = Math.min(bytes, from.bytes);
  from.frames -= movedFrames;
  from.bytes -= movedBytes;
  to.frames += movedFrames;
  to.bytes += movedBytes;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function connectionCounts({ connections: c }: Facts): AnalyzeDocument['connections'] {
  const { tcpByState: tcp, udpByState: udp, byService: counts } = c.digest();
  const byService: Record<string, number> = {};
  services.forEach((name, service) => {
    if (name !== '' && counts[service]! > 0) byService[name] = counts[service]!;
  });
  return {
    total: total(tcp) + total(udp),
    byConnState: stateRecord((state) => tcp[state]! + udp[state]!),
    byService: sorted(byService),
    tcp: { total: total(tcp), byConnState: stateRecord((state) => tcp[state]!) },
    udp: { total: total(udp), byConnState: stateRecord((state) => udp[state]!) },
  };
}

function resent({ connections: c }: Facts): AnalyzeDocument['resent'] {
  const [segments = 0, payloadBytes = 0] = c.tracker.table.records.analysis.resent;
  const { tcpFrames, tcpPayloadBytes } = c.digest();
  return { segments, ofSegments: tcpFrames, payloadBytes, ofPayloadBytes: tcpPayloadBytes };
}

const total = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n, 0);

/** `count` takes an index into `connStates`. */
function stateRecord(count: (state: number) => number): Record<string, number> {
  const record: Record<string, number> = {};
  connStates.forEach((name, state) => {
    if (count(state) > 0) record[name] = count(state);
  });
  return record;
}

function sorted(record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => compare(a, b)));
}

function anomalies({ totals, fragments }: Facts): Record<string, number> {
  const counts = Object.fromEntries([...totals.anomalies].map(([id, { count }]) => [id, count]));
  const unfinished = fragments.unfinished + fragments.givenUp;
  if (unfinished > 0) counts['ip_datagram_unfinished'] = unfinished;
  return sorted(counts);
}

export function limitsReached({ tracker, fragments, limits: reached }: Facts): string[] {
  const limits: string[] = [...reached];
  if (tracker.table.records.exhausted || tracker.untracked > 0) limits.push('connections');
  if (tracker.table.records.milestones.limitReached) limits.push('milestones');
  const { analysis, waits } = tracker.table.records;
  if (analysis.limitReached || analysis.marks.limitReached) limits.push('analysis');
  if (tracker.table.records.measured.limitReached) limits.push('measures');
  if (analysis.recovery.limitReached || analysis.recovery.events.limitReached) limits.push('recovery');
  if (waits.limitReached) limits.push('waits');
  if (tracker.icmp.limitReached) limits.push('icmp-reports');
  if (fragments.limitReached) limits.push('fragments');
  return limits;
}
