import { z } from 'zod';
import { operation } from '../../../operation.ts';
import type { Operation } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import type { StackBook } from '../stack/book.ts';
import type { Template } from '../template/model.ts';
import { changeSetName, stackName, templateSource } from './shapes.ts';
import { resourcesOf } from './stacks.ts';
import { templateIn } from './template-source.ts';
import type { TemplateStore } from './template-source.ts';

/** Reading templates, of stacks and of whoever wants to know about one. */
export function templateOperations(book: StackBook, templates: TemplateStore): Record<string, Operation> {
  const resources = resourcesOf(book);
  return {
    GetTemplate: operation({
      input: z.strictObject({
        StackName: stackName.optional(),
        ChangeSetName: changeSetName.optional(),
        TemplateStage: z.enum(['Original', 'Processed']).optional(),
      }),
      resources,
      run({ StackName, ChangeSetName }) {
        if (StackName === undefined) throw invalid('StackName is required.');
        const stack = book.require(StackName);
        const changeSet = [...stack.changeSets.values()].find(({ id, name }) =>
          [id, name].includes(ChangeSetName ?? ''),
        );
        const template = ChangeSetName === undefined ? stack.deployed?.template : changeSet?.target.template;
        // A stack of which only a change set exists has an empty one.
        return { TemplateBody: template?.text ?? '', StagesAvailable: ['Original', 'Processed'] };
      },
    }),
    GetTemplateSummary: operation({
      input: z.strictObject({
        ...templateSource,
        StackName: stackName.optional(),
        TemplateSummaryConfig: z.unknown().optional(),
      }),
      resources,
      run({ StackName, ...source }) {
        const deployed = StackName === undefined ? undefined : book.require(StackName).deployed?.template;
        return summarize(deployed ?? templateIn(source, templates));
      },
    }),
    ValidateTemplate: operation({
      input: z.strictObject(templateSource),
      run(source) {
        const { Parameters, Description, Capabilities, CapabilitiesReason } = summarize(templateIn(source, templates));
        return { Parameters, Description, Capabilities, CapabilitiesReason };
      },
    }),
  };
}

function summarize(template: Template) {
  const types = [...new Set(Object.values(template.resources).map(({ Type }) => Type))];
  const ofIam = types.filter((type) => /^AWS::IAM::(Role|Policy|ManagedPolicy)$/.test(type));
  const reason = `The following resource(s) require capabilities: [${ofIam.join(', ')}]`;
  return {
    Description: template.description,
    Parameters: Object.entries(template.parameters).map(([ParameterKey, declared]) => ({
      ParameterKey,
      DefaultValue: declared.Default,
      ParameterType: declared.Type,
      NoEcho: declared.NoEcho,
      Description: declared.Description,
      ParameterConstraints: { AllowedValues: declared.AllowedValues ?? [] },
    })),
    ResourceTypes: types,
    ResourceIdentifierSummaries: [],
    Capabilities: ofIam.length === 0 ? [] : ['CAPABILITY_NAMED_IAM'],
    CapabilitiesReason: ofIam.length === 0 ? undefined : reason,
    Version: '2010-09-09',
    DeclaredTransforms: [],
  };
}
