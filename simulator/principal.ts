/** Who calls: the account's root, a role session, or nobody (unsigned calls such as AssumeRoleWithWebIdentity). */
export type Principal =
  | { kind: 'root'; account: string }
  | { kind: 'role'; account: string; role: string; session: string; expiresAt: number }
  | { kind: 'service'; name: string }
  | { kind: 'anonymous' };
