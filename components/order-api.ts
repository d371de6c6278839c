import { createHash } from "node:crypto";
import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Audience } from "../domain/audience.ts";
import { openApiDocument } from "../domain/contract/openapi.ts";
import type { BundledFunction } from "./bundled-function.ts";
import { apiBody } from "./order-api/api-body.ts";
import { checkArgument, checkRetentionDays, isWholeNumber } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderApi}. */
export interface OrderApiArgs extends CommonArgs {
  /** Who calls it: decides the routes, and what an order shows. */
  audience: Audience;
  /** The function of each operation of the audience's OpenAPI document, by operationId. */
  handlers: Record<string, BundledFunction>;
  /**
   * Names of the keys that are valid, each of which is a key of its own with the limits below. Clients are told the last
   * one: a key is replaced by putting the new one's name behind it, and taking its own away later. Default `["key"]`.
   */
  keyNames?: readonly string[];
  /** Requests per second that a key may make in the long run. */
  throttleRate: pulumi.Input<number>;
  /** Requests that a key may make at once. */
  throttleBurst: pulumi.Input<number>;
  /** Requests that a key may make in a calendar month; 0, the default, for no limit. */
  monthlyQuota?: number;
  /** Days that the lines of the access and execution logs are kept. */
  logRetentionDays: pulumi.Input<number>;
}

const STAGE = "v1";

/** One line of JSON a request, in the fields that API Gateway's own guide recommends. Holds no personal data but the IP. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  sourceIp: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  route: "$context.resourcePath",
  status: "$context.status",
  responseLength: "$context.responseLength",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  error: "$context.error.responseType",
  traceId: "$context.xrayTraceId",
});

/**
 * A REST API for one audience: its routes and no others, a usage plan with its keys, CORS, access logs and tracing.
 * Everything it answers itself, errors included, is JSON: `application/problem+json` when something is wrong.
 */
export class OrderApi extends pulumi.ComponentResource {
  readonly restApi: apigateway.RestApi;
  readonly stage: apigateway.Stage;
  readonly accessLogs: cloudwatch.LogGroup;
  private readonly keys: apigateway.ApiKey[];

  constructor(name: string, args: OrderApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderApi", name, {}, options);
    const { keyNames = ["key"], throttleRate, throttleBurst, monthlyQuota = 0 } = args;
    const { encryptionKey, logRetentionDays, tags = {} } = args;
    const self = `OrderApi "${name}"`;
    checkArgument(
      `${self}: keyNames`,
      keyNames,
      areNames,
      "one name or more, all different, of letters, digits and dashes",
    );
    // API Gateway's own bounds for an account's burst are far above; these catch a slip.
    checkArgument(`${self}: throttleRate`, throttleRate, (rate) => rate > 0, "more than 0 requests a second");
    checkArgument(`${self}: throttleBurst`, throttleBurst, isWholeNumber(1, 1_000_000), "a whole number of requests");
    checkArgument(`${self}: monthlyQuota`, monthlyQuota, isWholeNumber(0, 2 ** 31 - 1), "a whole number of requests");
    checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);
    const document = openApiDocument(args.audience);
    checkHandlers(self, document, args.handlers);
    const child = { parent: this };

    const invokeArns = Object.fromEntries(
      Object.entries(args.handlers).map(([operation, handler]) => [operation, handler.invokeArn]),
    );
    const body = pulumi.output(invokeArns).apply((arns) => apiBody(document, arns));
    this.restApi = new apigateway.RestApi(
      `${name}-api`,
      { body, description: document.info.title, endpointConfiguration: { types: "REGIONAL" }, tags },
      child,
    );

    const permissions = Object.entries(args.handlers).map(
      ([operation, handler]) =>
        new lambda.Permission(
          `${name}-invokes-${operation}`,
          {
            action: "lambda:InvokeFunction",
            function: handler.name,
            qualifier: handler.qualifier,
            principal: "apigateway.amazonaws.com",
            sourceArn: pulumi.interpolate`${this.restApi.executionArn}/*/*`,
          },
          child,
        ),
    );

