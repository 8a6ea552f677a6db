/**
 * Names of well-known ports with the transport they belong to, from the IANA service name registry as /etc/services
 * of a Debian system lists it. A fixed table: the meaning of a filter must not depend on the machine it runs on.
 */

export interface Service {
  readonly port: number;
  /** pcap-filter(7): "If a name is used, both the port number and protocol are checked"; both when ambiguous. */
  readonly transport: 'tcp' | 'udp' | 'both';
}

const TCP = `tcpmux 1 systat 11 netstat 15 qotd 17 ftp-data 20 ftp 21 ssh 22 telnet 23 smtp 25 mail 25 whois 43 nicname 43
gopher 70 finger 79 http 80 www 80 iso-tsap 102 pop3 110 pop-3 110 auth 113 ident 113 nntp 119 epmap 135 loc-srv 135
netbios-ssn 139 imap 143 imap2 143 bgp 179 qmtp 209 microsoft-ds 445 submissions 465 smtps 465 exec 512 login 513
shell 514 printer 515 uucp 540 nntps 563 submission 587 ipp 631 kerberos-adm 749 rsync 873 ftps-data 989 ftps 990
telnets 992 imaps 993 pop3s 995 socks 1080 rmiregistry 1099 ms-sql-s 1433 dict 2628 iscsi-target 3260 mysql 3306
ms-wbt-server 3389 distcc 3632 svn 3690 sieve 4190 epmd 4369 xmpp-client 5222 xmpp-server 5269 postgresql 5432
amqps 5671 amqp 5672 x11 6000 redis 6379 syslog-tls 6514 ircd 6667 ircs-u 6697 http-alt 8080 webcache 8080
git 9418 zabbix-agent 10050 zabbix-trapper 10051`;

const UDP = `bootps 67 bootpc 68 tftp 69 ntp 123 netbios-ns 137 netbios-dgm 138 xdmcp 177 ptp-event 319 ptp-general 320
isakmp 500 biff 512 who 513 talk 517 ntalk 518 route 520 dhcpv6-client 546 dhcpv6-server 547 asf-rmcp 623
ms-sql-m 1434 l2f 1701 l2tp 1701 icpv2 3130 ipsec-nat-t 4500 iax 4569 mdns 5353 babel 6696`;

const BOTH = `echo 7 discard 9 daytime 13 chargen 19 time 37 tacacs 49 domain 53 kerberos 88 sunrpc 111 portmapper 111
snmp 161 snmp-trap 162 snmptrap 162 ldap 389 svrloc 427 https 443 kpasswd 464 syslog 514 rtsp 554 ldaps 636 ldp 646
domain-s 853 openvpn 1194 radius 1812 radius-acct 1813 nfs 2049 isns 3205 nut 3493 sip 5060 sip-tls 5061`;

const SERVICES = new Map<string, Service>();
for (const [list, transport] of [
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [BOTH, 'both'],
] as const) {
  const words = list.split(/\s+/);
  for (let i = 0; i + 1 < words.length; i += 2) {
    SERVICES.set(words[i] ?? '', { port: Number(words[i + 1]), transport });
  }
}

export const serviceNamed = (name: string): Service | undefined => SERVICES.get(name);
