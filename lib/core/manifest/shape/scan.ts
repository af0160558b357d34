import * as z from 'zod/mini';
import { anyText, list, object, serviceName, text } from './fields.ts';

export const scan = object('What scans of images find', {
  exceptions: z.optional(
    list(
      'Findings that are let through for a while',
      object('A finding that is let through', {
        finding: text(
          'Its name, such as CVE-2026-12345',
          /^[A-Za-z0-9][A-Za-z0-9_.:-]{2,127}$/,
          'the name of a finding',
        ),
        until: text(
          'Last day on which it is let through, such as "2027-01-31"',
          /^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
          'a day in quotes, such as "2027-01-31"',
        ),
        reason: anyText('Why it may wait, and who decided it', 500),
        services: z.optional(list('Services that it is let through for. Default: all.', serviceName)),
      }),
    ),
  ),
});
