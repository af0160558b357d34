import { randomUUID } from 'node:crypto';
import { type Attempts, readAttempts, writeAttempt } from '../../../lib/aws/ledger/migrations.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { MigrationAttempt, MigrationEnd, RunName } from '../../../lib/core/ledger.ts';

/** What the ledger knows of one migration, kept up while it runs. */
export class AttemptBook {
  private readonly aws: Aws;
  private readonly name: string;
  private known: Attempts;

  private constructor(aws: Aws, name: string, known: Attempts) {
    this.aws = aws;
    this.name = name;
    this.known = known;
  }

  static async open(aws: Aws, name: string): Promise<AttemptBook> {
    return new AttemptBook(aws, name, await readAttempts(aws, name));
  }

  get attempts(): readonly MigrationAttempt[] {
    return this.known.attempts;
  }

  /** Before RunTask: whoever comes after a killed run finds the token. */
  async begin(
    attempt: Pick<MigrationAttempt, 'number' | 'token' | 'taskDefinition' | 'digest'>,
    run: RunName,
  ): Promise<MigrationAttempt> {
    const at = new Date(this.aws.clock.now()).toISOString();
    return this.write({ ...attempt, at, run });
  }

  /** After RunTask. */
  started(attempt: MigrationAttempt, taskArn: string): Promise<MigrationAttempt> {
    return this.write({ ...attempt, taskArn });
  }

  ended(attempt: MigrationAttempt, outcome: MigrationEnd, exitCode?: number): Promise<MigrationAttempt> {
    return this.write({ ...attempt, outcome, ...(exitCode === undefined ? {} : { exitCode }) });
  }

  private async write(attempt: MigrationAttempt): Promise<MigrationAttempt> {
    this.known = await writeAttempt(this.aws, this.name, { before: this.known, attempt, nonce: randomUUID() });
    return attempt;
  }
}
