import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsWeakSignature: FindingExplanation = {
  title: both('A weak signature', '弱签名'),
  what: both(
    'A certificate that the server sent, or its key exchange, is signed over MD5 or SHA-1 (or MD2). Two documents with the same hash can be made, so such a signature can be forged. A root that signs itself is not counted.',
    '服务器发送的证书或其密钥交换的签名使用 MD5 或 SHA-1（或 MD2）。可以造出哈希值相同的两份文件，这样的签名因此能被伪造。自签名的根证书不算。',
  ),
  causes: [
    both('A private authority that still signs with SHA-1.', '私有 CA 仍用 SHA-1 签名。'),
    both('An old certificate of a device that was never replaced.', '设备上的旧证书从未更换。'),
    both(
      'A TLS 1.2 client that does not offer signature_algorithms, so that SHA-1 is assumed.',
      'TLS 1.2 客户端没有提供 signature_algorithms，于是默认使用 SHA-1。',
    ),
    both('An old intermediate certificate that the server still sends.', '服务器仍在发送旧的中间证书。'),
  ],
  filter: 'tls.handshake.type == 11 || tls.handshake.type == 12 || tls.record.opaque_type == 23',
  confirm: both(
    'Look at x509af.algorithm.id below signedCertificate, or at tls.handshake.sig_hash_alg of the ServerKeyExchange. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '查看 signedCertificate 下的 x509af.algorithm.id，或 ServerKeyExchange 的 tls.handshake.sig_hash_alg。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both(
      'A forged key exchange would have to be made within the time of one handshake; nobody has shown that for SHA-1.',
      '伪造密钥交换必须在一次握手的时间内完成；对 SHA-1 还没有人做到。',
    ),
  ],
  todo: [
    advice(
      'Read the signature of the certificate.',
      '查看证书的签名算法。',
      "openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -text | grep 'Signature Algorithm'",
    ),
    advice(
      'Ask for a new certificate with SHA-256.',
      '用 SHA-256 重新申请证书。',
      'openssl req -new -sha256 -key server.key -out server.csr',
    ),
    advice(
      'A private authority: set default_md = sha256 in openssl.cnf.',
      '私有 CA：在 openssl.cnf 中设置 default_md = sha256。',
    ),
  ],
};
