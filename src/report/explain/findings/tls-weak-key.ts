import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsWeakKey: FindingExplanation = {
  title: both('A short key', '短密钥'),
  what: both(
    'A certificate that the server sent has an RSA or DSA key below 2048 bits or a curve below 224 bits, or the key exchange uses Diffie-Hellman below 2048 bits. Who has means can break it, for all connections that use it.',
    '服务器发送的证书中 RSA 或 DSA 密钥不足 2048 位，或椭圆曲线不足 224 位，或密钥交换的 Diffie-Hellman 不足 2048 位。有足够资源的人能破解，且影响所有使用它的连接。',
  ),
  causes: [
    both(
      'A server without own parameters for Diffie-Hellman uses a built-in group of 1024 bits.',
      '服务器没有自己的 Diffie-Hellman 参数，用了内置的 1024 位组。',
    ),
    both('An old certificate, or one that a device made for itself.', '旧证书，或设备自己生成的证书。'),
  ],
  filter: 'tls.handshake.type == 11 || tls.handshake.type == 12 || tls.record.opaque_type == 23',
  confirm: both(
    'tls.handshake.p_len of the ServerKeyExchange is the length of the group in bytes (128 are 1024 bits); the key of the certificate is below subjectPublicKeyInfo. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    'ServerKeyExchange 的 tls.handshake.p_len 是组的字节数（128 即 1024 位）；证书的密钥在 subjectPublicKeyInfo 下。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both(
      'A key of 1024 bits takes great means; it is no matter of an afternoon.',
      '破解 1024 位密钥需要巨大资源，不是一个下午的事。',
    ),
  ],
  todo: [
    advice(
      'See the temporary key and the key of the certificate.',
      '查看临时密钥和证书密钥。',
      "openssl s_client -connect HOST:443 -servername NAME </dev/null | grep -E 'Temp Key|public key'",
    ),
    advice(
      'Make own parameters, and name them in nginx with ssl_dhparam; or allow ECDHE alone.',
      '生成自己的参数，在 nginx 中用 ssl_dhparam 指定；或只允许 ECDHE。',
      'openssl dhparam -out dhparam.pem 2048',
    ),
    advice(
      'Make a new key and ask for a new certificate.',
      '生成新密钥并重新申请证书。',
      'openssl ecparam -name prime256v1 -genkey -noout -out server.key',
    ),
  ],
};
