import type { AccessKey, Cloud, SessionCredentials } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { idAlphabet } from './roles.ts';

const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Access keys of the account: the root's, for whoever is on this machine, and those of role sessions. */
export class AccessKeys {
  private readonly keys = new Map<string, AccessKey>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.keys.set('simulator', { secret: 'simulator', principal: { kind: 'root', account: cloud.account } });
  }

  get(accessKeyId: string): AccessKey | undefined {
    return this.keys.get(accessKeyId);
  }

  /** Makes temporary credentials that end after `durationSeconds` of the clock. */
  issue(role: { arn: string; name: string }, sessionName: string, durationSeconds: number): SessionCredentials {
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
      throw new AwsError('ValidationError', `Session name '${sessionName}' must match [\\w+=,.@-]{2,64}.`);
    }
    const random = this.cloud.random('session-keys');
    const accessKeyId = `ASIA${random.text(16, idAlphabet)}`;
    const secret = random.text(40, secretAlphabet);
    const sessionToken = `IQoJb3JpZ2luX2Vj${random.text(200, secretAlphabet)}`;
    const expiresAt = this.cloud.clock.now() + durationSeconds * 1000;
    this.keys.set(accessKeyId, {
      secret,
      sessionToken,
      principal: { kind: 'role', account: this.cloud.account, role: role.arn, session: sessionName, expiresAt },
    });
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secret,
      Token: sessionToken,
      Expiration: new Date(expiresAt).toISOString(),
    };
  }
}
