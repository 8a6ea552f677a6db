import type { FrameSource } from './source.ts';

/** What stands for an input that was given up before it said what it is. */
export const noSource: FrameSource = {
  files: [],
  interfaces: [],
  damage: [],
  secrets: [],
  load: () => Promise.resolve(false),
  next: () => false,
  progress: () => null,
  close: () => {},
};
