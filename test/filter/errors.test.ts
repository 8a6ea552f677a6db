import { describe, expect, it } from 'vitest';
import { compileFilter, FilterError, renderFilterError } from '../../src/filter/compile.ts';

function errorOf(text: string): FilterError {
  try {
    compileFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`'${text}' was accepted`);
}

describe('the caret stands below what is wrong', () => {
  // The caret line is the test: it lines up with the text above it.
  it.each([
    ['tcp prt 80', '    ^^^', "unknown word 'prt'", 'port'],
    ['TCP', '^^^', "unknown word 'TCP'", 'tcp'],
    ['tcp 80', '    ^^', "misplaced value '80'", 'port'],
    ['tcp or 443', '       ^^^', "'443' needs a word before it", 'port'],
    ['(tcp port 80) or 443', '                 ^^^', "'443' needs a word before it", 'port'],
    ['1.2.3.4', '^^^^^^^', "address '1.2.3.4' needs a word before it", 'host'],
    ['host example.com', '     ^^^^^^^^^^^', "names are not looked up: 'example.com'", 'an IPv4 address (192.0.2.1)'],
    [
      'ether host gateway.lan',
      '           ^^^^^^^^^^^',
      "names are not looked up: 'gateway.lan'",
      'a MAC address (00:00:5e:00:53:01)',
    ],
    ['host 1:2:3:4:5:6', '     ^^^^^^^^^^^', "MAC address '1:2:3:4:5:6' without ether", 'ether host'],
    [
      'ether host 1.2.3.4',
      '           ^^^^^^^',
      "'1.2.3.4' is not a link-layer address",
      'a MAC address (00:00:5e:00:53:01)',
    ],
    ['tcp host 1.2.3.4', '         ^^^^^^^', "'tcp' does not apply to the IPv4 address '1.2.3.4'", 'ip'],
    ['ip host ::1', '        ^^^', "'ip' does not apply to the IPv6 address '::1'", 'ip6'],
    ['host 256.1.1.1', '     ^^^^^^^^^', "'256.1.1.1' is not an IPv4 address", 'four numbers from 0 to 255'],
    ['host 1::2::3', '     ^^^^^^^', "'1::2::3' is not an IPv6 address", undefined],
    ['host 10.0.0.0/8', '             ^', "a mask after '10.0.0.0' needs net", 'net'],
    ['src 10.0.0.0/8', '            ^', "a mask after '10.0.0.0' needs net", 'src net'],
    ['net 10.0.0.1/8', '    ^^^^^^^^^^', "non-network bits set in '10.0.0.1/8'", undefined],
    [
      'net 10.0.0.1 mask 255.0.0.0',
      '    ^^^^^^^^^^^^^^^^^^^^^^^',
      "non-network bits set in '10.0.0.1 mask 255.0.0.0'",
      undefined,
    ],
    ['net ::1/64', '    ^^^^^^', "non-network bits set in '::1/64'", undefined],
    ['net 10.0.0.0/33', '             ^^', 'prefix length 33 is above 32', '0 to 32'],
    ['net fe80::/129', '           ^^^', 'prefix length 129 is above 128', '0 to 128'],
    ['port 70000', '     ^^^^^', 'port 70000 is above 65535', 'a number from 0 to 65535'],
    ['port foo', '     ^^^', "unknown port 'foo'", 'a number from 0 to 65535'],
    ['udp port http', '         ^^^^', "port 'http' is tcp", 'port 80'],
    ['portrange 1-foo', '            ^^^', "unknown port 'foo'", 'a number from 0 to 65535'],
    ['portrange 80-70000', '             ^^^^^', 'port 70000 is above 65535', 'a number from 0 to 65535'],
    ['icmp port 5', '          ^', "'icmp' has no ports", 'tcp'],
    ['port 80 and (tcp or 443)', '                    ^^^', "'443' needs a word before it", 'port'],
    ['port (80 or tcp)', '            ^^^', "misplaced word 'tcp'", 'a number from 0 to 65535'],
    ['tcp and', '       ^', 'the filter ends too early', 'host'],
    ['(tcp', '    ^', 'the filter ends too early', ')'],
    ['tcp)', '   ^', "unexpected ')'", 'port'],
    ['()', ' ^', "unexpected ')'", 'host'],
    ['and tcp', '^^^', "misplaced word 'and'", 'host'],
    ['tcp and and udp', '        ^^^', "misplaced word 'and'", 'host'],
    ['src', '   ^', 'the filter ends too early', 'port'],
    ['src proto 6', '    ^^^^^', "'proto' has no direction", 'port'],
    ['ether', '     ^', 'the filter ends too early', 'host'],
    ['ip proto foo', '         ^^^', "unknown protocol 'foo'", 'a number'],
    ['ip proto 256', '         ^^^', 'IP protocol 256 is above 255', '0 to 255'],
    ['tcp proto 6', '          ^', "'tcp proto' has no meaning", 'ether proto'],
    ['tcp multicast', '^^^^^^^^^^^^^', "'tcp multicast' has no meaning", 'multicast'],
    ['vlan 4096', '     ^^^^', 'VLAN id 4096 is above 4095', '0 to 4095'],
    ['mpls 1048576', '     ^^^^^^^', 'MPLS label 1048576 is above 1048575', '0 to 1048575'],
    ['mpls and arp', '         ^^^', "below mpls only ip and ip6 can be told apart, not 'arp'", undefined],
    ['mpls and vlan 3', '         ^^^^^^', 'vlan cannot be found below mpls', undefined],
    [
      'pppoes and ether host 1:2:3:4:5:6',
      '                      ^^^^^^^^^^^',
      'no link-layer addresses stand here',
      undefined,
    ],
    ['ip[0:3] = 1', '     ^', 'size 3 cannot be read', '1'],
    ['ip[0] = ', '        ^', 'the filter ends too early', 'a number'],
    ['ip[0', '    ^', 'the filter ends too early', ']'],
    ['ip[0]', '     ^', 'the filter ends too early', '>'],
    ['ah[0] = 1', '^^', "the bytes of 'ah' cannot be read", 'ether'],
    ['len > 1 > 2', '        ^', "unexpected '>'", 'and'],
    ['ip[0] / 0 = 1', '      ^', 'division by zero', undefined],
    ['ip[0] % (2 - 2) = 1', '      ^', 'division by zero', undefined],
    ['ip[0] << 32 = 1', '      ^^', 'shift by more than 31 bits', '0 to 31'],
    ['08 = 8', '^^', 'number 08 has a digit that is not octal', undefined],
    ['4294967296 = 1', '^^^^^^^^^^', 'number 4294967296 does not fit in 32 bits', undefined],
    ['tcp @ udp', '    ^', "unknown character '@'", 'a word'],
    ['gateway x', '^^^^^^^', "'gateway' is not supported", undefined],
    ['tcp and inbound', '        ^^^^^^^', "'inbound' is not supported", undefined],
    ['wlan addr1 1:2:3:4:5:6', '     ^^^^^', "'addr1' is not supported", undefined],
    ['ip6 protochain 6', '    ^^^^^^^^^^', "'protochain' is not supported", undefined],
    ['radio[0] = 1', '^^^^^', "'radio' is not supported", undefined],
  ])('%s', (text, marks, problem, firstExpected) => {
    const error = errorOf(text);
    expect(error.problem).toBe(problem);
    expect(error.expected[0]).toBe(firstExpected);
    const [head, shown, caret] = renderFilterError(error).split('\n');
    expect(head).toBe(`filter: ${problem} at column ${marks.indexOf('^') + 1}`);
    expect(shown).toBe(`  ${text}`);
    expect(caret).toBe(`  ${marks}`);
    expect(error.found).toBe(text.slice(error.position, error.position + error.length));
  });
});

