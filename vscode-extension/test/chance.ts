/** Chance that repeats: the same seed gives the same numbers (mulberry32). */
export class Chance {
  constructor(private seed: number) {}

  /** From 0 to 1, without 1. */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `most`. */
  below(most: number): number {
    return Math.floor(this.next() * most);
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
}
