import { type FindingExplanation, advice, both } from '../model.ts';

export const sshWeakAlgorithm: FindingExplanation = {
  title: both('Weak algorithms of SSH', 'SSH 的弱算法'),
  what: both(
    'The two ends agreed on an algorithm that can be broken or is about to be: a small group, SHA-1 in key exchange or signatures, RC4, CBC, blocks of 64 bits, a short key. SHA-1 or MD5 in a MAC and short tags are told as information only.',
    '两端商定的算法能被破解或即将如此：小的组、密钥交换或签名中的 SHA-1、RC4、CBC、64 位分组、短密钥。MAC 中的 SHA-1、MD5 以及短标签只作提示。',
  ),
  causes: [
    both(
      'One end is old and offers nothing better: a switch, a router, an embedded device.',
      '一端太旧，没有更好的：交换机、路由器、嵌入式设备。',
    ),
    both(
      'Old algorithms were allowed again for one old device, and for all hosts at once.',
      '为一台旧设备重新允许了旧算法，却对所有主机生效。',
    ),
    both(
      'The client lists the weak one first: the first name of the client that the server has wins.',
      '客户端把弱算法排在前面：客户端列表中第一个服务器也有的会被选中。',
    ),
  ],
  filter:
    'ssh.message_code == 20 || tcp.payload contains "SSH-" || (tcp.payload contains "none" && tcp.payload contains "zlib") || tcp.payload contains "hmac-"',
  confirm: both(
    'The two KEXINIT messages (code 20) list what each end has; of each list the first name of the client counts that the server has, too. On another port than 22 use Decode As > SSH first.',
    '两个 KEXINIT 消息（代码 20）列出各端支持的算法；每个列表中，客户端第一个服务器也有的名称生效。端口不是 22 时，先用“解码为 > SSH”。',
  ),
  against: [
    both(
      'That an algorithm is offered is no finding; only what was agreed on counts.',
      '仅仅提供某个算法不算问题；只看商定的结果。',
    ),
    both('hmac-sha1 and umac-64 cannot be broken in practice today.', 'hmac-sha1 和 umac-64 目前在实践中无法破解。'),
  ],
  todo: [
    advice(
      'See what the server would use.',
      '查看服务器会使用什么。',
      "sshd -T | grep -E '^(kexalgorithms|ciphers|macs|hostkeyalgorithms)'",
    ),
    advice(
      'See what the client would use for this host.',
      '查看客户端对该主机会使用什么。',
      "ssh -G HOST | grep -E '^(kexalgorithms|ciphers|macs|hostkeyalgorithms)'",
    ),
    advice(
      'Take weak ones out in sshd_config, with a minus in front.',
      '在 sshd_config 中用减号去掉弱算法。',
      'Ciphers -3des-cbc,aes128-cbc,aes192-cbc,aes256-cbc',
    ),
    advice(
      'Replace a short host key.',
      '更换短的主机密钥。',
      "ssh-keygen -t ed25519 -f /etc/ssh/ssh_host_ed25519_key -N ''",
    ),
    advice(
      'An old device: allow its algorithm for that host alone, in a Host block of ssh_config.',
      '旧设备：只在 ssh_config 中该主机的 Host 段里允许其算法。',
    ),
  ],
};
