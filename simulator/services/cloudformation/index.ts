import type { Cloud, ResourceProvider } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import type { TemplateStore } from './operations/template-source.ts';
import { changeSetOperations } from './operations/change-sets.ts';
import { readingOperations } from './operations/reading.ts';
import { stackOperations } from './operations/stacks.ts';
import { templateOperations } from './operations/templates.ts';
import { deployTemplate } from './deploy-template.ts';
import type { CloudFormation } from './deploy-template.ts';
import { StackBook } from './stack/book.ts';

type Surroundings = {
  /** What the simulator's services make, by type. */
  readonly providers: () => Readonly<Record<string, ResourceProvider>>;
  /** Where templates are that requests only point to. */
  readonly templates: TemplateStore;
};

/** CloudFormation: stacks of what the simulator's services make, and of what only looks so. */
export function createCloudFormation(
  cloud: Cloud,
  { providers, templates }: Surroundings,
): ServiceModule<CloudFormation> {
  const book = new StackBook(cloud, providers);
  return {
    services: [
      {
        name: 'cloudformation',
        protocol: 'query',
        target: '2010-05-15',
        validationError: 'ValidationError',
        operations: {
          ...stackOperations(book, templates),
          ...changeSetOperations(book, templates),
          ...readingOperations(book),
          ...templateOperations(book, templates),
        },
      },
    ],
    state: deployTemplate(book),
    resources: {},
  };
}
