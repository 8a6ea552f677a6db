import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsHandshakeFailed: FindingExplanation = {
  title: both('TLS handshakes that failed', '失败的 TLS 握手'),
  what: both(
    'One end ended the handshake with a fatal alert that names the reason, or answered with something that is not TLS. No data of the application was exchanged.',
    '一端用致命告警结束握手，告警中写明了原因；或者回答的根本不是 TLS。应用数据一点也没有交换。',
  ),
  causes: [
    both(
      'The two ends share no version, cipher suite or group (protocol_version, handshake_failure, insufficient_security).',
      '两端没有共同的版本、密码套件或密钥交换组（protocol_version、handshake_failure、insufficient_security）。',
    ),
    both(
      'The client refuses the certificate of the server (unknown_ca, certificate_expired, bad_certificate, certificate_unknown).',
      '客户端拒绝服务器的证书（unknown_ca、certificate_expired、bad_certificate、certificate_unknown）。',
    ),
    both(
      'The server wants a certificate of the client and got none (certificate_required, handshake_failure).',
      '服务器要求客户端证书却没有得到（certificate_required、handshake_failure）。',
    ),
    both(
      'The server has no host of that name (unrecognized_name).',
      '服务器上没有这个名称的主机（unrecognized_name）。',
    ),
    both('The port speaks another protocol, such as HTTP without TLS.', '该端口说的是别的协议，例如不带 TLS 的 HTTP。'),
  ],
  filter: 'tls.alert_message || (tls.record.opaque_type == 23 && tls.record.length <= 19) || (tcp.len > 0 && !tls)',
  confirm: both(
    'Look at tls.alert_message.desc and at who sent it: the sender is the one that refused. An alert of TLS 1.3 that comes after ServerHello is encrypted, mostly a record of 19 bytes.',
    '看 tls.alert_message.desc 以及是谁发的：发送方就是拒绝的一方。TLS 1.3 中 ServerHello 之后的告警是加密的，通常是长度为 19 字节的记录。',
  ),
  against: [
    both(
      'Scanners of ports and of cipher suites make handshakes fail on purpose.',
      '端口扫描和密码套件扫描会有意让握手失败。',
    ),
    both(
      'A client that tries an old version after a new one, or the other way round, may succeed on the next connection.',
      '客户端换一个版本重试，下一个连接可能成功。',
    ),
  ],
  todo: [
    advice(
      'Repeat the handshake and read the error.',
      '重做一次握手并查看错误。',
      'openssl s_client -connect HOST:443 -servername NAME',
    ),
    advice('Try one version alone.', '只用一个版本试。', 'openssl s_client -connect HOST:443 -servername NAME -tls1_2'),
    advice(
      'Read the error log of the end that sent the alert; nginx writes failed handshakes at level info.',
      '查看发出告警一端的错误日志；nginx 在 info 级别记录握手失败。',
      'error_log /var/log/nginx/error.log info;',
    ),
    advice(
      'In Node the errors of handshakes arrive in the event tlsClientError of the server.',
      'Node 中，服务器的 tlsClientError 事件给出握手错误。',
    ),
  ],
};
