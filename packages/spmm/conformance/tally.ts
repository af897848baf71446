import type { CaseOutcome } from "./run_case.ts";

/** A case that a kernel got wrong. */
export interface ConformanceFailure {
  /** The case's name. */
  readonly name: string;
  /** The mistake the case is there to catch. */
  readonly hunts: string;
  /** What was thrown. */
  readonly error: unknown;
}

/** A case that a kernel said no to. */
export interface Refusal {
  /** The case's name. */
  readonly name: string;
  /** What `supports` said. */
  readonly reason: string;
}

/** Counts how cases end. */
export class Tally {
  passed = 0;
  readonly refusals: Refusal[] = [];
  readonly failures: ConformanceFailure[] = [];

  /** Runs a case and books its end; whatever it throws is a failure. */
  async book(
    { name, hunts }: { readonly name: string; readonly hunts: string },
    run: () => Promise<CaseOutcome>,
  ): Promise<void> {
    try {
      this.bookOutcome(name, await run());
    } catch (error) {
      this.failures.push({ name, hunts, error });
    }
  }

  /** Books a case that did not fail. */
  bookOutcome(name: string, outcome: CaseOutcome): void {
    if (outcome.kind === "passed") this.passed++;
    else this.refusals.push({ name, reason: outcome.reason });
  }
}
