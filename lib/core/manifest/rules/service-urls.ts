import { didYouMean } from '../../nearest.ts';
import { problemAt } from '../problem.ts';
import { mostProblems } from '../report.ts';
import type { Rule } from './rule.ts';
import { writtenVariables } from './written-variables.ts';

/** `{ service }` names a service of this file, and that one listens. */
export const checkServiceUrls: Rule = ({ manifest, serviceNames }) => {
  const references = writtenVariables(manifest).flatMap(({ name, path, source }) =>
    typeof source !== 'string' && 'service' in source
      ? [{ variable: name, path: [...path, 'service'], service: source.service }]
      : [],
  );
  const unknown = references
    .filter(({ service }) => !serviceNames.includes(service))
    // To guess what was meant takes its time, and nobody reads more.
    .slice(0, mostProblems)
    .map(({ variable, path, service }) =>
      problemAt('E_MANIFEST', path, {
        message: `${variable} refers to "${service}", which is no service here.`,
        remedy: didYouMean(service, serviceNames),
      }),
    );
  const silent = references
    .filter(({ service }) => manifest.services[service] !== undefined && manifest.services[service].port === undefined)
    .map(({ variable, path, service }) =>
      problemAt('E_MANIFEST', path, {
        message: `${variable} refers to ${service}, which has no port.`,
        remedy: `Give ${service} a port.`,
        restsOn: [['services', service, 'port']],
      }),
    );
  return [...unknown, ...silent];
};
