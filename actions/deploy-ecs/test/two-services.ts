/** The smallest manifest with two waves. */
export const twoServices = `version: 1
application: shop
environments:
  prod:
    account: "111122223333"
    region: eu-west-1
    availability-zones: [eu-west-1a, eu-west-1b]
    github: { repository: example/smartboard }
services:
  api:
    build: { context: ., dockerfile: Dockerfile }
    port: 4010
    cpu: 256
    memory: 512
    health-check: none
    environment: { PORT: "4010" }
  web:
    build: { context: ., dockerfile: Dockerfile }
    port: 3000
    cpu: 256
    memory: 512
    health-check: none
    after: [api]
    environment: { PORT: "3000" }
`;