    const deployment = new apigateway.Deployment(
      `${name}-deployment`,
      { restApi: this.restApi.id, triggers: { body: body.apply(digest) } },
      child,
    );

    const kept = { retentionInDays: logRetentionDays, ...(encryptionKey && { kmsKeyId: encryptionKey.arn }), tags };
    this.accessLogs = new cloudwatch.LogGroup(
      `${name}-access-logs`,
      { name: `/orders/${pulumi.getStack()}/${name}-access`, ...kept },
      child,
    );
    const executionLogs = new cloudwatch.LogGroup(
      `${name}-execution-logs`,
      // Made by API Gateway, it would keep its lines for ever, and outlive the API. Source of the name: API Gateway's
      // developer guide, "Execution logging for REST APIs".
      { name: pulumi.interpolate`API-Gateway-Execution-Logs_${this.restApi.id}/${STAGE}`, ...kept },
      child,
    );

    this.stage = new apigateway.Stage(
      `${name}-stage`,
      {
        restApi: this.restApi.id,
        deployment: deployment.id,
        stageName: STAGE,
        variables: { audience: args.audience },
        accessLogSettings: { destinationArn: this.accessLogs.arn, format: ACCESS_LOG_FORMAT },
        xrayTracingEnabled: true,
        tags,
      },
      // A request may come as soon as the stage is there, and be logged.
      { ...child, dependsOn: [...permissions, executionLogs] },
    );

    new apigateway.MethodSettings(
      `${name}-settings`,
      {
        restApi: this.restApi.id,
        stageName: this.stage.stageName,
        methodPath: "*/*",
        settings: {
          // Metrics of each method cost more than all the rest of a small shop; those of the stage are free.
          metricsEnabled: false,
          loggingLevel: "ERROR",
          throttlingRateLimit: throttleRate,
          throttlingBurstLimit: throttleBurst,
        },
      },
      child,
    );

    const plan = new apigateway.UsagePlan(
      `${name}-plan`,
      {
        apiStages: [{ apiId: this.restApi.id, stage: this.stage.stageName }],
        throttleSettings: { rateLimit: throttleRate, burstLimit: throttleBurst },
        ...(monthlyQuota > 0 && { quotaSettings: { limit: monthlyQuota, period: "MONTH" } }),
        tags,
      },
      child,
    );
    this.keys = keyNames.map((keyName) => {
      const key = new apigateway.ApiKey(`${name}-${keyName}`, { tags }, child);
      new apigateway.UsagePlanKey(
        `${name}-plan-${keyName}`,
        { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id },
        child,
      );
      return key;
    });

    this.registerOutputs({ url: this.url });
  }

  /** The URL that the routes' paths are appended to, without a slash at its end. */
  get url(): pulumi.Output<string> {
    return this.stage.invokeUrl;
  }

  /** The value to send as `x-api-key`, of the last of the keys; a secret. */
  get key(): pulumi.Output<string> {
    const values = pulumi.all(this.keys.map(({ value }) => value));
    return pulumi.secret(values.apply((all) => all.at(-1) ?? ""));
  }
}

/** Every operation of the document has its function, but the ones that the gateway answers: those without a key. */
function checkHandlers(
  self: string,
  document: ReturnType<typeof openApiDocument>,
  handlers: Record<string, BundledFunction>,
): void {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const wanted = operations.filter(({ security }) => security?.length !== 0).map(({ operationId }) => operationId);
  const given = Object.keys(handlers);
  const complete = wanted.length === given.length && wanted.every((operation) => given.includes(operation));
  checkArgument(`${self}: handlers`, given, () => complete, `one function for each of ${wanted.join(", ")}`);
}

/** Whether they can be parts of resources' names: a resource of its own for each. */
function areNames(names: readonly string[]): boolean {
  return names.length > 0 && new Set(names).size === names.length && names.every((name) => /^[\w-]+$/.test(name));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
