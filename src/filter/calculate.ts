/** The arithmetic of BPF, once for constants in the text and once for values of a frame. */
import type { Operator } from './syntax.ts';

/** 32-bit unsigned arithmetic on signed words, as BPF does it; the divisor is not zero. */
export function calculate(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return (a + b) | 0;
    case '-':
      return (a - b) | 0;
    case '*':
      return Math.imul(a, b);
    case '/':
      return ((a >>> 0) / (b >>> 0)) | 0;
    case '%':
      return ((a >>> 0) % (b >>> 0)) | 0;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    // A shift by 32 or more empties the register.
    case '<<':
      return b >>> 0 > 31 ? 0 : a << b;
    case '>>':
      return b >>> 0 > 31 ? 0 : (a >>> b) | 0;
  }
}
