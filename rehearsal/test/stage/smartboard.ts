/** A small caller's manifest: a private service with a migration, a public one after it, and a worker on Spot. */
export const smallManifest = `version: 1
application: smartboard
environments:
  prod:
    account: "111122223333"
    region: eu-west-1
    availability-zones: [eu-west-1a, eu-west-1b]
    github: { repository: example/smartboard }
    nat: single
    database: { instance-class: db.t4g.medium, instances: 1 }
    cache: { node-type: cache.t4g.small, nodes: 1 }
services:
  svc-auth:
    build: { context: ., dockerfile: services/svc-auth/Dockerfile }
    port: 4010
    cpu: 256
    memory: 512
    health-check: { path: /health/ready, interval-seconds: 5 }
    migrate: { command: [node, migrate.js], schema: auth }
    environment:
      PORT: "4010"
      NODE_ENV: { parameter: "/smartboard/{environment}/node-env" }
      DATABASE_URL_AUTH:
        template: "postgresql://{database.username}:{database.password}@{database.host}:{database.port}/{database.name}?schema=auth"
      REDIS_URL: { template: "rediss://:{cache.token}@{cache.host}:{cache.port}" }
      JWT_SECRET: { secret: smartboard/app/jwt-secret, min-length: 32 }
      MICROSOFT_CLIENT_SECRET: { secret: smartboard/oidc/microsoft-client-secret }
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    port: 3000
    ingress: /*
    cpu: 256
    memory: 512
    health-check: { path: /health/ready, interval-seconds: 5 }
    after: [svc-auth]
    environment:
      PORT: "3000"
      AUTH_BASE_URL: { service: svc-auth }
      DATASETS_BUCKET: { template: "{storage.datasets.bucket}" }
  worker:
    build: { context: ., dockerfile: services/worker/Dockerfile }
    cpu: 256
    memory: 512
    spot: true
    health-check: none
    environment:
      REDIS_URL: { template: "rediss://:{cache.token}@{cache.host}:{cache.port}" }
database: { engine: aurora-postgresql, version: "16.6", name: smartboard, secret: smartboard/rds/credentials }
cache: { engine: redis, version: "7.1", secret: smartboard/redis/auth-token }
storage:
  datasets: { bucket: "smartboard-datasets-{environment}" }
secrets:
  smartboard/rds/credentials: { keys: [username, password] }
  smartboard/redis/auth-token: { generate: true }
  smartboard/app/jwt-secret: { generate: true, min-length: 32 }
  smartboard/oidc/microsoft-client-secret: {}
parameters:
  "/smartboard/{environment}/node-env": { value: production }
`;
