import { afterEach, expect, test } from '@jest/globals';
import { buildPush } from '../src/main.ts';
import { type Workshop, buildRole, openWorkshop } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

type Wire = { handle(request: { headers: Record<string, string> }): Promise<{ response: { body: Buffer } }> };

/** The simulated account scans in the basic way only, so what enhanced scanning answers is put in on the wire. */
async function runWithScans(answers: readonly object[]) {
  workshop = await openWorkshop();
  let asked = 0;
  const run = await workshop.stage.run(
    'build-push',
    (step, surroundings) => {
      const real = surroundings.requestHandler as unknown as Wire;
      const handle: Wire['handle'] = async (request) => {
        const answer = await real.handle(request);
        if (!request.headers['x-amz-target']?.endsWith('.DescribeImageScanFindings')) return answer;
        const body = Buffer.from(JSON.stringify(answers[Math.min(asked++, answers.length - 1)]));
        return { response: { ...answer.response, statusCode: 200, headers: {}, body } };
      };
      const requestHandler = { ...real, handle } as unknown as NonNullable<typeof surroundings.requestHandler>;
      const variables = { ...surroundings.variables, HOME: workshop.stage.directory };
      return buildPush(step, { ...surroundings, variables, requestHandler }, workshop.standIn);
    },
    { 'role-to-assume': buildRole, services: 'web', 'scan-gate': 'high' },
  );
  return { run, asked };
}

const pending = { imageScanStatus: { status: 'PENDING' } };
const active = (...findings: readonly { severity: string; status: string }[]) => ({
  imageScanStatus: { status: 'ACTIVE', description: 'Continuous scan is selected for image.' },
  imageScanFindings: {
    enhancedFindings: findings.map(({ severity, status }) => ({
      severity,
      status,
      packageVulnerabilityDetails: {
        vulnerabilityId: `CVE-2026-${severity}-${status}`,
        vulnerablePackages: [{ name: 'openssl', version: '3.0.2' }],
      },
    })),
  },
});

test('an enhanced scan is waited for until it is active, and stops what has findings', async () => {
  const { run, asked } = await runWithScans([pending, pending, active({ severity: 'HIGH', status: 'ACTIVE' })]);
  expect(run.error).toMatchObject({ code: 'E_POLICY', place: 'services.web' });
  expect(run.error?.message).toContain('CVE-2026-HIGH-ACTIVE (HIGH openssl 3.0.2)');
  expect(asked).toBe(3);
  expect(run.outputs).toEqual({});
});

test('what an enhanced scan has closed, and what is below the gate, stops nothing', async () => {
  const found = active({ severity: 'CRITICAL', status: 'CLOSED' }, { severity: 'MEDIUM', status: 'ACTIVE' });
  const { run } = await runWithScans([found]);
  expect(run.error).toBeUndefined();
  expect(run.summary).toContain('| MEDIUM | CVE-2026-MEDIUM-ACTIVE | web |');
  expect(run.summary).not.toContain('CLOSED');
});
