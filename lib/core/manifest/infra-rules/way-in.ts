import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { isPublic } from './rule.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const mostWildcards = 5;
const mostPublicServices = 100;

/** What is public is reached by TLS, by rules that a load balancer can have. */
export const checkWayIn: InfraRule = (subject) => {
  const open = Object.entries(subject.manifest.services).filter(([, service]) => isPublic(service));
  if (open.length === 0) return [];
  return [
    ...certificateProblems(subject),
    ...open.flatMap(([name, { ingress = '' }]) => wildcardProblems(name, ingress)),
    ...(open.length > mostPublicServices ? [tooMany(open.length)] : []),
  ];
};

function certificateProblems({ environment, path }: InfraSubject): Problem[] {
  const { certificate, domain, 'hosted-zone': hostedZone } = environment;
  if (certificate !== undefined) return [];
  const keys = ['certificate', 'hosted-zone', 'domain'];
  const restsOn = keys.map((key) => [...path, key]);
  if (hostedZone === undefined) {
    return [
      problemAt('E_MANIFEST', path, {
        message: 'Services are public, and the environment has neither a certificate nor a hosted zone to make one in.',
        remedy: `Write certificate: <ARN of an ACM certificate in ${environment.region}>, or hosted-zone and domain.`,
        part: 'key',
        restsOn,
      }),
    ];
  }
  if (domain !== undefined) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'hosted-zone'], {
      message: 'A certificate is to be made in the hosted zone, and nothing says for which domain.',
      remedy: 'Write domain: <host name in that zone>.',
      restsOn,
    }),
  ];
}

function wildcardProblems(name: string, ingress: string): Problem[] {
  const count = ingress.replaceAll(/[^*?]/g, '').length;
  if (count <= mostWildcards) return [];
  return [
    problemAt('E_MANIFEST', ['services', name, 'ingress'], {
      message: `services.${name}.ingress has ${count} wildcards, and a listener rule may have ${mostWildcards}.`,
      remedy: 'Write a pattern with fewer of * and ?.',
    }),
  ];
}

function tooMany(count: number): Problem {
  return problemAt('E_MANIFEST', ['services'], {
    message: `${count} services are public, and a load balancer has ${mostPublicServices} rules.`,
    remedy: 'Let one service pass requests on to others.',
    part: 'key',
  });
}
