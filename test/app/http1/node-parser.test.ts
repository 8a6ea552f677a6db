/**
 * Our parser beside the one of Node (llhttp, as it is by default): requests that both take alike, requests that it refuses
 * and we tell with an anomaly, and why. Whoever looks at a capture has to see what was sent, whoever took it; a server has
 * to refuse what others may read otherwise.
 */
import { type Server, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { converse, lines } from './conversation.ts';

let server: Server;
/** What the server understood of the connection that is being tried. */
let understood: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (piece: Buffer) => (bytes += piece.length));
    request.on('end', () => {
      understood.push(`${request.method} ${request.url}${bytes > 0 ? ` +${bytes} B` : ''}`);
      response.end();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    understood.push(`refused: ${error.code}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => new Promise((resolve) => void server.close(resolve)));

/** Sends bytes to Node's server; done when it closed, or said nothing more for a while. */
async function node(input: string): Promise<string[]> {
  understood = [];
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(Buffer.from(input, 'latin1'));
    socket.setTimeout(2000, () => socket.destroy());
  });
  return understood;
}

/** The same of ours: without answers. */
const ours = (input: string): string[] => lines(converse([['>', input]])).map((line) => line.replace(' -> none', ''));

const head = 'Host: a\r\n';

describe('both understand the same', () => {
  test.each([
    ['a request', `GET / HTTP/1.1\r\n${head}\r\n`],
    ['two at once', `GET /1 HTTP/1.1\r\n${head}\r\nGET /2 HTTP/1.1\r\n${head}\r\n`],
    ['a body', `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\nhello`],
    ['chunks', `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    [
      'chunks with extensions and a trailer',
      `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n`,
    ],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
    ['an absolute target', `GET http://a/x HTTP/1.1\r\n${head}\r\n`],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${head}\r\n`],
    ['a value with spaces around it', `GET / HTTP/1.1\r\n${head}X:   y  \r\n\r\n`],
    ['an empty value', `GET / HTTP/1.1\r\n${head}X:\r\n\r\n`],
    ['bytes beyond ASCII in a value', `GET / HTTP/1.1\r\n${head}X: \u00e9\r\n\r\n`],
  ])('%s', async (_, input) => {
    expect(ours(input)).toEqual(await node(input));
  });
});

describe('where they differ', () => {
  test.each<[what: string, input: string, ours: readonly string[], node: readonly string[], why: string]>([
    [
      'length and chunked',
      `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ['POST / [length-and-chunked]'],
      ['refused: HPE_INVALID_TRANSFER_ENCODING'],
      'chunked wins by RFC 9112 section 6.3; a server may refuse',
    ],
    [
      'lengths that differ',
      `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
      ['POST / +5 B [lengths-differ]'],
      ['refused: HPE_UNEXPECTED_CONTENT_LENGTH'],
      'RFC 9112 section 6.3 wants it refused; we go on with the first',
    ],
    [
      'a length with a sign',
      `POST / HTTP/1.1\r\n${head}Content-Length: +5\r\n\r\n`,
      ['POST / [length-invalid]'],
      ['refused: HPE_INVALID_CONTENT_LENGTH'],
      'no length that can be relied on',
    ],
    [
      'an unknown coding',
      `POST / HTTP/1.1\r\n${head}Transfer-Encoding: x\r\n\r\n`,
      ['POST / [coding-unknown chunked-not-last]'],
      ['refused: HPE_INVALID_TRANSFER_ENCODING'],
      'its end cannot be told',
    ],
    [
      'space before the colon',
      `GET / HTTP/1.1\r\n${head}X : y\r\n\r\n`,
      ['GET / [space-before-colon]'],
      ['refused: HPE_INVALID_HEADER_TOKEN'],
      'RFC 9112 section 5.1 wants it refused',
    ],
    [
      'a chunk size that is none',
      `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ['POST / (broken) [chunk-invalid]'],
      ['refused: HPE_INVALID_CHUNK_SIZE'],
      'what follows is searched for a request',
    ],
    [
      'a name with a space',
      `GET / HTTP/1.1\r\n${head}X y: z\r\n\r\n`,
      ['GET / [name-invalid]'],
      ['refused: HPE_INVALID_HEADER_TOKEN'],
      'the line is kept, and named',
    ],
    [
      'NUL in a value',
      `GET / HTTP/1.1\r\n${head}X: \u0000\r\n\r\n`,
      ['GET / [nul-byte]'],
      ['refused: HPE_INVALID_HEADER_TOKEN'],
      'RFC 9110 section 5.5 calls it dangerous',
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', ['GET / [host-missing]'], [], 'Node answers 400 by itself'],
    [
      'an unknown method',
      `BREW / HTTP/1.1\r\n${head}\r\n`,
      ['BREW /'],
      ['refused: HPE_INVALID_METHOD'],
      'any token is a method (RFC 9110 section 9.1); Node knows a list',
    ],
    [
      'another version',
      `GET / HTTP/3.0\r\n${head}\r\n`,
      ['GET /'],
      ['refused: HPE_INVALID_VERSION'],
      'the capture tells what was sent',
    ],
  ])('%s', async (_what, input, own, others, why) => {
    expect(ours(input)).toEqual(own);
    expect(await node(input)).toEqual(others);
    expect(why).not.toBe('');
  });
});
