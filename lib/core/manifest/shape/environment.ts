import * as z from 'zod/mini';
import { handWrittenContract } from '../../contract-shape.ts';
import { defined, list, object, shortName, text } from './fields.ts';
import { foundation } from './foundation.ts';

const numericId = text('A number that GitHub gave, in quotes', /^[1-9][0-9]{0,18}$/, 'digits in quotes');

export const environment = defined(
  'environment',
  object('One place to deploy to', {
    account: text('AWS account, twelve digits in quotes', /^[0-9]{12}$/, 'twelve digits in quotes'),
    region: text('AWS region', /^[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}$/, 'a region such as eu-west-1'),
    'availability-zones': z.optional(
      list(
        'Zones of the region that the network spans',
        text('A zone', /^[a-z0-9-]+[a-z]$/, 'a zone such as eu-west-1a'),
        1,
      ),
    ),
    domain: z.optional(
      text(
        'Host name that people use',
        /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/,
        'a host name in small letters',
      ),
    ),
    certificate: z.optional(
      text(
        'ARN of the ACM certificate for the domain',
        /^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate\/[A-Za-z0-9-]+$/,
        'the ARN of an ACM certificate',
      ),
    ),
    'hosted-zone': z.optional(
      text(
        'Id of the Route 53 zone in which a certificate is proven',
        /^Z[A-Z0-9]{1,31}$/,
        'the id of a hosted zone, such as Z0123456789ABC',
      ),
    ),
    github: z.optional(
      object('Who may deploy here', {
        repository: text(
          'owner/repository',
          /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9_.-]{1,100}$/,
          'owner/repository',
        ),
        'repository-id': z.optional(numericId),
        'owner-id': z.optional(numericId),
        environment: z.optional(
          text("GitHub's environment, when its name differs", /^[A-Za-z0-9_./-]{1,255}$/, 'letters, digits and _./-'),
        ),
        branches: z.optional(
          list(
            'Branches that may be deployed here. Default: the repository’s default branch, for what is started by hand.',
            text(
              'A branch, in which * stands for any letters',
              /^(?!\/|refs\/)[A-Za-z0-9_.*/-]{1,255}$/,
              'the name of a branch (letters, digits and _./-; * stands for any), without refs/heads/',
            ),
            1,
          ),
        ),
        provider: z.optional(
          text(
            'ARN of the OIDC provider of GitHub that the account has already; an account has one. Default: it is made.',
            /^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider\/[A-Za-z0-9./_-]{1,255}$/,
            'the ARN of an OIDC provider',
          ),
        ),
        workflows: z.optional(
          list(
            'Workflows that alone may take the roles. Default: any of the repository.',
            text(
              'A workflow at a ref, such as OWNER/slipway/.github/workflows/deploy.yml@refs/tags/v1',
              /^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9_.-]{1,100}\/\.github\/workflows\/[A-Za-z0-9_.-]+\.ya?ml@(?:refs\/(?:heads|tags)\/[A-Za-z0-9_./-]{1,200}|[0-9a-f]{40})$/,
              'owner/repository/.github/workflows/<file>@refs/tags/<tag>, @refs/heads/<branch> or @<commit>',
            ),
            1,
          ),
        ),
      }),
    ),
    ...foundation,
    infra: z.optional(handWrittenContract),
  }),
);

export const environmentName = shortName;
