import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsWeakCipher: FindingExplanation = {
  title: both('A weak cipher suite', '弱密码套件'),
  what: both(
    'The server chose a cipher suite that does not protect as it should: NULL does not encrypt, anon proves nobody, EXPORT and DES have short keys, RC4 is broken, 3DES has blocks of 64 bits. CBC without encrypt-then-MAC is told as information only.',
    '服务器选择的密码套件保护不足：NULL 不加密，anon 不证明身份，EXPORT 和 DES 密钥太短，RC4 已被攻破，3DES 的分组只有 64 位。不带 encrypt-then-MAC 的 CBC 只作提示。',
  ),
  causes: [
    both('A list of suites that was copied from old instructions, or allows all.', '套件列表抄自旧文档，或允许全部。'),
    both('The client offers nothing better.', '客户端没有提供更好的。'),
    both('A program that was set up for a test without encryption.', '程序为测试而设置成不加密。'),
  ],
  filter: 'tls.handshake.type == 2',
  confirm: both(
    'tls.handshake.ciphersuite of the ServerHello is the choice; the list in the ClientHello shows whether there was a better one.',
    'ServerHello 的 tls.handshake.ciphersuite 是所选的套件；ClientHello 中的列表说明当时是否有更好的选择。',
  ),
  against: [
    both(
      'The attack on blocks of 64 bits (Sweet32) needs very much data in one connection.',
      '针对 64 位分组的攻击（Sweet32）需要在一个连接中有非常多的数据。',
    ),
    both(
      'CBC without encrypt-then-MAC is safe in implementations that take the same time for every padding.',
      '实现若对任何填充都用同样的时间，不带 encrypt-then-MAC 的 CBC 也是安全的。',
    ),
  ],
  todo: [
    advice(
      'See what a list of suites stands for.',
      '查看一个套件列表代表什么。',
      "openssl ciphers -v 'ECDHE+AESGCM:ECDHE+CHACHA20'",
    ),
    advice(
      'nginx: allow suites with ECDHE and authenticated encryption.',
      'nginx：只允许 ECDHE 加认证加密的套件。',
      'ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;',
    ),
    advice(
      'Test that the server refuses a suite.',
      '检验服务器拒绝某个套件。',
      'openssl s_client -connect HOST:443 -tls1_2 -cipher AES128-SHA',
    ),
    advice(
      'In Node: the option ciphers of tls.createServer, or --tls-cipher-list.',
      'Node：tls.createServer 的 ciphers 选项，或 --tls-cipher-list。',
    ),
  ],
};