describe('the message', () => {
  it('is the one of the design', () => {
    expect(renderFilterError(errorOf('tcp prt 80'))).toBe(
      [
        "filter: unknown word 'prt' at column 5",
        '  tcp prt 80',
        '      ^^^',
        '  expected: port, portrange, host, net, src, dst, and, or ...',
      ].join('\n'),
    );
  });

  it('says why a word is not supported', () => {
    expect(renderFilterError(errorOf('gateway snup')).split('\n')[3]).toBe(
      '  names are not looked up; say ether host MAC and not host ADDRESS',
    );
  });

  it('shows the part of a long filter around the caret', () => {
    const long = `${'tcp or '.repeat(100)}prt${' or udp'.repeat(100)}`;
    const [, shown = '', caret = ''] = renderFilterError(errorOf(long)).split('\n');
    expect(shown.length).toBeLessThan(120);
    expect(shown.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('prt');
  });

  it('keeps control characters from the terminal and counts wide characters as two cells', () => {
    const [, shown = '', caret = ''] = renderFilterError(errorOf('tcp\t\u001b[31m端口')).split('\n');
    expect(shown).toBe('  tcp  [31m端口');
    expect(caret).toBe('      ^');
    const wide = renderFilterError(errorOf('host 端口')).split('\n');
    expect(wide[2]).toBe(`  ${' '.repeat(5)}^^`);
  });
});
