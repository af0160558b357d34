import type { ActionMain } from '../../../rehearsal/test/stage/stage.ts';
import { runMigrations } from '../src/main.ts';

type Answer = Record<string, any>;

/** The action with an AWS that answers one ECS operation otherwise than the simulator ever would. */
export function withAnswer(operation: string, change: (answer: Answer) => Answer): ActionMain {
  return (step, surroundings) => {
    const plain = surroundings.requestHandler as any;
    const handle = async (request: any, options: unknown) => {
      const result = await plain.handle(request, options);
      if (!String(request.headers['x-amz-target']).endsWith(`.${operation}`)) return result;
      const answer = change(JSON.parse(Buffer.from(result.response.body).toString()));
      return { response: { ...result.response, body: Buffer.from(JSON.stringify(answer)) } };
    };
    return runMigrations(step, { ...surroundings, requestHandler: { ...plain, handle } });
  };
}
