import type { Handshake } from '../app/tls/handshake.ts';
import { alertName, alertReason } from '../app/tls/alerts.ts';
import { fatalAlert, tlsOutcome } from '../app/tls/outcome.ts';
import { SSL2, versionName } from '../app/tls/names.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, tlsClaims } from './tls-claims.ts';

export const tlsHandshakeFailed: Detector = {
  id: 'tls-handshake-failed',
  title: 'TLS handshakes that failed',
  why: 'One end refused the handshake and said why in an alert, or answered with something that is not TLS at all. Nothing of the application was exchanged.',
  references: [
    { spec: 'RFC 8446', section: '6.2' },
    { spec: 'RFC 5246', section: '7.2.2' },
  ],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const alert = fatalAlert(h);
  if (alert !== null) {
    const { side, description, frame } = alert;
    const who = side === h.client ? 'the client' : 'the server';
    const text = `${who} sent ${alertName(description!)}: ${alertReason(description!)}`;
    return {
      severity: 'warning',
      confidence: 1,
      text,
      frame,
      measured: { alert: alertName(description!), ...offer(h) },
    };
  }
  // What a server answers in SSL 2.0 is not read.
  if (tlsOutcome(h) !== 'not-tls' || h.clientHello?.version === SSL2) return null;
  const { frame, side } = h.anomalies.find(({ id }) => id === 'tls_not_tls')!;
  const who = side === h.client ? 'the client went on' : 'the server answered';
  return {
    severity: 'warning',
    confidence: 0.9,
    text: `${who} with something that is not TLS`,
    frame,
    measured: offer(h),
  };
}

/** What was on the table. */
function offer({ clientHello: c, version }: Handshake): Record<string, string | number> {
  if (c === null) return {};
  const versions = c.versions.filter((each) => each >>> 8 === 3);
  return {
    offeredVersion: versionName(Math.max(c.version, ...versions)),
    offeredSuites: c.suites.length,
    ...(version === null ? {} : { version: versionName(version) }),
  };
}
