import { type FindingExplanation, advice, both } from '../model.ts';

export const sshNoCommonAlgorithm: FindingExplanation = {
  title: both('Two ends of SSH without a common algorithm', '没有共同算法的 SSH 两端'),
  what: both(
    'In at least one of the lists (key exchange, host key, cipher, MAC, compression) no name stands on both sides. The connection ends before anybody logs in.',
    '至少有一个列表（密钥交换、主机密钥、加密、MAC、压缩）中两端没有相同的名称。连接在登录之前就结束。',
  ),
  causes: [
    both(
      'One end is much older: newer versions of OpenSSH left out ssh-dss, ssh-rsa with SHA-1, CBC and small groups.',
      '一端旧得多：新版 OpenSSH 默认去掉了 ssh-dss、使用 SHA-1 的 ssh-rsa、CBC 和小的组。',
    ),
    both('One end was told to allow very little, as after hardening.', '一端只允许极少的算法，例如加固之后。'),
    both('A wrong name in a list of the configuration.', '配置的列表中写错了名称。'),
  ],
  filter:
    'ssh.message_code == 20 || tcp.payload contains "SSH-" || (tcp.payload contains "none" && tcp.payload contains "zlib") || tcp.payload contains "hmac-"',
  confirm: both(
    'Compare the lists of the two KEXINIT messages (code 20). What follows is a disconnect message or a FIN, and no key exchange. On another port than 22 use Decode As > SSH first.',
    '比较两个 KEXINIT 消息（代码 20）的列表。其后是断开消息或 FIN，没有密钥交换。端口不是 22 时，先用“解码为 > SSH”。',
  ),
  against: [
    both(
      'Scanners that only ask for the lists end the connection as well, but mostly offer much.',
      '只为取得列表的扫描器也会断开连接，但它们通常提供很多算法。',
    ),
  ],
  todo: [
    advice('The client says what the server offers.', '客户端会显示服务器提供了什么。', 'ssh -vv HOST'),
    advice(
      'See what this OpenSSH can do at all.',
      '查看这个 OpenSSH 支持哪些算法。',
      'ssh -Q kex; ssh -Q cipher; ssh -Q mac; ssh -Q HostKeyAlgorithms',
    ),
    advice(
      'Until the old end is updated: allow one algorithm more, for this host alone.',
      '在旧的一端升级之前：只对该主机多允许一个算法。',
      'ssh -o KexAlgorithms=+diffie-hellman-group14-sha1 -o HostKeyAlgorithms=+ssh-rsa HOST',
    ),
    advice(
      'Test the configuration of the server for names that are not known.',
      '检查服务器配置中是否有不认识的名称。',
      'sshd -t',
    ),
  ],
};
