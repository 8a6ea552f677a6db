/** What findings say where only one frame in N was captured: their numbers are estimates. */

export const estimatedText = (sampling: number): string =>
  sampling === 1 ? '' : ` (estimated from one frame in ${sampling})`;

export const sampledMeasure = (sampling: number): Record<string, number> => (sampling === 1 ? {} : { sampling });

export const sampledUnknowable = (sampling: number): string[] =>
  sampling === 1 ? [] : ['how handshakes went on in frames that are not in the sample'];
