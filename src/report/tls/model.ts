/** Rows of `tls --json`. Field names are the contract of docs/json.md. */
import type { CertificateAnomaly } from '../../app/tls/certificate-facts.ts';
import type { Resumption, TlsAnomaly } from '../../app/tls/handshake.ts';
import type { TlsOutcome } from '../../app/tls/outcome.ts';
import type { ChainVerdict, Validity } from '../../app/tls/trust.ts';
import type { Finding } from '../../detect/finding.ts';
import type { Shape } from '../../flow/life/close.ts';
import type { SideName } from '../ladder/model.ts';
import type { Heading } from '../model.ts';
import type { TlsStatistics } from './statistics.ts';

interface Socket {
  readonly address: string;
  readonly port: number;
}

export interface TlsStep {
  readonly message: string;
  readonly side: SideName;
  readonly frame: number;
  readonly time: string | null;
  readonly encrypted: boolean;
}

export interface ClientHelloRow {
  readonly version: string;
  readonly random: string;
  readonly sessionId: string;
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly compressions: readonly number[];
  readonly extensions: readonly string[];
  readonly groups: readonly string[];
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly string[];
  readonly keyShares: readonly string[];
  readonly alpn: readonly string[];
  readonly pskModes: readonly number[];
  readonly pskIdentities: number;
  readonly earlyData: boolean;
  readonly ticketBytes: number | null;
  readonly encryptedClientHello: 'outer' | 'inner' | null;
  readonly grease: boolean;
  readonly ssl2: boolean;
}

export interface ServerHelloRow {
  readonly legacyVersion: string;
  readonly random: string;
  readonly sessionId: string;
  readonly compression: number;
  readonly extensions: readonly string[];
  readonly downgrade: 'TLS 1.2' | 'TLS 1.1' | null;
}

export interface CertificateRow {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly curve: string | null;
  readonly signature: string;
  readonly sans: readonly string[];
  readonly isCa: boolean | null;
  readonly selfSigned: boolean;
  readonly sha256: string;
  readonly sha1: string;
  readonly bytes: number;
  /** At the time of the connection. */
  readonly validity: Validity;
  readonly anomalies: readonly CertificateAnomaly[];
}

export interface ChainRow {
  readonly verdict: ChainVerdict;
  readonly inOrder: boolean;
  /** Null where the client asked for no name. */
  readonly matchesName: boolean | null;
  /** Subjects of the path that was found. */
  readonly path: readonly string[];
}

export interface AlertRow {
  readonly side: SideName;
  readonly frame: number;
  readonly time: string | null;
  /** Null where the alert is encrypted. */
  readonly level: 'warning' | 'fatal' | null;
  readonly description: string | null;
  readonly why: string | null;
}

export interface TlsRow {
  readonly connection: string;
  readonly originator: Socket;
  readonly responder: Socket;
  readonly client: SideName;
  readonly startTime: string | null;
  readonly durationSeconds: number | null;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly group: string | null;
  readonly serverName: string | null;
  readonly alpn: string | null;
  readonly ja3: string | null;
  readonly ja3s: string | null;
  readonly ja4: string | null;
  readonly resumed: boolean;
  readonly resumption: Resumption | null;
  readonly helloRetry: boolean;
  readonly earlyData: boolean | null;
  readonly roundTrips: number;
  readonly outcome: TlsOutcome;
  /** Null for a complete handshake. */
  readonly stopped: {
    readonly after: string | null;
    readonly waitingFor: SideName | null;
    readonly tcp: Shape | null;
    readonly tcpBy: SideName | null;
  } | null;
  readonly steps: readonly TlsStep[];
  readonly stepCount: number;
  readonly clientHello: ClientHelloRow | null;
  readonly serverHello: ServerHelloRow | null;
  readonly keyExchange: { readonly dhBits: number | null; readonly signature: string | null } | null;
  readonly certificates: readonly CertificateRow[];
  readonly clientCertificates: readonly CertificateRow[];
  /** Null where no certificate of the server was readable. */
  readonly chain: ChainRow | null;
  readonly alerts: readonly AlertRow[];
  readonly anomalies: readonly { readonly id: TlsAnomaly; readonly side: SideName; readonly frame: number }[];
  /** Why secrets would not open it; null where they would. */
  readonly notDecrypted: string | null;
  readonly decryption: {
    readonly source: 'key-log' | 'rsa-key';
    readonly originatorBytes: number;
    readonly responderBytes: number;
    readonly originatorFinished: boolean | null;
    readonly responderFinished: boolean | null;
    readonly failedRecords: number;
  } | null;
}

/** Secrets of key logs and of the capture, RSA keys, and the handshakes that they decrypted. */
export interface KeysRow {
  readonly secrets: number;
  readonly rsaKeys: number;
  readonly decrypted: number;
}

export interface TlsDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly statistics: TlsStatistics;
  /** Null where no keys were given. */
  readonly keys: KeysRow | null;
  readonly findings: readonly Finding[];
}
