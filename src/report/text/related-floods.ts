/** Floods without SYNs, for people: a few lines each. */
import type { RelatedId } from '../../detect/flood/related/judge.ts';
import type { RelatedRow } from '../flood/model.ts';
import { count, duration, endpoint, localTime } from './format.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const names: Readonly<Record<RelatedId, string>> = {
  'ack-flood': 'ACK flood',
  'rst-flood': 'RST flood',
  'fin-flood': 'FIN flood',
  'syn-ack-backscatter': 'Backscatter',
  'connection-flood': 'Connection flood',
};

export function relatedLines(
  row: RelatedRow,
  sampling: number,
  width: number,
  { utc, style }: { utc: boolean; style: Style },
): string[] {
  const { address, port, confidence, sources, reasons, against, frames } = row;
  const name = port === null ? address : endpoint(address, port);
  const sure = confidence >= 0.9 ? 'certain' : confidence >= 0.7 ? 'likely' : 'possible';
  const clock = (time: string | null): string => (time === null ? '?' : localTime(time, utc).time);
  const when = `${clock(row.onsetTime)} to ${clock(row.endTime)} (${duration(row.durationSeconds)}); ${countText(row)}`;
  const others = row.role === 'sender' ? 'to' : row.role === 'receiver' ? 'from' : 'sources';
  const label = (title: string, what: string): string[] => wrap(what, width, title.padEnd(8), ' '.repeat(8));
  return [
    style.severity(confidence >= 0.6 ? 'alert' : 'notice', `${names[row.id]}: yes, ${sure}.  ${name}`),
    ...label('when', when),
    ...label('why', reasons.join('; ')),
    ...(row.role === 'target' ? [] : label('means', meaning(row))),
    ...label(
      others,
      `${sampling > 1 ? 'at least ' : ''}${count(sources.count)} ${sources.count === 1 ? 'address' : 'addresses'}`,
    ),
    ...(sampling > 1 ? label('sample', `one frame in ${sampling}: numbers are estimates`) : []),
    ...label('against', against.join('; ') || 'nothing seen'),
    ...label('frames', frames.slice(0, 8).join(', ')),
  ];
}

function countText({ id, connectionCount, peakPerSecond, mostOpen }: RelatedRow): string {
  if (id === 'connection-flood') return `${count(connectionCount)} connections, ${count(mostOpen)} open at once`;
  return `${count(connectionCount)} connections, ${count(peakPerSecond)} a second at the peak`;
}

function meaning({ role, address }: RelatedRow): string {
  if (role === 'receiver') return `${address} is the spoofed one: SYNs in its name were sent to all of these hosts`;
  return `${address} is under a SYN flood in the name of these addresses: you are the spoofed one`;
}
