import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import type { AliasArgs } from "@pulumi/aws/lambda/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { invokeArn } from "./lambda.ts";

/** A name for one version of a function, by which it is invoked. */
export const lambdaAlias = defineResource<Plain<AliasArgs>>({
  token: "aws:lambda/alias:Alias",
  inputs: {
    description: {},
    functionName: { required: true, replaces: true },
    functionVersion: { required: true },
    name: { replaces: true, autoName: { maxLength: 128 } },
    routingConfig: {},
  },
  outputs: ["arn", "invokeArn"],
  identity: ["functionName", "name"],

  async create(inputs, aws) {
    const live = await (await aws.lambda()).createAlias(settings(inputs));
    return { id: `${inputs.functionName}/${inputs.name}`, outputs: outputs(live, aws) };
  },

  async read(id, aws) {
    const [FunctionName, Name] = id.split("/");
    const live = await (await aws.lambda()).getAlias({ FunctionName, Name });
    return {
      inputs: {
        description: live.Description,
        functionVersion: live.FunctionVersion ?? "",
        name: live.Name,
        routingConfig: { additionalVersionWeights: live.RoutingConfig?.AdditionalVersionWeights },
      },
      outputs: outputs(live, aws),
    };
  },

  async update(_id, inputs, aws) {
    return outputs(await (await aws.lambda()).updateAlias(settings(inputs)), aws);
  },

  async delete(id, aws) {
    const [FunctionName, Name] = id.split("/");
    await (await aws.lambda()).deleteAlias({ FunctionName, Name });
  },
});

function settings({ description = "", functionName, functionVersion, name, routingConfig }: Plain<AliasArgs>) {
  return {
    FunctionName: functionName,
    Name: name,
    FunctionVersion: functionVersion,
    Description: description,
    RoutingConfig: { AdditionalVersionWeights: routingConfig?.additionalVersionWeights ?? {} },
  };
}

function outputs({ AliasArn: arn }: AliasConfiguration, { region }: Aws) {
  return { arn, invokeArn: invokeArn(arn, region) };
}
