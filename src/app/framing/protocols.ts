/**
 * Protocols whose decoder can be named as a framing, without keys. To add one: write its decoder, add its line here.
 * `--infer` asks them by `probe` before it guesses, in this order.
 */
import type { StreamDecoder } from '../decoder.ts';
import { dnsOverTcp } from './dns-tcp.ts';
import { http, websocket } from './http.ts';
import { ssh } from './ssh.ts';
import { tlsRecords } from './tls-records.ts';

export const protocols: readonly StreamDecoder[] = [tlsRecords, ssh, http, websocket, dnsOverTcp];
