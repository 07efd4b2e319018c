/**
 * How often something is said: at most once in a while, and never more than so many.
 *
 * Invariant: the first call acts at once, the last one is never lost, and after `dispose` nothing acts.
 */

/** Runs an action at once and then at most every `everyMs`, once more after the last call. */
export class Pace {
  private timer: NodeJS.Timeout | undefined;
  private again = false;
  private over = false;

  constructor(
    private readonly everyMs: number,
    private readonly act: () => void,
  ) {}

  /** Something changed. */
  poke(): void {
    if (this.over) {
      return;
    }
    if (this.timer !== undefined) {
      this.again = true;
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) {
        this.again = false;
        this.poke();
      }
    }, this.everyMs);
    // It must not keep a host alive that wants to end.
    this.timer.unref();
    this.act();
  }

  dispose(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** Lets `most` through at once and `perSecond` from then on; the rest is refused. */
export class Valve {
  private left: number;
  private at: number;

  constructor(
    private readonly most: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.left = most;
    this.at = now();
  }

  /** Whether one more may pass. */
  open(): boolean {
    const now = this.now();
    this.left = Math.min(this.most, this.left + ((now - this.at) * this.perSecond) / 1000);
    this.at = now;
    if (this.left < 1) {
      return false;
    }
    this.left -= 1;
    return true;
  }
}
