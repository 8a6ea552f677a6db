import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsNoForwardSecrecy: FindingExplanation = {
  title: both('No forward secrecy', '没有前向保密'),
  what: both(
    'The keys of the session rest on a long-lived key alone: that of the certificate (RSA, static DH), or a pre-shared key. Who records the traffic and gets that key later can read all of it.',
    '会话密钥只依赖一个长期密钥：证书的密钥（RSA、静态 DH）或预共享密钥。录下流量的人以后得到这个密钥，就能读出全部内容。',
  ),
  causes: [
    both('The server prefers or allows only suites with RSA key exchange.', '服务器优先或只允许 RSA 密钥交换的套件。'),
    both('An old client without ECDHE.', '客户端太旧，没有 ECDHE。'),
    both(
      'RSA key exchange was kept on purpose, so that a device can decrypt with the key of the server.',
      '有意保留 RSA 密钥交换，使设备能用服务器的密钥解密。',
    ),
    both(
      'TLS 1.3 resumed with the mode psk_ke, without a new key exchange.',
      'TLS 1.3 以 psk_ke 模式恢复会话，不做新的密钥交换。',
    ),
  ],
  filter: 'tls.handshake.type == 2',
  confirm: both(
    'The suite of the ServerHello begins with TLS_RSA, TLS_DH_, TLS_ECDH_ or TLS_PSK; in TLS 1.3, pre_shared_key is there and key_share is not.',
    'ServerHello 的套件以 TLS_RSA、TLS_DH_、TLS_ECDH_ 或 TLS_PSK 开头；TLS 1.3 中有 pre_shared_key 而没有 key_share。',
  ),
  against: [
    both(
      'Nothing can be read without the key of the server; today the connection is as safe as its cipher.',
      '没有服务器的密钥就读不出内容；眼下连接与其加密算法一样安全。',
    ),
    both(
      'ECDHE with a ticket key that never changes loses forward secrecy as well, and is not told here.',
      'ECDHE 若配上从不更换的会话票据密钥，同样失去前向保密，而这里不会报告。',
    ),
  ],
  todo: [
    advice(
      'Test that a key exchange with RSA is refused.',
      '检验 RSA 密钥交换被拒绝。',
      'openssl s_client -connect HOST:443 -tls1_2 -cipher kRSA',
    ),
    advice(
      'nginx: allow TLS 1.3, and suites with ECDHE for TLS 1.2.',
      'nginx：允许 TLS 1.3，TLS 1.2 只用 ECDHE 套件。',
      'ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;',
    ),
    advice(
      'Keep the private key safe also after it was replaced: recordings of the past depend on it.',
      '私钥更换后仍要妥善保管：过去录下的流量取决于它。',
    ),
  ],
};
