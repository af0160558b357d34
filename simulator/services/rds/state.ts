/** An Aurora cluster as RDS describes it. The password is the driver's: nobody can read it. */
export type DatabaseCluster = {
  readonly identifier: string;
  readonly arn: string;
  readonly host: string;
  readonly readerHost: string;
  readonly port: number;
  readonly engine: string;
  readonly database: string;
  readonly username: string;
  deletionProtection: boolean;
};
