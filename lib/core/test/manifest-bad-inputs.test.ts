import { describe, expect, test } from '@jest/globals';
import { manifestText, withVariable } from './manifest-text.ts';
import type { Lines } from './manifest-text.ts';
import { refusalOf } from './refusal.ts';

/** Each line: what is refused, the manifest, and the only finding that it may have. */
type Case = readonly [what: string, contents: string | Uint8Array, finding: RegExp];

const valid = manifestText();
const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const environment = (line: string): string => manifestText({ environment: line });
const service = (line: string, more: Lines = {}): string => manifestText({ ...more, service: line });
const github = (line: string): string => environment(`github: { repository: a/b, ${line} }`);
const other = (name: string): string => manifestText({ services: `${name}: { port: 1 }` });

const groups: Record<string, readonly Case[]> = {
  'what is no text': [
    ['an empty file', '', /^E_MANIFEST 1:1 The file is empty/],
    ['blank lines', '\n\n  \n', /The file is empty/],
    ['only comments', '# version: 1\n# more\n', /The file is empty/],
    ['an empty document', '---\n...\n', /The file is empty/],
    ['only null', 'null', /The file must be a map, and is empty/],
    ['a list', '- version: 1', /The file must be a map, and is a list/],
    ['a word', 'version', /The file must be a map, and is text/],
    ['Latin-1', bytes(valid, '# caf', [0xe9], '\n'), /not UTF-8/],
    ['an overlong encoding', bytes(valid, [0xc0, 0xaf]), /not UTF-8/],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${valid}`, 'utf16le'), /not UTF-8/],
    ['UTF-16 without its mark', Buffer.from(valid, 'utf16le'), /1:2 A control character/],
    ['a byte order mark and garbage', bytes([0xef, 0xbb, 0xbf, 0xff, 0xfe]), /not UTF-8/],
    ['a second byte order mark', `\uFEFF\uFEFF${valid}`, /1:1 A character of no width/],
    ['text decoded wrongly', `${valid}# caf\uFFFD`, /E_MANIFEST 10:6 U\+FFFD/],
    ['NUL', `${valid}#\0`, /10:2 A control character/],
    ['an escape sequence', `${valid}# \u001B[31m`, /A control character/],
    ['text that runs backwards', `${valid}# \u202Eabc`, /changes the direction/],
    ['half a surrogate pair', `${valid}# \uD800`, /Half of a surrogate pair/],
    ['10 MB', `${valid}${'#'.repeat(10 * 1024 * 1024)}`, /larger than 1048576 bytes/],
    ['10 MB of bytes', Buffer.alloc(10 * 1024 * 1024, 'a'), /larger than/],
  ],
  'YAML that hides something': [
    ['an anchor', valid.replace('3000', '&port 3000'), /9:17 Anchors/],
    ['an alias', `${valid}parameters: { /a: *x }`, /an alias|Anchors/],
    ['an anchor on a map', valid.replace('web:', 'web: &web'), /Anchors/],
    ['a merge key', service('<<: {}'), /Merge keys/],
    ['a function', valid.replace('3000', '!!js/function "() => 1"'), /9:25 Tags/],
    ['a tag of YAML', valid.replace('3000', '!!str 3000'), /Tags/],
    ['a local tag', valid.replace('web:', 'web: !service'), /Tags/],
    ['a directive', `%YAML 1.1\n---\n${valid}`, /1:1 YAML directives/],
    ['a second document', `${valid}---\n${valid}`, /several documents/],
    ['a duplicate key', `${valid}application: other`, /10:1 The key application stands here twice\./],
    ['a duplicate service', other('web'), /services\.web stands here twice/],
    ['a key in another case', service('Port: 1'), /services\.web\.Port stands here twice, spelled in two ways/],
    ['a full-width key', `${valid}\uFF56ersion: 1`, /spelled in two ways/],
    ['a key that is a list', `${valid}? [a]\n: 1`, /A key must be text/],
    ['an empty key', `${valid}: 1`, /A key is empty/],
    ['a tab as indentation', 'version: 1\nservices:\n\tweb: {}', /3:1 Not readable as YAML: a tab/],
    ['an open quote', `${valid}defaults: "`, /Not readable as YAML/],
    ['an open bracket', `${valid}defaults: {`, /Not readable as YAML/],
    ['text instead of a map', `${valid}defaults: a: b`, /Not readable as YAML/],
  ],
  'depth and amounts': [
    ['10 000 lists in a line', '['.repeat(10_000), /Nested deeper than 32/],
    ['10 000 maps in a line', '{a: '.repeat(10_000), /Nested deeper than 32/],
    ['10 000 dashes', '- '.repeat(10_000), /Nested deeper than 32/],
    ['10 000 question marks', '? '.repeat(10_000), /Nested deeper than 32/],
    [
      '1 000 levels of indentation',
      Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      /Nested deeper/,
    ],
    ['1 001 services', manifestText({ services: manyServices(1000) }), /services has 1001 entries, and may have 200/],
    ['201 services', manifestText({ services: manyServices(200) }), /services has 201 entries/],
  ],
  'words that every object knows': [
    ['constructor', other('constructor'), /10:3 The key "constructor" is a reserved word/],
    ['prototype', other('prototype'), /The key "prototype" is a reserved word/],
    ['__proto__', other('__proto__'), /The key "__proto__" is a reserved word/],
    ['toString', withVariable('toString: "1"'), /The key "toString" is a reserved word/],
    ['hasOwnProperty at the top', `${valid}hasOwnProperty: 1`, /reserved word/],
  ],
  'unknown keys': [
    ['servces', valid.replace('services', 'servces'), /7:1 servces is not known\. Did you mean "services"\?/],
    [
      'a typo in a service',
      service('heath-check: none'),
      /10:5 services\.web\.heath-check is not known\. Did you mean "health-check"\?/,
    ],
    ['camel case', service('desiredCount: 1'), /Did you mean "desired-count"\?/],
    ["Compose's word", service('depends_on: [web]'), /Did you mean "after"\?/],
    ['a typo in a variable', withVariable('A: { secret: a, min-lenght: 3 }'), /10:|Did you mean "min-length"\?/],
    ['a word far from all', service('zzzzzzzz: 1'), /services\.web\.zzzzzzzz is not known\. Known here: build, port/],
    ['migrations at the top', `${valid}migrations: { nope: { command: [a] } }`, /migrations is not known/],
  ],
  version: [
    ['2', valid.replace('version: 1', 'version: 2'), /1:10 version must be 1\. Write 1\.$/],
    ['"1"', valid.replace('version: 1', 'version: "1"'), /version must be 1\. Write 1\.$/],
    ['1.0', valid.replace('version: 1', 'version: 1.0'), /Write 1 instead of 1\.0/],
    ['true', valid.replace('version: 1', 'version: true'), /version must be 1/],
    ['absent', valid.replace('version: 1\n', ''), /version is missing/],
  ],
  'services as a whole': [
    ['null', noServices(''), /services must be a map, and is empty/],
    ['a list', noServices(' [web]'), /services must be a map, and is a list/],
    ['an empty map', noServices(' {}'), /services is empty/],
    ['text', noServices(' web'), /services must be a map, and is text/],
    ['absent', noServices('').replace('services:\n', ''), /services is missing/],
    ['a service that is null', manifestText({ services: 'api:' }), /services\.api must be a map, and is empty/],
    ['a service that is a list', manifestText({ services: 'api: []' }), /services\.api must be a map, and is a list/],
  ],
  names: [
    ['a blank', other('"a b"'), /10:3 The name services\."a b" must be 1 to 32 of a-z/],
    ['a dash first', other('-a'), /The name services\.-a must be/],
    ['a dash last', other('a-'), /must be 1 to 32/],
    ['a digit first', other('1a'), /must be 1 to 32/],
    ['an emoji', other('🚀'), /must be 1 to 32/],
    ['capitals', other('Api'), /must be 1 to 32/],
    ['33 characters', other('a'.repeat(33)), /must be 1 to 32/],
    [
      'a homoglyph',
      manifestText({ services: 'api: { port: 1 }\nарi: { port: 2 }' }),
      /11:3 The name services\."арi" must be/,
    ],
    ['a line feed', other('"a\\nb"'), /The name services\."a\\nb" must be/],
    ['a workflow command', other('"::set-output name=x::y"'), /must be 1 to 32/],
    ['an application with a slash', valid.replace('shop', 'a/b'), /application must be 1 to 24/],
    ['an environment with a dot', valid.replace('prod:', 'a.b:'), /The name environments\."a\.b" must be/],
  ],
  'scalars that readers understand differently': [
    [
      'an account with a zero first',
      valid.replace('"111122223333"', '012345678901'),
      /5:14 environments\.prod\.account: A number that begins with 0/,
    ],
    [
      'an account as a number',
      valid.replace('"111122223333"', '111122223333'),
      /account must be text, and is a number\. Put it in quotes/,
    ],
    ['an account of 11 digits', valid.replace('"111122223333"', '"11112222333"'), /account must be twelve digits/],
    ['yes', service('spot: yes'), /10:11 services\.web\.spot: yes, no, on and off/],
    ['no', service('spot: no'), /yes, no, on and off/],
    ['on', withVariable('A: on'), /yes, no, on and off/],
    ['Off', withVariable('A: Off'), /yes, no, on and off/],
    ['TRUE', service('spot: TRUE'), /small letters/],
    ['"true" where true or false is meant', service('spot: "true"'), /spot must be true or false, and is text/],
    ['true as a variable', withVariable('A: true'), /must be text in quotes/],
    ['a number as a variable', withVariable('A: 1'), /must be text in quotes.*Put it in quotes/],
    ['nothing as a variable', withVariable('A:'), /must be text in quotes, .*and is empty/],
    ['a port of base 60', manifestText().replace('3000', '1:30'), /9:11 services\.web\.port: Digits with colons/],
    ['an octal port', manifestText().replace('3000', '0o17'), /Octal/],
    ['a port with a zero first', manifestText().replace('3000', '0300'), /begins with 0/],
    ['a hexadecimal port', manifestText().replace('3000', '0xbb8'), /Octal, hexadecimal/],
    ['a port with underscores', manifestText().replace('3000', '3_000'), /underscores/],
    ['a port as text', manifestText().replace('3000', '"3000"'), /port must be a whole number, and is text/],
    ['a commit that is a number', withVariable('A: 12e4567'), /1e3 is read as a number/],
    ['a date', withVariable('A: 2026-01-02'), /date without quotes/],
    ['infinity', manifestText().replace('3000', '.inf'), /Infinity/],
    [
      'a version as a number',
      manifestText({ top: 'cache: { version: 7.1, secret: a }' }),
      /cache\.version must be text, and is a number/,
    ],
  ],
  'counts and sizes': [
    ['a port of 0', manifestText().replace('3000', '0'), /port must be at least 1/],
    ['a port of 65536', manifestText().replace('3000', '65536'), /port must be at most 65535/],
    ['a negative count', service('desired-count: -1'), /10:20 services\.web\.desired-count must be at least 0/],
    ['a fractional count', service('desired-count: 1.5'), /desired-count must be a whole number, and is a fraction/],
    ['an endless count', service('desired-count: 99999999999999999999'), /more than 15 digits/],
    [
      '512 CPU with 512 MiB',
      service('cpu: 512\nmemory: 512'),
      /11:13 services\.web: Fargate has no task with cpu 512 and memory 512\. With cpu 512, memory is 1024 to 4096/,
    ],
    ['256 CPU with 4 GiB', service('memory: 4096'), /memory is 512, 1024, 2048/],
    ['8192 CPU with 18 GiB', service('cpu: 8192\nmemory: 18432'), /in steps of 4096/],
    ['a CPU between two', service('cpu: 300'), /cpu must be one of 256, 512/],
    [
      'a pair that comes of defaults',
      manifestText({ top: 'defaults: { cpu: 1024 }' }),
      /Fargate has no task with cpu 1024 and memory 512/,
    ],
    ['scaling upside down', service('scaling: { min: 3, max: 1, cpu: 50 }'), /has a min above its max/],
    ['scaling for nothing', service('scaling: { min: 1, max: 2 }'), /has nothing to hold/],
    [
      'scaling by requests nobody counts',
      service('scaling: { min: 1, max: 2, requests: 9 }'),
      /only a load balancer counts/,
    ],
    ['a check that never ends', service('health-check: { timeout-seconds: 60 }'), /timeout longer than its interval/],
    ['an interval of 4 s', service('health-check: { interval-seconds: 4 }'), /interval-seconds must be at least 5/],
    ['a health check of the wrong word', service('health-check: nope'), /health-check must be "none", or an object/],
  ],
  paths: [
    ...[
      '../x',
      '/x',
      'C:\\x',
      'a\\b',
      'a/../b',
      'a/..',
      '..',
      '-x',
      '--output=x',
      '~/x',
      '*',
      'services/*',
      'a?b',
      'a[1]',
      '{a,b}',
      'https://h/x.git#main',
      'a//b',
      'a\u0000b',
      '',
    ].map((path): Case => [
      `context ${path}`,
      service(`build: { context: ${JSON.stringify(path)} }`),
      path === 'a\0b' ? /context must be|control/ : /10:23 services\.web\.build\.context must be a path inside/,
    ]),
    ['a Dockerfile above', service('build: { dockerfile: ../Dockerfile }'), /build\.dockerfile must be a path inside/],
    [
      'a Dockerfile outside the context',
      service('build: { context: a, dockerfile: b/Dockerfile }'),
      /dockerfile is outside the context/,
    ],
    [
      'a Dockerfile beside the context',
      service('build: { context: a, dockerfile: ab/Dockerfile }'),
      /outside the context/,
    ],
    ['a Dockerfile by pattern', service('build: { dockerfile: "**/Dockerfile" }'), /build\.dockerfile must be/],
    ['a target that is an option', service('build: { target: -t }'), /target must be letters/],
    ['a platform with a command', service('build: { platforms: ["linux/amd64;id"] }'), /platforms\[0\] must be one of/],
  ],
  'another place': [
    [
      'a secret of another account',
      withVariable('A: { secret: "arn:aws:secretsmanager:eu-west-1:999999999999:secret:a-AbCdEf" }'),
      /^E_SCOPE 11:20 This ARN is of another account/,
    ],
    [
      'a secret of another region',
      withVariable('A: { secret: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf" }'),
      /^E_SCOPE .*the region us-east-1/,
    ],
    [
      'a parameter of another account',
      withVariable('A: { parameter: "arn:aws:ssm:eu-west-1:999999999999:parameter/a" }'),
      /^E_SCOPE .*another account/,
    ],
    [
      'a secret of GovCloud',
      withVariable('A: { secret: "arn:aws-us-gov:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf" }'),
      /^E_SCOPE .*the partition aws-us-gov/,
    ],
    [
      'a secret of China in a template',
      withVariable(
        'A: { template: "{x}", with: { x: { secret: "arn:aws-cn:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf" } } }',
      ),
      /^E_SCOPE .*the partition aws-cn/,
    ],
    [
      'a partition that is not the region’s',
      withVariable('A: { secret: "arn:aws:secretsmanager:cn-north-1:111122223333:secret:a-AbCdEf" }').replace(
        'eu-west-1\n',
        'cn-north-1\n',
      ),
      /^E_SCOPE .*cn-north-1 is in aws-cn/,
    ],
    [
      'a certificate of another account',
      environment('certificate: arn:aws:acm:eu-west-1:999999999999:certificate/a'),
      /^E_SCOPE 7:18/,
    ],
    [
      'a certificate of another region',
      environment('certificate: arn:aws:acm:us-east-1:111122223333:certificate/a'),
      /^E_SCOPE 7:18 This ARN is of the region us-east-1/,
    ],
    [
      'an OIDC provider of another account',
      environment(
        'github: { repository: a/b, provider: "arn:aws:iam::999999999999:oidc-provider/token.actions.githubusercontent.com" }',
      ),
      /^E_SCOPE 7:42 This ARN is of another account/,
    ],
    [
      'credentials of another account',
      manifestText({
        top: 'database: { version: "15.4", name: shop, secret: "arn:aws:secretsmanager:eu-west-1:999999999999:secret:a-AbCdEf" }',
      }),
      /^E_SCOPE 10:50 This ARN is of another account/,
    ],
    ['a zone of another region', environment('availability-zones: [us-east-1a]'), /^E_SCOPE .*not in eu-west-1/],
    ['AWS_REGION elsewhere', withVariable('AWS_REGION: us-east-1'), /^E_SCOPE 11:19 AWS_REGION is another region/],
  ],
  'what an environment stands on': [
    ['a public network', environment('network: { cidr: 11.0.0.0/16 }'), /7:22 .*a private IPv4 range of \/16 to \/20/],
    ['a network that is too small', environment('network: { cidr: 10.0.0.0/21 }'), /a private IPv4 range/],
    ['a network that is too large', environment('network: { cidr: 10.0.0.0/15 }'), /a private IPv4 range/],
    ['an address for a network', environment('network: { cidr: 10.1.255.4/20 }'), /7:22 .*Write 10\.1\.240\.0\/20/],
    ['172.15, which is not private', environment('network: { cidr: 172.15.0.0/16 }'), /a private IPv4 range/],
    ['an octet of 256', environment('network: { cidr: 10.256.0.0/16 }'), /a private IPv4 range/],
    ['a workflow without a ref', github('workflows: [a/b/.github/workflows/deploy.yml]'), /@refs\/tags\/<tag>/],
    ['a provider that is a name', github('provider: github'), /the ARN of an OIDC provider/],
    ['a third kind of key', environment('encryption: kms'), /encryption must be one of aws, cmk/],
    ['days that CloudWatch lacks', environment('log-retention-days: 31'), /7:25 .*must be one of 1, 3, 5, 7, 14, 30/],
    ['an address that is a name', environment('alarms: { email: [ops] }'), /an email address/],
    ['alarms by plural', environment('alarms: { emails: [] }'), /emails is not known\. Did you mean "email"\?/],
    ['a firewall that is on', environment('firewall: true'), /"none", or an object/],
    ['a rate of one', environment('firewall: { requests-per-5-minutes: 1 }'), /at least 10/],
    ['an hour and a half of silence', environment('load-balancer: { idle-timeout-seconds: 5400 }'), /at most 4000/],
    ['protection by word', environment('protection: "yes"'), /true or false/],
    [
      'an archive of another class',
      manifestText({ top: 'storage: { files: { bucket: abc, archive: { class: deep } } }' }),
      /must be one of glacier-ir, glacier/,
    ],
  ],
  'services among each other': [
    [
      'after a stranger',
      service('after: [wbe]'),
      /10:13 services\.web\.after names "wbe", which is no service here\. Did you mean "web"\?/,
    ],
    ['after itself', service('after: [web]'), /in a circle: web after web/],
    [
      'a circle of three',
      manifestText({ service: 'after: [a]', services: 'a: { after: [b] }\nb: { after: [web] }' }),
      /web after a after b after web/,
    ],
    ['the address of a stranger', withVariable('A: { service: api }'), /A refers to "api", which is no service/],
    [
      'a migration that refers to a stranger',
      service('migrate: { command: [a], environment: { A: { service: api } } }'),
      /refers to "api", which is no service/,
    ],
    [
      'the address of a service without a port',
      withVariable('A: { service: api }', { services: 'api: {}' }),
      /api, which has no port/,
    ],
    [
      'one path for two',
      manifestText({ service: 'ingress: /*', services: 'api: { port: 1, ingress: /* }' }),
      /services\.api\.ingress is the same as that of web/,
    ],
    ['a path to nowhere', manifestText({ services: 'api: { ingress: /api/* }' }), /has an ingress and no port/],
    ['storage nobody declared', service('storage: { files: [put] }'), /names "files", which is not declared/],
    [
      'a right nobody has',
      service('storage: { files: [delete] }', { top: 'storage: { files: { bucket: abc } }' }),
      /must be one of put, get/,
    ],
    ['one ECS service for two', infraWith('web', 'web'), /The ECS service shop-web is given to web and to api/],
    [
      'infra of a stranger',
      infraWith('web', 'api').replace('        api:', '        apu:'),
      /infra\.services names "apu", which is no service here\. Did you mean "api"\?/,
    ],
    [
      'infra without a cluster',
      infraWith('web', 'api').replace('cluster: {', 'clutser: {'),
      /Did you mean "cluster"\?/,
    ],
  ],
  'secrets in plain sight': [
    [
      'an access key',
      withVariable('A: AKIAIOSFODNN7EXAMPLE'),
      /^E_POLICY 11:10 services\.web\.environment\.A may not stand here: it holds an AWS access key/,
    ],
    [
      'an access key where none belongs',
      valid.replace('shop', 'AKIAIOSFODNN7EXAMPLE'),
      /^E_POLICY 2:14 application may not stand here/,
    ],
    ['a private key', withVariable('A: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIE'), /^E_POLICY .*a private key/],
    ['a GitHub token', withVariable(`A: ghp_${'a1B2'.repeat(9)}`), /^E_POLICY .*a GitHub token/],
    ['a URL with a password', withVariable('A: "postgres://me:hunter2@db/x"'), /^E_POLICY .*a URL with a password/],
    [
      'a template with a password',
      withVariable('A: { template: "postgres://me:hunter2@{database.host}/x" }'),
      /^E_POLICY .*a URL with a password/,
    ],
    ['a password by its name', withVariable('DB_PASSWORD: hunter2'), /^E_POLICY .*its name says/],
    ['a number that is a password', withVariable('DB_PASSWORD: 12345678'), /^E_POLICY .*its name says/],
    ['a secret by its name', withVariable('JWT_SECRET: short'), /^E_POLICY .*its name says/],
    ['a token by its name', withVariable('SLACK_TOKEN: abc'), /^E_POLICY .*its name says/],
    ['a key by its name', withVariable('MINIO_ACCESS_KEY: minio'), /^E_POLICY .*its name says/],
    ['chance', withVariable('A: q7Rz0PxkV3nT9sLw2YbM'), /^E_POLICY .*it looks random/],
    ['chance in hexadecimal', withVariable('A: "9f86d081884c7d659a2feaa0c55ad015"'), /^E_POLICY .*it looks random/],
    ['chance in base64', withVariable('A: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"'), /^E_POLICY .*it looks random/],
    ['a build argument', service('build: { args: { NPM_TOKEN: abc } }'), /^E_POLICY .*NPM_TOKEN/],
    ['a default', manifestText({ top: 'defaults: { environment: { API_KEY: abc } }' }), /^E_POLICY .*API_KEY/],
    [
      'a variable of a migration',
      service('migrate: { command: [a], environment: { PGPASSWORD: abc } }'),
      /^E_POLICY .*PGPASSWORD/,
    ],
    ['a parameter', manifestText({ top: 'parameters: { /shop/prod/db-password: abc }' }), /^E_POLICY .*db-password/],
  ],
  expressions: [
    ['of GitHub', withVariable('A: "${{ secrets.X }}"'), /11:10 services\.web\.environment\.A holds an expression/],
    ['of Compose', withVariable('A: ${X}'), /holds an expression/],
    ['with a default', withVariable('A: "${X:-1}"'), /holds an expression/],
    [
      'in an account',
      valid.replace('"111122223333"', '"${{ vars.ACCOUNT }}"'),
      /^E_MANIFEST 5:14 environments\.prod\.account holds an expression/,
    ],
    ['in a template', withVariable('A: { template: "x${X}" }'), /holds an expression/],
  ],
  'references to secrets': [
    [
      'a key after #',
      withVariable('A: { secret: "a#b" }'),
      /11:20 services\.web\.environment\.A\.secret must be the name of a secret.*key apart/,
    ],
    ['a key after :', withVariable('A: { secret: "a:b" }'), /\.secret must be the name/],
    [
      'the end of a valueFrom',
      withVariable('A: { secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf:k::" }'),
      /\.secret must be the name/,
    ],
    ['an empty key', withVariable('A: { secret: a, key: "" }'), /\.key must be/],
    ['a key that is null', withVariable('A: { secret: a, key: }'), /\.key must be text, and is empty/],
    ['a key with a colon', withVariable('A: { secret: a, key: "b:c" }'), /\.key must be/],
    [
      'no key where keys are declared',
      withVariable('A: { secret: a }', { top: 'secrets: { a: { keys: [user] } }' }),
      /no key is given\. Add key: one of user/,
    ],
    [
      'a key that is not declared',
      withVariable('A: { secret: a, key: usr }', { top: 'secrets: { a: { keys: [user] } }' }),
      /no such key\. Did you mean "user"/,
    ],
    [
      'credentials without a key',
      withVariable('A: { secret: db }', { top: 'database: { version: "15.4", name: shop, secret: db }' }),
      /Add key: one of username, password/,
    ],
    [
      'two sources',
      withVariable('A: { secret: a, parameter: /b }'),
      /11:7 .*must be text in quotes, or exactly one of/,
    ],
    ['no source', withVariable('A: {}'), /exactly one of/],
    ['an unknown source', withVariable('A: { secrt: a }'), /A\.secrt is not known\. Did you mean "secret"\?/],
    ['a parameter without /', withVariable('A: { parameter: a/b }'), /\.parameter must be a path/],
    ['a parameter above', withVariable('A: { parameter: /a/../b }'), /\.parameter must be a path/],
    ['a parameter too long', withVariable(`A: { parameter: /${'a'.repeat(2049)} }`), /\.parameter must be a path/],
  ],
  'names of variables': [
    ['NUL in a value', withVariable('A: "a\\0b"'), /11:10 .*A control character stands in the value/],
    ['half a surrogate pair in a value', withVariable('A: "\\ud800"'), /Half of a surrogate pair stands in the value/],
    ['a digit first', withVariable('1ABC: "1"'), /11:7 The name services\.web\.environment\.1ABC must be A-Z/],
    ['small letters', withVariable('abc: "1"'), /must be A-Z/],
    ['a dash', withVariable('A-B: "1"'), /must be A-Z/],
    ['an equals sign', withVariable('A=B: "1"'), /must be A-Z/],
    ['a line feed', withVariable('"A\\nB=1": "1"'), /must be A-Z/],
    ['300 characters', withVariable(`${'A'.repeat(300)}: "1"`), /must be A-Z/],
    ['LD_PRELOAD', withVariable('LD_PRELOAD: "1"'), /^E_POLICY 11:7 .*LD_PRELOAD is not allowed/],
    ['DYLD_INSERT_LIBRARIES', withVariable('DYLD_INSERT_LIBRARIES: "1"'), /^E_POLICY/],
    ['AWS_SESSION_TOKEN', withVariable('AWS_SESSION_TOKEN: { secret: a }'), /^E_POLICY .*task role/],
    ['AWS_CONTAINER_CREDENTIALS_FULL_URI', withVariable('AWS_CONTAINER_CREDENTIALS_FULL_URI: "1"'), /^E_POLICY/],
    ['ECS_CONTAINER_METADATA_URI_V4', withVariable('ECS_CONTAINER_METADATA_URI_V4: "1"'), /^E_POLICY/],
    ['DEV_BYPASS_AUTH', withVariable('DEV_BYPASS_AUTH: "1"'), /^E_POLICY 11:7 DEV_BYPASS_AUTH may not be present/],
    ['dev_bypass_auth', withVariable('dev_bypass_auth: "false"'), /^E_POLICY .*DEV_BYPASS_AUTH may not be present/],
    ['full width', withVariable('ＤＥＶ_BYPASS_AUTH: "1"'), /^E_POLICY .*may not be present/],
    ['from a parameter', withVariable('DEV_BYPASS_AUTH: { parameter: /a }'), /^E_POLICY/],
    ['in a migration', service('migrate: [{ command: [a], environment: { DEV_BYPASS_AUTH: "" } }]'), /^E_POLICY/],
    ['as a build argument', service('build: { args: { DEV_BYPASS_AUTH: "1" } }'), /^E_POLICY/],
    ['as a default', manifestText({ top: 'defaults: { environment: { DEV_BYPASS_AUTH: "1" } }' }), /^E_POLICY/],
    ['as a key of a secret', manifestText({ top: 'secrets: { a: { keys: [DEV_BYPASS_AUTH] } }' }), /^E_POLICY/],
    [
      'a name forbidden here',
      withVariable('DEBUG: "1"', { top: 'forbidden-environment: [debug]' }),
      /^E_POLICY .*debug may not be present/,
    ],
  ],
  commands: [
    [
      'a line for a shell',
      service('migrate: { command: pnpm db:migrate }'),
      /^E_POLICY 10:25 services\.web\.migrate\.command is a line for a shell/,
    ],
    ['a line for a shell in a list', service('migrate: [{ command: pnpm db:migrate }]'), /^E_POLICY/],
    ['a health check for a shell', service('health-check: { command: curl localhost }'), /^E_POLICY/],
    ['an empty command', service('migrate: { command: [] }'), /command must be at least 1 entries/],
    ['no command', service('migrate: {}'), /must be an object with command/],
    [
      'NUL',
      service('migrate: { command: ["a\\0b"] }'),
      /10:26 services\.web\.migrate\.command\[0\]: A control character stands in the value/,
    ],
    ['a timeout of 0', service('migrate: { command: [a], timeout-minutes: 0 }'), /must be at least 1/],
    [
      'an unknown phase',
      service('migrate: { command: [a], phase: expnd }'),
      /must be one of expand, contract\. Did you mean "expand"/,
    ],
  ],
  templates: [
    [
      'an unknown name',
      withVariable('A: { template: "{databse.host}" }'),
      /uses a name that is not known: \{databse\.host\}\. Did you mean "database\.host"\?/,
    ],
    ['a brace alone', withVariable('A: { template: "a{b" }'), /has a "\{" without its partner/],
    ['a closing brace alone', withVariable('A: { template: "a}b" }'), /without its partner/],
    ['no name', withVariable('A: { template: "a{}b" }'), /not known/],
    [
      'a database that is not declared',
      withVariable('A: { template: "{database.host}" }'),
      /uses the database, and the manifest has none/,
    ],
    ['a bucket that is not declared', withVariable('A: { template: "{storage.files.bucket}" }'), /not known/],
    [
      'a name that is not used',
      withVariable('A: { template: "a", with: { x: { secret: a } } }'),
      /does not use its "with" name \{x\}/,
    ],
    [
      'a name with two sources',
      withVariable('A: { template: "{x}", with: { x: { secret: a, parameter: /b } } }'),
      /exactly one of/,
    ],
  ],
};

