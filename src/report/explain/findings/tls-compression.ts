import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsCompression: FindingExplanation = {
  title: both('Compression inside TLS', 'TLS 内的压缩'),
  what: both(
    'The server chose to compress data before it is encrypted. The length of what is sent then tells about its content; cookies were read that way (CRIME).',
    '服务器选择在加密之前压缩数据。发送的长度因此会泄露内容；有人曾这样读出 cookie（CRIME 攻击）。',
  ),
  causes: [
    both(
      'An old TLS library that compresses by default, such as OpenSSL before 1.1.0 built with zlib.',
      '旧的 TLS 库默认开启压缩，例如带 zlib 编译的 1.1.0 之前的 OpenSSL。',
    ),
    both('Compression was turned on by hand.', '有人手动开启了压缩。'),
  ],
  filter: 'tls.handshake.type == 2',
  confirm: both(
    'tls.handshake.comp_method of the ServerHello is not 0 (1 is DEFLATE).',
    'ServerHello 的 tls.handshake.comp_method 不是 0（1 是 DEFLATE）。',
  ),
  against: [
    both(
      'The attack needs somebody who can both make the client send chosen data and see the lengths.',
      '攻击者要既能让客户端发送指定的数据，又能看到长度。',
    ),
    both(
      'Compression of HTTP is another thing: it is inside the data and not seen here.',
      'HTTP 的压缩是另一回事：它在数据内部，这里看不到。',
    ),
  ],
  todo: [
    advice(
      'See whether it is on.',
      '查看是否开启。',
      "openssl s_client -connect HOST:443 -tls1_2 -comp </dev/null | grep 'Compression'",
    ),
    advice('Apache: turn it off.', 'Apache：关闭压缩。', 'SSLCompression off'),
    advice(
      'Update the TLS library; newer ones have it off, and TLS 1.3 does not have it.',
      '更新 TLS 库；新版默认关闭，TLS 1.3 已没有压缩。',
    ),
  ],
};
