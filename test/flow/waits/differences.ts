/**
 * Where what is said of waiting differs from what the recordings of `fixtures/loss` log, each with its reason. A difference
 * that is no longer there fails the test.
 */

/** `story-capture frame that ends the stall` -> why the cause is another one than the log says. */
const UPSTREAM =
  'Lost before it reached this capture, with nothing behind it: what is sent again looks like what was never sent before, and the sender like one that had nothing to say.';

export const stallDifferences: Readonly<Record<string, string>> = {
  'keep-alive-killed-server 12':
    'The keep-alives do not get as far as this capture: it sees an idle connection that the server closes in the end.',
  'loss-request-server 8': UPSTREAM,
  'mixed-client 22': UPSTREAM,
  'mtu-black-hole-probed-client 6': UPSTREAM,
  'tail-loss-probe-client 42': UPSTREAM,
  'tail-loss-timeout-client 41': UPSTREAM,
  'timeout-backoff-client 34': UPSTREAM,
};

/** `story-capture` -> why the connection is said to be limited by something else. */
const SEND_BUFFER =
  "A flight that no longer grows may be held by the sender's buffer or by its congestion window: the segments are the same.";

export const limitDifferences: Readonly<Record<string, string>> = {
  'small-send-buffer-client': SEND_BUFFER,
  'small-send-buffer-server': SEND_BUFFER,
};

/** `story` -> why the time limited by the receiver's window is not the kernel's. */
export const windowDifferences: Readonly<Record<string, string>> = {
  'shrinking-window':
    'What lies beyond the edge that was taken back the kernel takes for lost: it counts recovery, we count the closed window.',
};
