/** The guide's own table: what it expects, for which parts. Everything else is what it forgot. */
export const guide = [
  { part: 'ECS Fargate', usd: 40, why: 'every task is billed for its vCPU and its memory, all hours of the month' },
  {
    part: 'RDS Aurora PostgreSQL',
    usd: 80,
    why: 'a reader costs as much as the writer; storage and requests come on top',
  },
  { part: 'ElastiCache Redis', usd: 25, why: 'by node: one that takes over is a second one' },
  { part: 'S3 + data transfer', usd: 5, why: 'by what is stored and what leaves AWS' },
  { part: 'ALB', usd: 20, why: 'the hour, and what it carries' },
  { part: 'CloudWatch Logs', usd: 5, why: 'by what is written' },
  { part: 'NAT Gateway', usd: 70, why: 'the hour, and what goes through' },
] as const;

export const forgotten = 'not in the guide';

export type Part = (typeof guide)[number]['part'] | typeof forgotten;
