import type { TargetGroup } from '../../../../lib/aws/elb.ts';
import { outsideScope } from '../../../../lib/core/arn.ts';
import { contradiction, doubt, type Remark, unread } from '../../../../lib/world/verify/remark.ts';
import type { ServiceFoundations } from './foundations.ts';
import type { ServiceSubject } from './subject.ts';
import type { VerifyWishes } from './wishes.ts';

/** Target groups are there, take tasks, and get requests from a load balancer. */
export function judgeTargetGroups(
  { services, contract }: VerifyWishes,
  { targetGroups }: Pick<ServiceFoundations, 'targetGroups'>,
): readonly Remark[] {
  const permission = 'elasticloadbalancing:DescribeTargetGroups';
  return [
    ...unread(targetGroups, { what: 'The target groups', permission, place: 'target groups' }),
    ...services.flatMap((subject) => {
      const arn = subject.wanted.infra.targetGroup;
      if (arn === undefined || !subject.isOwn) return [];
      const outside = outsideScope(arn, contract);
      if (outside !== undefined) return [refuse(subject, 'E_SCOPE', `Its target group leads to ${outside}.`)];
      if (targetGroups.kind === 'unreadable') return [];
      const group = targetGroups.value.get(arn);
      return group === undefined
        ? [refuse(subject, 'E_STATE', `There is no target group ${arn.split('/')[1] ?? arn}.`)]
        : judgeGroup(subject, group, contract.network.vpc);
    }),
  ];
}

function judgeGroup(subject: ServiceSubject, group: TargetGroup, vpc: string): readonly Remark[] {
  const { name, targetType, loadBalancers } = group;
  const faults = [
    targetType !== 'ip' && `is of type ${targetType}, and tasks on Fargate need \`ip\``,
    loadBalancers.length === 0 && 'gets no requests: no listener of a load balancer forwards to it',
    group.vpc !== vpc && `belongs to ${group.vpc ?? 'no network'}, and the network is ${vpc}`,
  ];
  return [
    ...faults.flatMap((fault) =>
      fault === false ? [] : [refuse(subject, 'E_STATE', `The target group ${name} ${fault}.`)],
    ),
    ...judgeFit(subject, group),
  ];
}

/** What does not fit here may still be meant: ECS registers the container's own port, and an application may answer on both paths. */
function judgeFit({ name: place, wanted: { service } }: ServiceSubject, group: TargetGroup): readonly Remark[] {
  const { port, healthPath, healthPort } = group;
  const doubts = [
    port !== service.port && `has port ${port}, and the service's is ${service.port}`,
    healthPort !== 'traffic-port' &&
      healthPort !== String(service.port) &&
      `checks port ${healthPort}, and the service's is ${service.port}`,
    healthPath !== undefined &&
      service.healthCheck !== undefined &&
      healthPath !== service.healthCheck.path &&
      `checks ${healthPath}, and the manifest ${service.healthCheck.path}`,
  ];
  return doubts.flatMap((what) =>
    what === false
      ? []
      : [
          doubt('E_STATE', {
            message: `The target group ${group.name} ${what}.`,
            remedy: 'Let manifest and infra say the same.',
            place,
          }),
        ],
  );
}

function refuse({ name: place }: ServiceSubject, code: 'E_STATE' | 'E_SCOPE', message: string): Remark {
  return contradiction(code, { message, remedy: 'Run the infra job, or correct what it publishes.', place });
}
