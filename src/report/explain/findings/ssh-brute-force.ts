import { type FindingExplanation, advice, both } from '../model.ts';

export const sshBruteForce: FindingExplanation = {
  title: both('Passwords that are tried one after the other', '逐个尝试的密码'),
  what: both(
    'One client was refused at least 12 times in at least 3 sessions within half an hour: a program guesses names and passwords. If a login was accepted among them, it is named; look at that session first.',
    '一个客户端在半小时内、至少 3 个会话中被拒绝至少 12 次：有程序在猜用户名和密码。若其中有一次登录成功，会被指明；先看那个会话。',
  ),
  causes: [
    both(
      'A bot that tries lists of names and passwords on every address it finds.',
      '机器人对找到的每个地址尝试用户名和密码列表。',
    ),
    both(
      'A program with an old password or key: backup, monitoring, deployment.',
      '使用旧密码或旧密钥的程序：备份、监控、部署。',
    ),
    both('A test of the own company.', '本单位的安全测试。'),
  ],
  filter: 'ssh.encrypted_packet || (tcp.len > 0 && tcp.len < 200)',
  confirm: both(
    'The cited segments are the refusals of the server: encrypted, all of the same length, each after a message of the client. The log of the server names the users.',
    '所引的段是服务器的拒绝：已加密，长度相同，各自跟在客户端的一个消息之后。服务器日志中有用户名。',
  ),
  against: [
    both(
      'It is told by lengths and turns of encrypted packets; names and passwords are not seen.',
      '这是由加密报文的长度和来回推断的，看不到用户名和密码。',
    ),
    both('A program with an old password looks the same.', '使用旧密码的程序看起来也一样。'),
    both(
      'An agent with many keys is refused once for each key that does not fit.',
      '密钥代理中有许多密钥时，每个不合的密钥都被拒绝一次。',
    ),
  ],
  todo: [
    advice(
      'Read who was tried, and whether one got in.',
      '查看尝试了哪些用户、是否有人进入。',
      "journalctl -u ssh -u sshd | grep -E 'Failed|Invalid user|Accepted'",
    ),
    advice(
      'If one got in: see who is logged in and since when.',
      '若有人进入：查看谁在登录、从何时开始。',
      'last -i; who',
    ),
    advice('Allow keys alone, in sshd_config.', '在 sshd_config 中只允许密钥登录。', 'PasswordAuthentication no'),
    advice('Shut out addresses that fail often.', '封锁多次失败的地址。', 'fail2ban-client status sshd'),
    advice(
      'Let only known networks reach the port.',
      '只让已知网络访问该端口。',
      'nft add rule inet filter input tcp dport 22 ip saddr != 192.0.2.0/24 drop',
    ),
  ],
};
