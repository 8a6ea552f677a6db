/** Names of what hellos and alerts name by number, from the IANA registries "TLS Parameters" and "TLS ExtensionType Values". */
import { hex4, isGrease } from './suites.ts';

export const SSL2 = 0x0002;
export const SSL3 = 0x0300;
const TLS10 = 0x0301;
export const TLS11 = 0x0302;
export const TLS12 = 0x0303;
export const TLS13 = 0x0304;
/** Ones' complements of 1.0, 1.2 and 1.3 (RFC 6347 section 4.1, RFC 9147 section 5.3). */
const DTLS10 = 0xfeff;
const DTLS12 = 0xfefd;
const DTLS13 = 0xfefc;

const versions = new Map([
  [SSL2, 'SSL 2.0'],
  [SSL3, 'SSL 3.0'],
  [TLS10, 'TLS 1.0'],
  [TLS11, 'TLS 1.1'],
  [TLS12, 'TLS 1.2'],
  [TLS13, 'TLS 1.3'],
  [DTLS10, 'DTLS 1.0'],
  [DTLS12, 'DTLS 1.2'],
  [DTLS13, 'DTLS 1.3'],
]);

/** From the oldest to the newest; `*` stands for the number of a draft. */
export const versionNames: readonly string[] = [...versions.values()].toSpliced(-1, 0, 'TLS 1.3 draft *');

/** Drafts of TLS 1.3 were numbered 0x7fNN. */
export function versionName(version: number): string {
  if (version >>> 8 === 0x7f) return `TLS 1.3 draft ${version & 0xff}`;
  return versions.get(version) ?? (isGrease(version) ? 'GREASE' : hex4(version));
}

/** The version of TLS that one of DTLS is made after; others as they are. */
export const tlsVersionOf = (version: number): number =>
  version === DTLS10 ? TLS11 : version === DTLS12 ? TLS12 : version === DTLS13 ? TLS13 : version;

/** TLS 1.3 or one of its drafts. */
export const isTls13 = (version: number): boolean => version === TLS13 || version >>> 8 === 0x7f;

export const Extension = {
  serverName: 0,
  statusRequest: 5,
  groups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  heartbeat: 15,
  alpn: 16,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskModes: 45,
  keyShare: 51,
  /** Drafts of TLS 1.3 up to 22. */
  keyShareDraft: 40,
  encryptedClientHello: 0xfe0d,
  renegotiationInfo: 0xff01,
} as const;

const extensions = new Map<number, string>(
  Object.entries({
    0: 'server_name',
    1: 'max_fragment_length',
    3: 'trusted_ca_keys',
    4: 'truncated_hmac',
    5: 'status_request',
    9: 'cert_type',
    10: 'supported_groups',
    11: 'ec_point_formats',
    12: 'srp',
    13: 'signature_algorithms',
    14: 'use_srtp',
    15: 'heartbeat',
    16: 'application_layer_protocol_negotiation',
    17: 'status_request_v2',
    18: 'signed_certificate_timestamp',
    19: 'client_certificate_type',
    20: 'server_certificate_type',
    21: 'padding',
    22: 'encrypt_then_mac',
    23: 'extended_master_secret',
    24: 'token_binding',
    25: 'cached_info',
    27: 'compress_certificate',
    28: 'record_size_limit',
    34: 'delegated_credential',
    35: 'session_ticket',
    41: 'pre_shared_key',
    42: 'early_data',
    43: 'supported_versions',
    44: 'cookie',
    45: 'psk_key_exchange_modes',
    47: 'certificate_authorities',
    48: 'oid_filters',
    49: 'post_handshake_auth',
    50: 'signature_algorithms_cert',
    51: 'key_share',
    54: 'connection_id',
    57: 'quic_transport_parameters',
    58: 'ticket_request',
    13172: 'next_protocol_negotiation',
    17513: 'application_settings_old',
    17613: 'application_settings',
    30032: 'channel_id',
    65037: 'encrypted_client_hello',
    65281: 'renegotiation_info',
    65486: 'encrypted_server_name',
  }).map(([number, name]) => [Number(number), name]),
);

const known = (names: ReadonlyMap<number, string>, value: number): string =>
  names.get(value) ?? (isGrease(value) ? 'GREASE' : hex4(value));

