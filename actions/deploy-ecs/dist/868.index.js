export const id = 868;
export const ids = [868];
export const modules = {

/***/ 4868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  finishRelease: () => (/* binding */ finishRelease)
});

// EXTERNAL MODULE: ./build/lib/aws/ledger/lock-lost.js
var lock_lost = __webpack_require__(3954);
// EXTERNAL MODULE: ./build/actions/deploy-ecs/src/apply/forget-revisions.js
var forget_revisions = __webpack_require__(1188);
// EXTERNAL MODULE: ./build/lib/aws/ecr.js
var ecr = __webpack_require__(236);
// EXTERNAL MODULE: ./build/lib/aws/pace.js
var aws_pace = __webpack_require__(1191);
// EXTERNAL MODULE: ./build/actions/deploy-ecs/src/apply/trouble.js
var trouble = __webpack_require__(5539);
;// CONCATENATED MODULE: ./build/actions/deploy-ecs/src/apply/keep-images.js



/**
 * Tags the images that a good release has brought `released-<id>`, so that the registry's lifecycle rule keeps what
 * runs and what one can go back to. An image that the release before had too has its tag already; tags are not removed
 * with old records, since a service may run one image through many releases.
 */
async function keepImages(services, world) {
    const { aws, log, signal, release } = world;
    // ECR takes ten PutImage a second.
    const pace = (0,aws_pace/* paceOf */.x)(aws.clock, { burst: 10, everyMs: 150 });
    const tag = `released-${release}`;
    await Promise.all(services
        .filter(({ imageIsNew }) => imageIsNew)
        .map(async ({ name, wanted: { infra, digest } }) => {
        await pace(signal);
        try {
            const image = await (0,ecr/* findImage */.F1)(aws, infra.repository, { digest });
            const outcome = image === undefined ? 'gone' : await (0,ecr/* tagImage */.E$)(aws, infra.repository, image, tag);
            if (outcome !== 'tagged')
                log.warn(`${name}: its image could not be tagged ${tag}: ${reasons[outcome]}`);
        }
        catch (error) {
            if (!(0,trouble/* isTrouble */.K)(error, signal))
                throw error;
            log.warn(`${name}: its image was not tagged ${tag}, so a lifecycle rule may expire it: ${error.message}`);
        }
    }));
}
const reasons = { gone: 'it is not in the repository any more.', taken: 'another image has this tag.' };

// EXTERNAL MODULE: ./build/actions/deploy-ecs/src/apply/progress.js
var apply_progress = __webpack_require__(2957);
// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-application-auto-scaling/dist-cjs/index.js
var dist_cjs = __webpack_require__(1491);
// EXTERNAL MODULE: ./build/lib/aws/batches.js
var batches = __webpack_require__(1270);
// EXTERNAL MODULE: ./build/lib/aws/errors.js
var errors = __webpack_require__(2811);
;// CONCATENATED MODULE: ./build/lib/aws/autoscaling.js



