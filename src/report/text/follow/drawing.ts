/** Bytes of a run as text or as a hex dump, piece by piece. */
import { forTerminal } from '../../sanitize.ts';

export interface Drawing {
  /** What can be written so far. */
  draw(bytes: Uint8Array): string;
  /** What is left, to the end of its line. */
  end(): string;
}

/** UTF-8 text. Line breaks and tabs stay, every other control character is escaped. */
export class PlainText implements Drawing {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** A carriage return whose line feed may come with the next piece. */
  #held = '';
  #lineIsOpen = false;

  draw(bytes: Uint8Array): string {
    return this.#write(this.#decoder.decode(bytes, { stream: true }), false);
  }

  end(): string {
    const text = this.#write(this.#decoder.decode(), true);
    return this.#lineIsOpen ? `${text}\n` : text;
  }

  #write(decoded: string, all: boolean): string {
    let text = this.#held + decoded;
    this.#held = '';
    // What may go on in the next piece: a line break, or a character of two units.
    if (!all && /[\r\ud800-\udbff]$/.test(text)) {
      this.#held = text.slice(-1);
      text = text.slice(0, -1);
    }
    if (text !== '') this.#lineIsOpen = !text.endsWith('\n');
    return text.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, forTerminal);
  }
}

const ROW = 16;

/** `00000000  47 45 54 20 ...  |GET ...|`, offsets counted in the stream. */
export class HexDump implements Drawing {
  #offset: number;
  #row: number[] = [];

  constructor(offset: number) {
    this.#offset = offset;
  }

  draw(bytes: Uint8Array): string {
    let text = '';
    for (const byte of bytes) if (this.#row.push(byte) === ROW) text += this.#line();
    return text;
  }

  end(): string {
    return this.#row.length === 0 ? '' : this.#line();
  }

  #line(): string {
    const row = this.#row;
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    const line = `${this.#offset.toString(16).padStart(8, '0')}  ${hex.padEnd(3 * ROW - 1)}  |${characters}|\n`;
    this.#offset += row.length;
    this.#row = [];
    return line;
  }
}
