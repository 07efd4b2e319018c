/**
 * Errors and warnings counted over many files, one file at a time.
 *
 * Invariant: the sums are those of what was set last for each file; no text of a diagnostic is held.
 */

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

const NONE: Counts = { errors: 0, warnings: 0 };

export class Tally {
  private readonly files = new Map<string, Counts>();
  private errors = 0;
  private warnings = 0;

  /** What a file has now. */
  set(file: string, counts: Counts): void {
    const before = this.files.get(file) ?? NONE;
    this.errors += counts.errors - before.errors;
    this.warnings += counts.warnings - before.warnings;
    if (counts.errors === 0 && counts.warnings === 0) {
      this.files.delete(file);
    } else {
      this.files.set(file, counts);
    }
  }

  total(): Counts {
    return { errors: this.errors, warnings: this.warnings };
  }
}
