import { describe, expect, test } from '@jest/globals';
import type { PlanReport, ReleaseReport, ServiceReport } from '../../../lib/core/release.ts';
import { verdicts } from '../../../lib/core/release.ts';
import { commandFor } from '../../../lib/github/command.ts';
import { logGroupUrl, serviceUrl } from '../src/report/console-links.ts';
import { failureOf } from '../src/report/failure.ts';
import { logServices } from '../src/report/log.ts';
import { nextCommand } from '../src/report/next-command.ts';
import { openPhases, phaseReports } from '../src/report/phases.ts';
import { summarise } from '../src/report/summary.ts';

const family = (name: string, revision: number) =>
  `arn:aws:ecs:eu-west-1:111122223333:task-definition/smartboard-prod-${name}:${revision}`;

function service(name: string, change: Partial<ServiceReport> = {}): ServiceReport {
  return {
    name,
    service: `smartboard-${name}`,
    change: 'update',
    outcome: 'deployed',
    digest: `sha256:${'a'.repeat(64)}`,
    before: family(name, 3),
    taskDefinition: family(name, 4),
    wanted: family(name, 4),
    deploymentId: 'ecs-svc/1',
    rolloutState: 'COMPLETED',
    running: 2,
    desired: 2,
    beganAfter: 2.5,
    seconds: 31.2,
    logGroup: `/smartboard/prod/${name}`,
    explanation: [],
    ...change,
  };
}

const plan: PlanReport = {
  willChange: true,
  waves: [
    [
      {
        name: 'web',
        service: 'smartboard-web',
        change: 'update',
        digest: `sha256:${'a'.repeat(64)}`,
        changes: [{ what: 'cpu', from: '256', to: '512' }],
      },
    ],
  ],
  untouched: [{ service: 'smartboard-old', why: 'not in the manifest' }],
};

function report(change: Partial<ReleaseReport> = {}): ReleaseReport {
  return {
    schema: 1,
    release: '20261125-abcdef0-7-1',
    operation: 'deploy',
    verdict: 'succeeded',
    reason: undefined,
    region: 'eu-west-1',
    cluster: 'smartboard-prod',
    startedAt: '2026-11-25T10:00:00.000Z',
    finishedAt: '2026-11-25T10:00:36.400Z',
    phases: [{ name: 'verify', beganAfter: 0, seconds: 1.5 }],
    services: [service('web')],
    plan,
    ...change,
  };
}

const job = { url: 'https://github.com/octo-org/smartboard/actions/runs/7', commit: 'abcdef0'.padEnd(40, '1') };
const failed: Partial<ServiceReport> = {
  outcome: 'failed',
  explanation: ['The program ended with an error.', 'task 1: exit code 1', 'log: Error: ```no```'],
};

test('a release is one page: verdict, table with links, timeline, and the plan to be opened', () => {
  expect(summarise(report(), job)).toMatchInlineSnapshot(`
    "### ✅ deploy 20261125-abcdef0-7-1: succeeded

    Every service runs the release, and every task its image.

    cluster smartboard-prod · commit abcdef0 · 36.4 s · [run](https://github.com/octo-org/smartboard/actions/runs/7)

    | service | change | outcome | revision | image | running | time |  |
    | --- | --- | --- | --- | --- | --- | --- | --- |
    | [web](https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/smartboard-prod/services/smartboard-web/health?region=eu-west-1) | update | deployed | smartboard-prod-web:3 → 4 | sha256:aaaaaaaaaaaa | 2 of 2 | 31.2 s | [logs](https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fsmartboard$252Fprod$252Fweb) |

    #### Timeline, in seconds

    \`\`\`mermaid
    gantt
      dateFormat x
      axisFormat %s s
      section ​phases
      ​verify :done, 0, 1500
      section ​rollouts
      ​web deployed :done, 2500, 33700
    \`\`\`

    <details><summary>Plan</summary>

    | wave | service | change | image | differences |
    | --- | --- | --- | --- | --- |
    | 1 | web | update | sha256:aaaaaaaaaaaa | cpu: 256 → 512 |

    | not touched | why |
    | --- | --- |
    | smartboard-old | not in the manifest |

    </details>"
  `);
});

