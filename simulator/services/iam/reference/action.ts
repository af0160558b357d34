/** What AWS's service authorization reference says of an action. */
export type ActionEntry = {
  /**
   * How the ARNs that it is asked about begin behind the account: `service/`, `parameter/`. None: the action knows no
   * resources and is asked about `*`.
   */
  readonly on: readonly string[];
  /** Condition keys that it carries, besides those of every call. One that ends in `/` stands for all that begin so. */
  readonly keys: readonly string[];
};

export type ActionTable = Readonly<Record<string, ActionEntry>>;

export const onEverything: ActionEntry = { on: [], keys: [] };

/** The keys of calls that bring tags along. */
export const tagging = ['aws:RequestTag/', 'aws:TagKeys'];

/** Several actions that are alike. */
export function alike(names: readonly string[], entry: ActionEntry): ActionTable {
  return Object.fromEntries(names.map((name) => [name, entry]));
}
