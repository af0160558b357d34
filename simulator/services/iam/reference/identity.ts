import { alike, onEverything, type ActionTable } from './action.ts';

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
export const iam: ActionTable = {
  GetRole: { on: ['role/'], keys: [] },
  ListRoles: onEverything,
  PassRole: { on: ['role/'], keys: ['iam:PassedToService'] },
  CreateServiceLinkedRole: { on: ['role/'], keys: ['iam:AWSServiceName'] },
};

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
export const sts: ActionTable = {
  GetCallerIdentity: onEverything,
  ...alike(['AssumeRole', 'AssumeRoleWithWebIdentity'], {
    on: ['role/'],
    keys: ['aws:SourceAccount', 'aws:SourceArn', 'sts:RoleSessionName', 'token.actions.githubusercontent.com:'],
  }),
};