export const extensionName = (type: number): string => known(extensions, type);

const groups = new Map<number, string>([
  [19, 'secp192r1'],
  [21, 'secp224r1'],
  [22, 'secp256k1'],
  [23, 'secp256r1'],
  [24, 'secp384r1'],
  [25, 'secp521r1'],
  [26, 'brainpoolP256r1'],
  [27, 'brainpoolP384r1'],
  [28, 'brainpoolP512r1'],
  [29, 'x25519'],
  [30, 'x448'],
  [31, 'brainpoolP256r1tls13'],
  [32, 'brainpoolP384r1tls13'],
  [33, 'brainpoolP512r1tls13'],
  [41, 'curveSM2'],
  [256, 'ffdhe2048'],
  [257, 'ffdhe3072'],
  [258, 'ffdhe4096'],
  [259, 'ffdhe6144'],
  [260, 'ffdhe8192'],
  [0x0200, 'MLKEM512'],
  [0x0201, 'MLKEM768'],
  [0x0202, 'MLKEM1024'],
  [0x11eb, 'SecP256r1MLKEM768'],
  [0x11ec, 'X25519MLKEM768'],
  [0x11ed, 'SecP384r1MLKEM1024'],
  [0x6399, 'X25519Kyber768Draft00'],
]);

export const groupName = (group: number): string => known(groups, group);

const signatures = new Map<number, string>([
  [0x0101, 'rsa_pkcs1_md5'],
  [0x0201, 'rsa_pkcs1_sha1'],
  [0x0202, 'dsa_sha1'],
  [0x0203, 'ecdsa_sha1'],
  [0x0301, 'rsa_pkcs1_sha224'],
  [0x0302, 'dsa_sha224'],
  [0x0303, 'ecdsa_sha224'],
  [0x0401, 'rsa_pkcs1_sha256'],
  [0x0402, 'dsa_sha256'],
  [0x0403, 'ecdsa_secp256r1_sha256'],
  [0x0501, 'rsa_pkcs1_sha384'],
  [0x0502, 'dsa_sha384'],
  [0x0503, 'ecdsa_secp384r1_sha384'],
  [0x0601, 'rsa_pkcs1_sha512'],
  [0x0602, 'dsa_sha512'],
  [0x0603, 'ecdsa_secp521r1_sha512'],
  [0x0708, 'sm2sig_sm3'],
  [0x0804, 'rsa_pss_rsae_sha256'],
  [0x0805, 'rsa_pss_rsae_sha384'],
  [0x0806, 'rsa_pss_rsae_sha512'],
  [0x0807, 'ed25519'],
  [0x0808, 'ed448'],
  [0x0809, 'rsa_pss_pss_sha256'],
  [0x080a, 'rsa_pss_pss_sha384'],
  [0x080b, 'rsa_pss_pss_sha512'],
  [0x0904, 'mldsa44'],
  [0x0905, 'mldsa65'],
  [0x0906, 'mldsa87'],
]);

export const signatureName = (algorithm: number): string => known(signatures, algorithm);

/** Handshake messages, RFC 8446 section 4 and its predecessors. */
export const Type = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

const messages = new Map<number, string>([
  [0, 'HelloRequest'],
  [1, 'ClientHello'],
  [2, 'ServerHello'],
  [3, 'HelloVerifyRequest'],
  [4, 'NewSessionTicket'],
  [5, 'EndOfEarlyData'],
  [6, 'HelloRetryRequest'],
  [8, 'EncryptedExtensions'],
  [11, 'Certificate'],
  [12, 'ServerKeyExchange'],
  [13, 'CertificateRequest'],
  [14, 'ServerHelloDone'],
  [15, 'CertificateVerify'],
  [16, 'ClientKeyExchange'],
  [20, 'Finished'],
  [21, 'CertificateURL'],
  [22, 'CertificateStatus'],
  [23, 'SupplementalData'],
  [24, 'KeyUpdate'],
  [25, 'CompressedCertificate'],
  [67, 'NextProtocol'],
]);

/** Undefined for a number that no handshake message has. */
export const messageName = (type: number): string | undefined => messages.get(type);
