import { buildBuild } from '../build-service.ts';
import { problemAt } from '../problem.ts';
import type { Rule } from './rule.ts';

/** The Dockerfile is part of what is sent to the builder. */
export const checkBuildPaths: Rule = ({ manifest: { services, defaults = {} } }) =>
  Object.entries(services).flatMap(([name, service]) => {
    const { context, dockerfile } = buildBuild(service, defaults);
    if (context === '.' || dockerfile.startsWith(`${context}/`)) return [];
    return problemAt('E_MANIFEST', ['services', name, 'build', 'dockerfile'], {
      message: `services.${name}.build.dockerfile is outside the context.`,
      remedy: 'Both are relative to the repository: move the Dockerfile into the context, or widen the context.',
      restsOn: [['services', name, 'build', 'context']],
    });
  });