describe('the page', () => {
  test.each(verdicts)('says %s in its first line, and what it means in the next', (verdict) => {
    const [title, , sentence] = summarise(report({ verdict }), job).split('\n');
    expect(title).toMatch(new RegExp(`^### \\S+ deploy 20261125-abcdef0-7-1: ${verdict}$`));
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toContain('{');
  });

  test('says what to run next before anything else, and who runs what', () => {
    const next =
      "gh workflow run deploy.yml --repo octo-org/smartboard -f operation=rollback -f 'reason=it is `mixed`'";
    const undone = { outcome: 'undone', taskDefinition: family('worker', 3) } as const;
    const page = summarise(
      report({ verdict: 'mixed', next, services: [service('web', failed), service('worker', undone)] }),
      job,
    );
    expect(page.indexOf(next)).toBeLessThan(page.indexOf('| service |'));
    expect(page).toContain(`\`\`\`sh\n${next}\n\`\`\``);
    expect(page).toContain('| service | before | this release | runs now | rollout |');
    expect(page).toContain(
      '| worker | smartboard-prod-worker:3 | smartboard-prod-worker:4 | smartboard-prod-worker:3 | completed |',
    );
  });

  test('explains a failure with the cause as a sentence, and the rest as it was written', () => {
    const page = summarise(report({ verdict: 'undone', services: [service('web', failed)] }), job);
    expect(page).toContain(
      '#### Why web failed\n\nThe program ended with an error.\n\n````text\ntask 1: exit code 1\nlog: Error: ```no```\n````',
    );
  });

  test('does not call failed what was not begun, and links to no log where there is none', () => {
    const refused = { outcome: 'not-started', explanation: ['ECR has no such image.'], logGroup: '' } as const;
    const page = summarise(report({ verdict: 'refused', services: [service('web', refused)] }), job);
    expect(page).toContain('#### Why web was not begun\n\nECR has no such image.');
    expect(page).not.toContain('[logs]');
  });

  test('of a plan has no verdict, and the plan in full', () => {
    const page = summarise(report({ operation: 'plan', verdict: undefined, services: [], phases: [] }), job);
    expect(page).toMatch(/^### plan 20261125-abcdef0-7-1\n/);
    expect(page).toContain('| 1 | web | update | sha256:aaaaaaaaaaaa | cpu: 256 → 512 |');
    expect(page).toContain('| smartboard-old | not in the manifest |');
    expect(page).not.toContain('<details>');
  });

  test('of a plan without changes says so', () => {
    const nothing = { ...plan, willChange: false, untouched: [] };
    expect(summarise(report({ verdict: undefined, services: [], plan: nothing }), job)).toMatch(
      /\n\nNothing will change\.$/,
    );
  });

  test('shows names as text, whatever they are', () => {
    const page = summarise(
      report({ services: [service('web', { name: '](javascript:x)|`#', service: 'a b)<' })] }),
      job,
    );
    expect(page).not.toMatch(/[^\\]\]\(javascript/);
    expect(page).toContain('/services/a%20b%29%3C/health');
  });
});

/** What Mermaid's grammar makes of a diagram: its statements, sections and tasks. */
function parseGantt(page: string) {
  const [, text = ''] = /```mermaid\n([\s\S]*?)\n```/.exec(page) ?? [];
  const [head, ...lines] = text.split('\n').map((line) => line.trimStart());
  const keyword =
    /^(?:section|title|click|call|href|gantt|excludes|includes|weekday|todayMarker|tickInterval|topAxis|acc\w+)/i;
  const tasks = lines
    .filter((line) => line.includes(':'))
    .map((line) => {
      const [, label = '', look = '', start = '', end = ''] =
        /^([^#:;%\n]+):(done|active|crit), (\d+), (\d+)$/.exec(line) ?? [];
      expect(label).not.toMatch(keyword);
      expect(label).not.toBe('');
      return { label: label.replace('\u200b', '').trim(), look, start: Number(start), end: Number(end) };
    });
  return { head, settings: lines.slice(0, 2), sections: lines.filter((line) => line.startsWith('section ')), tasks };
}

describe('the timeline', () => {
  test('is a diagram that Mermaid can read, with times from the beginning of the release', () => {
    const { head, settings, sections, tasks } = parseGantt(summarise(report(), job));
    expect(head).toBe('gantt');
    expect(settings).toEqual(['dateFormat x', 'axisFormat %s s']);
    expect(sections).toHaveLength(2);
    expect(tasks).toEqual([
      { label: 'verify', look: 'done', start: 0, end: 1500 },
      { label: 'web deployed', look: 'done', start: 2500, end: 33_700 },
    ]);
  });

  test.each(['section', 'click me', 'gantt', 'title', 'a:b;c#d%%e', '2026-11-25', 'x}%%{init'])(
    'takes no service called %s for a statement',
    (name) => {
      expect(parseGantt(summarise(report({ services: [service('web', { name })] }), job)).tasks).toHaveLength(2);
    },
  );

  test('draws something for what took no time, and never an end before a beginning', () => {
    const { tasks } = parseGantt(summarise(report({ services: [service('web', { seconds: 0, beganAfter: 0 })] }), job));
    for (const { start, end } of tasks) expect(end).toBeGreaterThan(start);
  });

  test('is left out where nothing was rolled out, and shows the longest where there are too many', () => {
    const { beganAfter: _, ...untouched } = service('web', { seconds: 0 });
    expect(summarise(report({ services: [untouched] }), job)).not.toContain('mermaid');
    const many = Array.from({ length: 200 }, (_one, at) => service(`s${at}`, { seconds: at }));
    const { tasks } = parseGantt(summarise(report({ services: many }), job));
    expect(tasks).toHaveLength(60);
    expect(tasks.map(({ label }) => label)).toContain('s199 deployed');
  });

  test('phases that go on end with the last thing that is known', async () => {
    let time = 1000;
    const phases = openPhases({ now: () => time });
    await phases.during('verify', async () => void (time += 500));
    await expect(phases.during('apply', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    void phases.during('watch', () => new Promise(() => {}));
    expect(phaseReports(phases.all, 1000)).toEqual([
      { name: 'verify', beganAfter: 0, seconds: 0.5 },
      { name: 'apply', beganAfter: 0.5, seconds: 0 },
      { name: 'watch', beganAfter: 0.5, seconds: 0 },
    ]);
  });
});

describe('links lead into the console', () => {
  test.each([
    ['eu-west-1', 'eu-west-1.console.aws.amazon.com'],
    ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
    ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ])('of %s at %s', (region, host) => {
    expect(serviceUrl(region, 'prod', 'web')).toBe(
      `https://${host}/ecs/v2/clusters/prod/services/web/health?region=${region}`,
    );
    expect(new URL(logGroupUrl(region, '/smartboard/prod/web')).host).toBe(host);
  });

  test('to a log group, whose name is encoded as the console wants it', () => {
    expect(logGroupUrl('eu-west-1', '/a/b')).toMatch(/#logsV2:log-groups\/log-group\/\$252Fa\$252Fb$/);
  });
});

describe('the command to go on with', () => {
  const named = { repository: 'octo-org/smartboard', workflow: '.github/workflows/deploy.yml' };
  const where = { job: named, environment: 'prod', back: '20261124-1234567-6-1' };

  test('goes back to what was good where services are mixed, and looks where the end is not known', () => {
    expect(nextCommand('mixed', where)).toBe(
      "gh workflow run deploy.yml --repo octo-org/smartboard -f operation=rollback -f environment=prod -f release=20261124-1234567-6-1 -f 'reason=a release that could not be taken back'",
    );
    for (const verdict of ['timed-out', 'unknown', 'superseded'] as const)
      expect(nextCommand(verdict, where)).toContain('-f operation=status');
    for (const verdict of ['succeeded', 'unchanged', 'rolled-back', 'undone', 'refused'] as const)
      expect(nextCommand(verdict, where)).toBeUndefined();
  });

  test('runs the action itself where there is no workflow', () => {
    expect(commandFor({ ...named, workflow: '' }, { operation: 'resume', reason: "it's mended" })).toBe(
      "env INPUT_OPERATION=resume 'INPUT_REASON=it'\\''s mended' node actions/deploy-ecs/dist/index.js",
    );
  });

  test('stands in the error of a mixed release, behind who runs what', () => {
    const error = failureOf(
      report({ verdict: 'mixed', next: 'gh workflow run x', services: [service('web', failed)] }),
      30,
    );
    expect(error?.message).toContain('Running now: web smartboard-prod-web:4.');
    expect(error?.remedy).toMatch(/\ngh workflow run x$/);
  });
});

test('the log tells each service once, its story folded under one line', async () => {
  const lines: string[] = [];
  await logServices(report({ services: [service('web', failed)] }), {
    info: (line) => lines.push(line),
    warn: () => {},
    group: (title, work) => (lines.push(`> ${title}`), work()),
  });
  expect(lines).toEqual([
    '> web: failed after 31.2 s (smartboard-prod-web:4, 2 of 2 running)',
    '  change: update',
    '  before: smartboard-prod-web:3',
    `  image: sha256:${'a'.repeat(64)}`,
    '  deployment: ecs-svc/1, COMPLETED',
    '  The program ended with an error.',
    '  task 1: exit code 1',
    '  log: Error: ```no```',
  ]);
});
