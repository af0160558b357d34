import { AwsError } from '../../operation.ts';

export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
export const clientError = (message: string) => new AwsError('ClientException', message);
export const clusterNotFound = () => new AwsError('ClusterNotFoundException', 'Cluster not found.');
export const serviceNotFound = () => new AwsError('ServiceNotFoundException', 'Service not found.');
export const serviceNotActive = () => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
export const throttled = () => new AwsError('ThrottlingException', 'Rate exceeded');
export const serviceDeploymentNotFound = () =>
  new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
export const conflict = (message: string, resourceIds: readonly string[] = []) =>
  new AwsError('ConflictException', message, { members: resourceIds.length > 0 ? { resourceIds } : {} });
