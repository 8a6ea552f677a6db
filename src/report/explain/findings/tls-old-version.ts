import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsOldVersion: FindingExplanation = {
  title: both('An old version of TLS', '过时的 TLS 版本'),
  what: both(
    'The two ends agreed on a version before TLS 1.2, or the client began with SSL 2.0. SSL 2.0 and 3.0 are broken; TLS 1.0 and 1.1 rest on MD5 and SHA-1 and must not be used (RFC 8996).',
    '两端商定的版本低于 TLS 1.2，或客户端以 SSL 2.0 开始。SSL 2.0 和 3.0 已被攻破；TLS 1.0 和 1.1 依赖 MD5 和 SHA-1，不得再使用（RFC 8996）。',
  ),
  causes: [
    both('The server is old, or was set up to allow nothing newer.', '服务器太旧，或配置为不允许更新的版本。'),
    both(
      'The client is old: an old Java, Android, Windows or an embedded device.',
      '客户端太旧：旧版 Java、Android、Windows 或嵌入式设备。',
    ),
    both('A device in between ends TLS itself and is out of date.', '中间设备自己终结 TLS，而它已过时。'),
  ],
  filter:
    '(tls.handshake.type == 2 && tls.handshake.version < 0x0303) || tls.handshake.type == 1 || tls.record.version == 0x0002',
  confirm: both(
    'tls.handshake.version of the ServerHello is what was agreed on; the ClientHello in front of it shows what was offered.',
    'ServerHello 的 tls.handshake.version 是商定的版本；它之前的 ClientHello 表明客户端提供了什么。',
  ),
  against: [
    both(
      'The version of a record is no sign: a ClientHello of TLS 1.3 comes in records marked TLS 1.0 or 1.2.',
      '记录层的版本不能说明问题：TLS 1.3 的 ClientHello 所在记录标为 TLS 1.0 或 1.2。',
    ),
    both(
      'A server that keeps TLS 1.0 for one old client may speak a newer one with all others.',
      '服务器可能只对个别旧客户端使用 TLS 1.0，对其他客户端使用新版本。',
    ),
  ],
  todo: [
    advice(
      'See what the server has: this must succeed.',
      '查看服务器支持什么：下面的命令应当成功。',
      'openssl s_client -connect HOST:443 -servername NAME -tls1_2',
    ),
    advice('nginx: allow only versions that are safe.', 'nginx：只允许安全的版本。', 'ssl_protocols TLSv1.2 TLSv1.3;'),
    advice(
      'Node: the least version of a server or of all sockets.',
      'Node：服务器或所有套接字的最低版本。',
      'node --tls-min-v1.2 server.js',
    ),
    advice(
      'Find the clients that need the old version before it is switched off: log $ssl_protocol in nginx.',
      '停用前找出仍需要旧版本的客户端：在 nginx 日志中记录 $ssl_protocol。',
    ),
  ],
};
