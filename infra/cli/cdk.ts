import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ActionError } from '../../lib/core/errors.ts';

/** Runs CDK's command line with these arguments in this folder; throws E_REMOTE (E_STATE of synth) when it ends with anything but 0. */
export type Cdk = (args: readonly string[], folder: string) => Promise<void>;

export type CdkOptions = {
  /** The program, a file for Node. Default: the one that is installed beside the app, never one that npx would fetch. */
  readonly program?: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
};

/** No notices, no telemetry, no questions: what a job needs. */
const always = ['--no-notices', '--no-version-reporting', '--ci'];

export function cdkProgram({ program = installed(), variables }: CdkOptions): Cdk {
  const env = {
    ...variables,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return (args, folder) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args, ...always], {
        cwd: folder,
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      child.on('error', reject);
      child.on('close', (code, signal) => (code === 0 ? resolve() : reject(failed(args, code, signal))));
    });
}

function installed(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
}

function failed([verb]: readonly string[], code: number | null, signal: string | null): ActionError {
  const how = signal === null ? `exit code ${code}` : signal;
  const message = `\`cdk ${verb}\` ended with ${how}; what it said is above.`;
  if (verb === 'synth') {
    return new ActionError('E_STATE', message, { remedy: 'Mend what it names; nothing was changed.' });
  }
  return new ActionError('E_REMOTE', message, {
    remedy:
      'Mend what it names and run this again: what was made stays, and CloudFormation takes back the stack that failed.',
  });
}
