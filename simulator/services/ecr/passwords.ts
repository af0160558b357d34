import type { Cloud } from '../../cloud.ts';
import type { Principal } from '../../operation.ts';

const lifeMs = 12 * 3600_000;

/** Passwords that GetAuthorizationToken hands out; whoever has one is who asked for it, for twelve hours. */
export class RegistryPasswords {
  private readonly holders = new Map<string, { principal: Principal; expiresAt: number }>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  issue(principal: Principal): { password: string; expiresAt: number } {
    const password = this.cloud
      .random('registry-passwords')
      .text(400, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
    const expiresAt = this.cloud.clock.now() + lifeMs;
    this.holders.set(password, { principal, expiresAt });
    return { password, expiresAt };
  }

  holderOf(password: string): Principal | 'expired' | undefined {
    const holder = this.holders.get(password);
    if (holder === undefined) return undefined;
    return holder.expiresAt <= this.cloud.clock.now() ? 'expired' : holder.principal;
  }
}
