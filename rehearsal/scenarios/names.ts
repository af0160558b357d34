export const scenarioNames = [
  'healthy',
  'second-release',
  'failing-migration',
  'crash-loop',
  'missing-secret',
  'throttled',
  'rollback',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];
