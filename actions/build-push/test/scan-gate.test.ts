import { afterEach, expect, test } from '@jest/globals';
import { type Workshop, openWorkshop, twoServices } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

const commit = 'c'.repeat(40);

/** Two services; a scan of web finds what the label says. */
async function openScanned(findings: string, { manifest = '', scanOnPush = true } = {}): Promise<void> {
  workshop = await openWorkshop(`${twoServices}${manifest}`, { scanOnPush });
  const dockerfile = `FROM node:24\nCOPY services/web /app/\nLABEL simulator.findings="${findings}"\n`;
  await workshop.write('services/web/Dockerfile', dockerfile);
}

const exception = (until: string, services = '[web]') =>
  `scan:\n  exceptions:\n    - { finding: CVE-2026-CRITICAL-1, until: '${until}', reason: no fix yet, services: ${services} }\n`;

test('a finding at the gate leaves the commit without tags, and is in the summary', async () => {
  await openScanned('CRITICAL=1,HIGH=2');
  const { error, outputs, summary } = await workshop.run({ 'scan-gate': 'critical' });
  expect(error).toMatchObject({ code: 'E_POLICY', place: 'services.web' });
  expect(error?.message).toContain('CVE-2026-CRITICAL-1');
  expect(error?.message).not.toContain('HIGH');
  expect(summary).toContain('| CRITICAL | CVE-2026-CRITICAL-1 | web |');
  expect(outputs).toEqual({});
  expect(await workshop.digestOf('worker', commit)).toBeUndefined();
});

test.each([
  ['high', 'HIGH=1', 'E_POLICY'],
  ['high', 'CRITICAL=1', 'E_POLICY'],
  ['critical', 'HIGH=1', undefined],
  ['high', 'MEDIUM=7', undefined],
  ['none', 'CRITICAL=1', undefined],
])('scan-gate: %s and %s is %s', async (gate, findings, code) => {
  await openScanned(findings);
  const { error } = await workshop.run({ 'scan-gate': gate });
  expect(error?.code).toBe(code);
});

test('waits for scans, and tells the findings of what passes', async () => {
  await openScanned('HIGH=1,LOW=3');
  const { error, seconds, summary } = await workshop.run({ 'scan-gate': 'critical' });
  expect(error).toBeUndefined();
  expect(seconds).toBeGreaterThanOrEqual(15);
  expect(summary).toContain('| 1 high, 3 low |');
});

test('a scan that does not come in time is no pass', async () => {
  await openScanned('', { scanOnPush: false });
  const { error, seconds } = await workshop.run({ 'scan-gate': 'high', 'scan-wait-minutes': '2' });
  expect(error).toMatchObject({ code: 'E_STATE' });
  expect(error?.message).toContain('no scan was begun');
  expect(seconds).toBeLessThanOrEqual(130);
});

test('of an index the images in it are looked at', async () => {
  await openScanned('CRITICAL=1');
  const { error } = await workshop.run({ 'scan-gate': 'critical', platforms: 'linux/amd64,linux/arm64' });
  expect(error).toMatchObject({ code: 'E_POLICY', place: 'services.web' });
});

test.each([
  ['to its last day', exception('2026-01-01'), undefined],
  ['no day longer', exception('2025-12-31'), 'E_POLICY'],
  ['for its services only', exception('2026-01-01', '[worker]'), 'E_POLICY'],
])('an exception holds %s', async (_what, manifest, code) => {
  await openScanned('CRITICAL=1', { manifest });
  const { error, summary } = await workshop.run({ 'scan-gate': 'critical' });
  expect(error?.code).toBe(code);
  expect(summary).toContain('CVE-2026-CRITICAL-1');
});

test('an image that is re-tagged goes through the gate again', async () => {
  await openScanned('CRITICAL=1');
  await workshop.run();
  const { error } = await workshop.run({ 'scan-gate': 'critical' }, { commit: 'd'.repeat(40) });
  expect(error).toMatchObject({ code: 'E_POLICY' });
});
