export const scenarioNames = [
  'healthy',
  'second-release',
  'failing-migration',
  'crash-loop',
  'failing-first-release',
  'missing-secret',
  'throttled',
  'rollback',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];