const clients = new WeakMap();
function autoscaling(aws) {
    const client = clients.get(aws.configuration) ?? new dist_cjs/* ApplicationAutoScalingClient */.gd(aws.configuration);
    clients.set(aws.configuration, client);
    return client;
}
const dimension = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' };
const targetsPerCall = 50;
/** The services that are scaled, by name, with their policies. */
async function describeScaling(aws, cluster, services) {
    const bounds = await Promise.all((0,batches/* inBatches */.o)(services, targetsPerCall).map((batch) => describeTargets(aws, cluster, batch)));
    const targets = bounds.flat().map(async ({ service, min, max }) => {
        const policies = await describePolicies(aws, { cluster, service });
        return [service, { min, max, policies }];
    });
    return new Map(await Promise.all(targets));
}
/** Sets the bounds. A count outside of them is moved inside by Application Auto Scaling. */
async function registerScaling(aws, scaled, { min, max }) {
    const bounds = { MinCapacity: min, MaxCapacity: max };
    await aws.send(autoscaling(aws), new dist_cjs/* RegisterScalableTargetCommand */.Jr({ ...dimension, ResourceId: resourceId(scaled), ...bounds }));
}
/** Makes the policy of this name, or changes it. */
async function putTrackingPolicy(aws, scaled, { name, metric, value, resourceLabel }) {
    await aws.send(autoscaling(aws), new dist_cjs/* PutScalingPolicyCommand */.OJ({
        ...dimension,
        ResourceId: resourceId(scaled),
        PolicyName: name,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
            TargetValue: value,
            PredefinedMetricSpecification: {
                PredefinedMetricType: metric,
                ...(resourceLabel === undefined ? {} : { ResourceLabel: resourceLabel }),
            },
        },
    }));
}
async function deleteScalingPolicy(aws, scaled, name) {
    await unlessGone(aws.send(autoscaling(aws), new dist_cjs/* DeleteScalingPolicyCommand */.y5({ ...dimension, ResourceId: resourceId(scaled), PolicyName: name })));
}
/** Ends the scaling of a service; its policies go with it. */
async function deregisterScaling(aws, scaled) {
    await unlessGone(aws.send(autoscaling(aws), new dist_cjs/* DeregisterScalableTargetCommand */.CV({ ...dimension, ResourceId: resourceId(scaled) })));
}
async function describeTargets(aws, cluster, services) {
    const found = [];
    const ResourceIds = services.map((service) => resourceId({ cluster, service }));
    let NextToken;
    do {
        const page = await aws.send(autoscaling(aws), new dist_cjs/* DescribeScalableTargetsCommand */.sH({ ...dimension, ResourceIds, NextToken }));
        for (const { ResourceId = '', MinCapacity = 0, MaxCapacity = 0 } of page.ScalableTargets ?? [])
            found.push({ service: ResourceId.slice(ResourceId.lastIndexOf('/') + 1), min: MinCapacity, max: MaxCapacity });
        NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
}
async function describePolicies(aws, scaled) {
    const found = new Map();
    let NextToken;
    do {
        const page = await aws.send(autoscaling(aws), new dist_cjs/* DescribeScalingPoliciesCommand */.yY({ ...dimension, ResourceId: resourceId(scaled), NextToken }));
        for (const policy of page.ScalingPolicies ?? [])
            found.set(policy.PolicyName ?? '', toPolicy(policy));
        NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
}
function toPolicy({ TargetTrackingScalingPolicyConfiguration: tracking }) {
    const metric = tracking?.PredefinedMetricSpecification;
    return {
        metric: metrics.find((known) => known === metric?.PredefinedMetricType),
        value: tracking?.TargetValue,
        resourceLabel: metric?.ResourceLabel,
    };
}
const metrics = [
    'ECSServiceAverageCPUUtilization',
    'ECSServiceAverageMemoryUtilization',
    'ALBRequestCountPerTarget',
];
function resourceId({ cluster, service }) {
    return `service/${cluster}/${service}`;
}
async function unlessGone(removal) {
    try {
        await removal;
    }
    catch (error) {
        if (!(0,errors/* isNamed */.ev)(error, 'ObjectNotFoundException'))
            throw error;
    }
}

// EXTERNAL MODULE: ./build/lib/aws/ecs-service-removal.js
var ecs_service_removal = __webpack_require__(1256);
// EXTERNAL MODULE: ./build/actions/deploy-ecs/src/apply/empty.js
var empty = __webpack_require__(2709);
;// CONCATENATED MODULE: ./build/actions/deploy-ecs/src/apply/prune.js




/** How long the tasks of services that are deleted may take to drain and stop. */
const emptyWithinMs = 10 * 60_000;
/**
 * Scales services to nothing and deletes them, side by side. One that cannot be deleted is named; it is found again by
 * the next release that prunes.
 */
async function pruneServices(services, world) {
    const deadline = world.aws.clock.elapsed() + emptyWithinMs;
    await Promise.all(services.map(async (service) => {
        try {
            await prune(service, { ...world, deadline });
        }
        catch (error) {
            if (!(0,trouble/* isTrouble */.K)(error, world.signal))
                throw error;
            world.log.warn(`${service.name} was not deleted: ${error.message} ${error.remedy}`);
        }
    }));
}
async function prune(service, world) {
    const { aws, cluster, log } = world;
    const { name } = service;
    log.info(`${name}: not in the manifest any more; its desired count becomes 0`);
    await endScaling(name, world);
    if (await (0,empty/* scaleToNothing */.J)(service, world)) {
        await (0,ecs_service_removal/* deleteService */.h)(aws, cluster, name);
        log.info(`${name}: deleted`);
    }
    else {
        log.warn(`${name} was not deleted: its tasks have not ended in time. The next release with \`prune\` tries again.`);
    }
}
/** The autoscaler would give it tasks again. */
async function endScaling(service, { aws, cluster, signal }) {
    try {
        const scaled = await describeScaling(aws, cluster, [service]);
        if (scaled.has(service))
            await deregisterScaling(aws, { cluster, service });
    }
    catch (error) {
        // A role without rights to scaling has made none: what is scaled by others shows when the tasks do not end.
        if (!(0,trouble/* isTrouble */.K)(error, signal))
            throw error;
    }
}

// EXTERNAL MODULE: ./build/lib/aws/elb.js
var elb = __webpack_require__(6619);
;// CONCATENATED MODULE: ./build/actions/deploy-ecs/src/deploy/scaling.js
/**
 * How Application Auto Scaling calls what counts the requests of a target group:
 * `app/<load balancer>/<id>/targetgroup/<target group>/<id>`, from the two ARNs.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
 */
function requestCountLabel(targetGroup, loadBalancer) {
    if (targetGroup === undefined || loadBalancer === undefined)
        return undefined;
    const group = targetGroup.slice(targetGroup.lastIndexOf(':') + 1);
    return `${loadBalancer.slice(loadBalancer.indexOf(mark) + mark.length)}/${group}`;
}
const mark = ':loadbalancer/';
/** What has to be called so that the services are scaled as the manifest says: nothing where that is so already. */
function planScaling(wishes, observed) {
    return wishes.flatMap((wish) => {
        const found = observed.get(wish.service);
        return wish.scaling === undefined ? planEnd(wish.service, found) : planOne(wish, wish.scaling, found);
    });
}
function planOne(wish, { min, max, ...held }, found) {
    const { service } = wish;
    const wanted = policiesOf(wish, held);
    const names = new Set(wanted.map(({ name }) => name));
    const stale = ourPolicies(service, found).filter((name) => !names.has(name));
    return [
        ...(found?.min === min && found.max === max ? [] : [{ service, kind: 'bounds', min, max }]),
        ...wanted
            .filter((policy) => !isSamePolicy(policy, found?.policies.get(policy.name)))
            .map((policy) => ({ service, kind: 'policy', policy })),
        ...stale.map((name) => ({ service, kind: 'drop-policy', name })),
    ];
}
/** Scaling that the manifest no longer has ends, if it is ours: policies of others stay, and the bounds with them. */
function planEnd(service, found) {
    const ours = ourPolicies(service, found);
    if (found === undefined || ours.length === 0)
        return [];
    if (ours.length === found.policies.size)
        return [{ service, kind: 'end' }];
    return ours.map((name) => ({ service, kind: 'drop-policy', name }));
}
function policiesOf({ service, resourceLabel }, held) {
    return kinds.flatMap((kind) => {
        const value = held[kind];
        if (value === undefined)
            return [];
        const label = kind === 'requests' ? resourceLabel : undefined;
        return [{ name: policyName(service, kind), metric: scaling_metrics[kind], value, resourceLabel: label }];
    });
}
const kinds = ['cpu', 'memory', 'requests'];
const scaling_metrics = {
    cpu: 'ECSServiceAverageCPUUtilization',
    memory: 'ECSServiceAverageMemoryUtilization',
    requests: 'ALBRequestCountPerTarget',
};
/** By these names policies of ours are known again, so they never change. */
function policyName(service, kind) {
    return `${service}-${kind}`;
}
function ourPolicies(service, found) {
    return kinds.map((kind) => policyName(service, kind)).filter((name) => found?.policies.has(name) === true);
}
function isSamePolicy(wanted, found) {
    return (found?.metric === wanted.metric && found.value === wanted.value && found.resourceLabel === wanted.resourceLabel);
}

;// CONCATENATED MODULE: ./build/actions/deploy-ecs/src/apply/scale.js



/** Scales the services of a good release as the manifest says, and ends scaling of ours that it no longer has. */
async function scaleServices(services, world) {
    const { aws, cluster, log } = world;
    const names = services.map(({ ecsName }) => ecsName);
    const [observed, wishes] = await Promise.all([describeScaling(aws, cluster, names), wishesOf(services, aws)]);
    for (const step of planScaling(wishes, observed)) {
        await takeStep(step, world);
        log.info(`${step.service}: ${describeStep(step)}`);
    }
}
async function wishesOf(services, aws) {
    const counted = services.flatMap(({ wanted: { service, infra } }) => service.scaling?.requests === undefined || infra.targetGroup === undefined ? [] : [infra.targetGroup]);
    const groups = await (0,elb/* findTargetGroups */.P)(aws, counted);
    return services.map(({ ecsName, wanted: { service, infra } }) => ({
        service: ecsName,
        scaling: service.scaling,
        resourceLabel: requestCountLabel(infra.targetGroup, groups.get(infra.targetGroup ?? '')?.loadBalancers[0]),
    }));
}
async function takeStep(step, { aws, cluster }) {
    const scaled = { cluster, service: step.service };
    switch (step.kind) {
        case 'bounds':
            return registerScaling(aws, scaled, step);
        case 'policy':
            return putTrackingPolicy(aws, scaled, step.policy);
        case 'drop-policy':
            return deleteScalingPolicy(aws, scaled, step.name);
        case 'end':
            return deregisterScaling(aws, scaled);
    }
}
function describeStep(step) {
    switch (step.kind) {
        case 'bounds':
            return `scales between ${step.min} and ${step.max} tasks`;
        case 'policy':
            return `scaling policy ${step.policy.name} holds ${step.policy.value}`;
        case 'drop-policy':
            return `scaling policy ${step.name} removed`;
        case 'end':
            return 'is not scaled any more';
    }
}

;// CONCATENATED MODULE: ./build/actions/deploy-ecs/src/apply/finish.js







/**
 * What follows a good release that the ledger knows of: scaling, images that must not expire, revisions that a failed
 * first release left, and services that the manifest no longer has. The release stays good whatever becomes of this:
 * what fails is a warning, and a run that wants the lock is given way to.
 */
async function finishRelease(plan, progress, world) {
    try {
        await scaleIfAllowed(plan, world);
        await keepImages(plan.services, world);
        await (0,forget_revisions/* forgetRevisions */.U)(leftRevisions(plan, progress), new Set(), world);
        await pruneServices(plan.removed, world);
    }
    catch (error) {
        if (!(error instanceof lock_lost/* LockLost */.y))
            throw error;
        world.log.warn(`The release is good, but not everything was done after it: ${error.message}`);
    }
}
async function scaleIfAllowed({ services }, world) {
    try {
        await scaleServices(services, world);
    }
    catch (error) {
        if (!(0,trouble/* isTrouble */.K)(error, world.signal))
            throw error;
        // Where no scaling is asked for there may be some to end, but a role that may not look has made none.
        const isAsked = services.some(({ wanted }) => wanted.service.scaling !== undefined);
        if (isAsked)
            world.log.warn(`Scaling is not as the manifest says: ${error.message} ${error.remedy}`);
    }
}
/** What services without tasks were left with by a failed first release, where this one has brought another revision. */
function leftRevisions({ services }, progress) {
    const targets = (0,apply_progress/* targetsOf */.Q)(progress);
    return services.flatMap(({ ecsName, before, restoreCount, isOwn }) => {
        const target = targets.find((one) => one.ecsName === ecsName);
        const isLeft = isOwn && restoreCount && before !== undefined && before.taskDefinition !== target?.taskDefinition;
        return isLeft ? [{ service: ecsName, arn: before.taskDefinition }] : [];
    });
}


/***/ })

};
