import { z } from 'zod';
import type { Alarms, AlarmState, Cloud } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';

const resourceShape = z.looseObject({ AlarmName: z.string().min(1) });

/** CloudWatch's alarms as ECS asks for them; their states are set by whoever rehearses, as there are no metrics. */
export function createCloudwatch(cloud: Cloud): ServiceModule<Alarms> {
  const states = new Map<string, AlarmState>();
  return {
    services: [],
    state: {
      set: (name, state) => void states.set(name, state),
      inAlarm: (names) => names.filter((name) => states.get(name) === 'ALARM'),
    },
    resources: {
      'AWS::CloudWatch::Alarm': {
        nameProperty: 'AlarmName',
        fixed: ['AlarmName'],
        create(properties) {
          const { AlarmName: name } = resourceShape.parse(properties);
          const arn = `arn:aws:cloudwatch:${cloud.region}:${cloud.account}:alarm:${name}`;
          states.set(name, 'OK');
          return { ref: name, attributes: { Arn: arn } };
        },
        update: ({ made }) => made,
        remove: ({ ref }) => void states.delete(ref),
      },
    },
  };
}
