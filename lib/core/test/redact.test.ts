import { expect, test } from '@jest/globals';
import { withoutSecrets } from '../redact.ts';

const lines: readonly [line: string, shown: string][] = [
  ['listening on port 3000', 'listening on port 3000'],
  ['JWT_SECRET=correct-horse-battery is too short', 'JWT_SECRET=*** is too short'],
  ['config {"db_password":"hunter2hunter2","port":5432}', 'config {"db_password":"***","port":5432}'],
  ['psql --password=hunter2hunter2', 'psql --password=***'],
  ['2FA_TOKEN=hunter2hunter2', '2FA_TOKEN=***'],
  ['cannot connect to postgresql://app:hunter2@db:5432/x', '(a line is not shown: it holds a URL with a password)'],
  ['Error: relation "users" does not exist', 'Error: relation "users" does not exist'],
  ['schema auth: applied 001_accounts.sql in 38 ms', 'schema auth: applied 001_accounts.sql in 38 ms'],
  ['commit=0123456789abcdef0123456789abcdef01234567', 'commit=0123456789abcdef0123456789abcdef01234567'],
];

test.each(lines)('a log line is shown without secrets: %s', (line, shown) => {
  expect(withoutSecrets(line)).toBe(shown);
});

test.each(['x', 'a=', 'a: ', '://a:', '":', 'a '])(
  'a line of nothing but “%s” is looked through in no time',
  (unit) => {
    const line = unit.repeat(256_000 / unit.length);
    const startedAt = performance.now();
    withoutSecrets(line);
    // Twenty times what it takes; a pattern that begins anew at each character takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);
