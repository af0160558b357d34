import type { Children } from './children.ts';
import type { Container } from './container.ts';
import { findProgram } from './program.ts';

/**
 * Runs a container's health check command once, inside its environment; healthy is exit code 0 in time.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
export async function checkHealth(container: Container | undefined, children: Children): Promise<boolean> {
  const check = container?.launch.healthCheck;
  if (container === undefined || check === undefined) return false;
  const [form, ...rest] = check.command;
  const command = form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : form === 'CMD' ? rest : check.command;
  const { root, folder, environment } = container;
  const program = findProgram(command, root, folder);
  if (program.kind === 'unable') return false;
  return new Promise((resolve) => {
    const child = children.start({
      ...program,
      folder,
      environment,
      onExit: (exitCode) => {
        clearTimeout(timer);
        resolve(exitCode === 0);
      },
    });
    const timer = setTimeout(() => child.signal('SIGKILL'), check.timeoutSeconds * 1000);
  });
}
