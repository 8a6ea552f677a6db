/** Alerts (RFC 8446 section 6, RFC 5246 section 7.2 and the registry "TLS Alerts") and why they usually happen. */

const alerts = new Map<number, readonly [name: string, why: string]>([
  [0, ['close_notify', 'the sender is done; nothing is wrong']],
  [
    10,
    [
      'unexpected_message',
      'a message came out of turn: mostly something that is not TLS on this port, or a broken stack',
    ],
  ],
  [
    20,
    [
      'bad_record_mac',
      'a record could not be authenticated: the two ends derived different keys, or bytes were changed on the way',
    ],
  ],
  [21, ['decryption_failed', 'a record could not be decrypted']],
  [
    22,
    ['record_overflow', 'a record was longer than the protocol allows: mostly something that is not TLS on this port'],
  ],
  [30, ['decompression_failure', 'compressed data could not be unpacked']],
  [
    40,
    [
      'handshake_failure',
      'no cipher suite, group or signature algorithm of the other end is acceptable, or a client certificate is missing',
    ],
  ],
  [41, ['no_certificate', 'the client has no certificate to show']],
  [
    42,
    [
      'bad_certificate',
      'the certificate was refused: damaged, its signature wrong, or, from OpenSSL, made for another name',
    ],
  ],
  [43, ['unsupported_certificate', 'the certificate is of a type that the receiver does not take']],
  [44, ['certificate_revoked', 'the issuer revoked the certificate']],
  [
    45,
    [
      'certificate_expired',
      'the certificate is not valid at the time of its receiver: expired, not yet valid, or a clock is wrong',
    ],
  ],
  [
    46,
    [
      'certificate_unknown',
      'the certificate was refused for another reason: often a name that does not match, or a person who declined it',
    ],
  ],
  [47, ['illegal_parameter', 'a field holds a value that the protocol does not allow']],
  [
    48,
    [
      'unknown_ca',
      'the issuer of the certificate is not trusted by its receiver, or an intermediate certificate is missing',
    ],
  ],
  [49, ['access_denied', 'the certificate is valid, but its holder may not do this']],
  [50, ['decode_error', 'a message could not be parsed']],
  [51, ['decrypt_error', 'a signature or a Finished message was wrong']],
  [60, ['export_restriction', 'export restrictions were not kept']],
  [70, ['protocol_version', 'the two ends share no version of TLS']],
  [71, ['insufficient_security', 'the server asks for stronger cipher suites than the client offered']],
  [80, ['internal_error', 'the sender failed for a reason of its own']],
  [
    86,
    [
      'inappropriate_fallback',
      'the client tried again with a lower version than the server has: somebody disturbed the first try',
    ],
  ],
  [90, ['user_canceled', 'the handshake was broken off by its user']],
  [100, ['no_renegotiation', 'a second handshake on the same connection was declined']],
  [109, ['missing_extension', 'a mandatory extension was missing']],
  [110, ['unsupported_extension', 'an extension came that was not offered']],
  [111, ['certificate_unobtainable', 'a certificate could not be fetched from its URL']],
  [112, ['unrecognized_name', 'the server knows no host of the name that the client asked for']],
  [113, ['bad_certificate_status_response', 'the OCSP response was not valid']],
  [114, ['bad_certificate_hash_value', 'a certificate does not match its hash']],
  [115, ['unknown_psk_identity', 'the server does not know the pre-shared key that the client named']],
  [116, ['certificate_required', 'the server wants a client certificate and got none']],
  [
    120,
    ['no_application_protocol', 'the server speaks none of the application protocols (ALPN) that the client offered'],
  ],
  [121, ['ech_required', 'the server did not accept the encrypted ClientHello']],
]);

export const WARNING = 1;
export const CLOSE_NOTIFY = 0;

export const alertName = (description: number): string => alerts.get(description)?.[0] ?? `alert ${description}`;
export const alertReason = (description: number): string => alerts.get(description)?.[1] ?? 'not a registered alert';
