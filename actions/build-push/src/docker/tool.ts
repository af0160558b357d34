import type { Variables } from '../../../../lib/github/inputs.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { Docker, DockerOptions } from './docker.ts';
import type { DockerHome } from './log-in.ts';

/** Docker as this step uses it: with the private login, in the checkout, and ended with the job. */
export type Tool = {
  /** Answers the exit code; `onLine` gets what it says about its work. */
  run(words: readonly string[], onLine: (line: string) => void): Promise<number>;
  /** For a short question, which may be taken back before it is answered. */
  ask(words: readonly string[], takenBack?: AbortSignal): Promise<Answer>;
};

export type Answer = { readonly code: number; readonly output: string; readonly complaint: string };

export type ToolWorld = {
  readonly docker: Docker;
  readonly home: DockerHome;
  readonly variables: Variables;
  /** SOURCE_DATE_EPOCH, seconds; undefined when nobody knows when the commit was made. */
  readonly sourceDate: number | undefined;
  /** A cache of type gha is wanted: only then buildx gets the token for it. */
  readonly cacheOfGithub: boolean;
};

export function openTool(step: Pick<Step, 'workspace' | 'signal'>, world: ToolWorld): Tool {
  const common = { environment: toolEnvironment(world), directory: step.workspace };
  /** What was cancelled has no answer: neither of docker nor that it could not be had. */
  const call = async (words: readonly string[], onLine: DockerOptions['onLine'], signal = step.signal) => {
    step.signal.throwIfAborted();
    const code = await world.docker(words, { ...common, signal, onLine });
    step.signal.throwIfAborted();
    return code;
  };
  return {
    run: (words, onLine) => call(words, onLine),
    async ask(words, takenBack) {
      const said = { output: [] as string[], complaint: [] as string[] };
      const onLine = (line: string, stream: keyof typeof said) => void said[stream].push(line);
      const signal = takenBack === undefined ? step.signal : AbortSignal.any([step.signal, takenBack]);
      const code = await call(words, onLine, signal);
      return { code, output: said.output.join('\n'), complaint: said.complaint.join('\n') };
    },
  };
}

/** What docker needs and no more: neither AWS's credentials nor GitHub's tokens are a Dockerfile's business. */
function toolEnvironment({ variables, home, sourceDate, cacheOfGithub }: ToolWorld): Record<string, string> {
  const passed = Object.entries(variables).filter((entry): entry is [string, string] => {
    const patterns = cacheOfGithub ? [...passedOn, ofGithubCache] : passedOn;
    return entry[1] !== undefined && patterns.some((pattern) => pattern.test(entry[0]));
  });
  return {
    ...Object.fromEntries(passed),
    ...(sourceDate === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDate) }),
    DOCKER_CONFIG: home.directory,
    BUILDX_CONFIG: home.buildxDirectory,
  };
}

const passedOn = [
  /^(PATH|HOME|USER|TMPDIR|LANG|XDG_RUNTIME_DIR)$/,
  /^(DOCKER_HOST|DOCKER_CONTEXT|DOCKER_TLS_VERIFY|DOCKER_CERT_PATH)$/,
  /^(BUILDX_BUILDER|BUILDX_CONFIG|BUILDKIT_HOST|BUILDKIT_COLORS|SOURCE_DATE_EPOCH)$/,
  /^KUBECONFIG$/,
  /^(https?|no|all)_proxy$/i,
];

const ofGithubCache = /^(ACTIONS_CACHE_URL|ACTIONS_CACHE_SERVICE_V2|ACTIONS_RESULTS_URL|ACTIONS_RUNTIME_TOKEN)$/;