for (const [group, cases] of Object.entries(groups)) {
  describe(`refused: ${group}`, () => {
    test.each(cases)('%s', (_, contents, finding) => {
      expect(refusalOf(contents)).toEqual([expect.stringMatching(finding)]);
    });
  });
}

test('an accent composed in two ways does not make two keys', () => {
  const refusal = refusalOf(`${valid}caf\u00e9: 1\ncafe\u0301: 1`);
  expect(refusal).toContainEqual(expect.stringMatching(/^E_MANIFEST 11:1 .* stands here twice, spelled in two ways/));
});

test('a billion laughs are refused before anyone laughs', () => {
  const refusal = refusalOf(`${valid}a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]`);
  expect(refusal.filter((line) => line.includes('Anchors'))).toHaveLength(7);
});

test('what is refused here is refused for its own reason: the smallest manifest is accepted', () => {
  expect(refusalOf(valid)).toEqual([]);
});

function manyServices(count: number): string {
  return Array.from({ length: count }, (_, index) => `s${index}: { port: 1 }`).join('\n');
}

function noServices(value: string): string {
  return valid.replace(/services:\n.*\n.*\n/, `services:${value}\n`);
}

function infraWith(first: string, second: string): string {
  const roles = 'executionRole: "arn:aws:iam::111122223333:role/x", taskRole: "arn:aws:iam::111122223333:role/y"';
  const entry = (name: string, of: string): string =>
    `    ${name}: { service: shop-${of}, repository: shop, logGroup: /shop, ${roles}, securityGroups: [sg-0123456789abcdef0] }`;
  return manifestText({
    services: 'api: { port: 1 }',
    environment: `infra:
  cluster: { name: shop, capacityProviders: [FARGATE] }
  network: { vpc: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0], assignPublicIp: DISABLED }
  services:
${entry('web', first)}
${entry('api', second)}
  migrations: { securityGroups: [sg-0123456789abcdef0] }`,
  });
}
