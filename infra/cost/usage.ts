/** What is used in a month; the manifest cannot know it. Defaults are those of the guide, or of a quiet application. */
export type Usage = {
  /** As the guide: objects, and logs of all services. */
  readonly objectsGb: number;
  readonly logsGb: number;
  readonly transferOutGb: number;
  readonly natGb: number;
  readonly requestsMillion: number;
  readonly databaseGb: number;
  readonly databaseRequestsMillion: number;
  readonly flowLogsGb: number;
  /** Ten images of a service share most of their layers. */
  readonly imagesGbPerService: number;
  /** Load balancer capacity units, all the time. */
  readonly capacityUnits: number;
  /** Container Insights: of the cluster, and of each service. */
  readonly clusterMetrics: number;
  readonly metricsPerService: number;
};

export const quiet: Usage = {
  objectsGb: 10,
  logsGb: 10,
  transferOutGb: 10,
  natGb: 20,
  requestsMillion: 2,
  databaseGb: 10,
  databaseRequestsMillion: 20,
  flowLogsGb: 2,
  imagesGbPerService: 3,
  capacityUnits: 0.5,
  clusterMetrics: 7,
  metricsPerService: 9,
};
