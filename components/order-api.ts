import { createHash } from "node:crypto";
import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { uniqBy } from "es-toolkit";
import type { Audience } from "../domain/audience.ts";
import { type OpenApiDocument, openApiDocument } from "../domain/contract/openapi.ts";
import type { BundledFunction } from "./bundled-function.ts";
import { apiBody } from "./order-api/api-body.ts";
import { checkArgument, checkRetentionDays, isWholeNumber } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderApi}. */
export interface OrderApiArgs extends CommonArgs {
  /** Who calls the API, `storefront` or `backoffice`: decides its routes, and which fields of an order it returns. */
  audience: Audience;
  /** The function of each operation in the audience's OpenAPI document, by operationId. For example `{ getOrder }`. What each may do is granted where it is created, in index.ts. */
  handlers: Record<string, BundledFunction>;
  /** Answers `POST /webhooks/stripe`, which needs no key and is no part of the contract. Default none: there is no such route. */
  webhooks?: BundledFunction;
  /**
   * Names of the API keys, each with the limits below. All are valid; clients are given the last one. To replace a key,
   * append a new name, and remove the old one later. Default `["key"]`.
   */
  keyNames?: readonly string[];
  /** Sustained requests per second for each key, more than 0. For example 500; each stage has its own in Pulumi.<stage>.yaml. */
  throttleRate: pulumi.Input<number>;
  /** Burst of requests for each key, 1 to 1,000,000. For example 1,000. */
  throttleBurst: pulumi.Input<number>;
  /** Requests per calendar month for each key. Default 0: no limit. */
  monthlyQuota?: number;
  /** Days for which access and execution logs are kept, one of those that CloudWatch Logs accepts. For example 30. */
  logRetentionDays: pulumi.Input<number>;
}

const STAGE = "v1";

/** Stripe calls it, and proves that by its signature instead of a key. */
const WEBHOOK_PATHS: OpenApiDocument["paths"] = {
  "/webhooks/stripe": {
    post: { operationId: "receiveWebhook", summary: "Receive what Stripe reports", security: [], responses: {} },
  },
};

/** A line of JSON per request, with the fields that API Gateway's guide recommends. The IP is the only personal data. */
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
 * A REST API for one audience: exactly the routes of its OpenAPI document, a usage plan with keys, CORS, access logs and
 * tracing. The gateway's own responses are JSON, its errors `application/problem+json`.
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
    const contract = openApiDocument(args.audience);
    checkArguments(`OrderApi "${name}"`, contract, { ...args, keyNames, monthlyQuota });
    const child = { parent: this };

    const { webhooks } = args;
    const document = webhooks ? { ...contract, paths: { ...contract.paths, ...WEBHOOK_PATHS } } : contract;
    const handlers = { ...args.handlers, ...(webhooks && { receiveWebhook: webhooks }) };
    const invokeArns = Object.fromEntries(
      Object.entries(handlers).map(([operation, handler]) => [operation, handler.invokeArn]),
    );
    const body = pulumi.output(invokeArns).apply((arns) => apiBody(document, arns));
    this.restApi = new apigateway.RestApi(
      `${name}-api`,
      { body, description: document.info.title, endpointConfiguration: { types: "REGIONAL" }, tags },
      child,
    );

    // One for each function, which may serve several routes.
    const permissions = uniqBy(Object.entries(handlers), ([, handler]) => handler).map(
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

    const logs = { retentionInDays: logRetentionDays, ...(encryptionKey && { kmsKeyId: encryptionKey.arn }), tags };
    this.accessLogs = new cloudwatch.LogGroup(
      `${name}-access-logs`,
      { name: `/orders/${pulumi.getStack()}/${name}-access`, ...logs },
      child,
    );
    const executionLogs = new cloudwatch.LogGroup(
      `${name}-execution-logs`,
      // API Gateway would create it without retention, and leave it behind. Source of the name: API Gateway's developer
      // guide, "Execution logging for REST APIs".
      { name: pulumi.interpolate`API-Gateway-Execution-Logs_${this.restApi.id}/${STAGE}`, ...logs },
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
      // The stage may get requests at once, and log them.
      { ...child, dependsOn: [...permissions, executionLogs] },
    );

    new apigateway.MethodSettings(
      `${name}-settings`,
      {
        restApi: this.restApi.id,
        stageName: this.stage.stageName,
        methodPath: "*/*",
        settings: {
          // Metrics per method would cost more than everything else in a small shop; those per stage are free.
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

  /** The base URL of the routes, without a trailing slash. */
  get url(): pulumi.Output<string> {
    return this.stage.invokeUrl;
  }

  /** The value of the last key, for the header `x-api-key`; a secret. */
  get key(): pulumi.Output<string> {
    const values = pulumi.all(this.keys.map(({ value }) => value));
    return pulumi.secret(values.apply((all) => all.at(-1) ?? ""));
  }
}

function checkArguments(
  self: string,
  document: OpenApiDocument,
  {
    keyNames,
    throttleRate,
    throttleBurst,
    monthlyQuota,
    logRetentionDays,
    handlers,
  }: OrderApiArgs & Required<Pick<OrderApiArgs, "keyNames" | "monthlyQuota">>,
): void {
  checkArgument(`${self}: keyNames`, keyNames, areResourceNames, "unique names of letters, digits and dashes");
  // API Gateway accepts far more; these bounds catch mistakes.
  checkArgument(`${self}: throttleRate`, throttleRate, (rate) => rate > 0, "more than 0 requests a second");
  checkArgument(`${self}: throttleBurst`, throttleBurst, isWholeNumber(1, 1_000_000), "a whole number of requests");
  checkArgument(`${self}: monthlyQuota`, monthlyQuota, isWholeNumber(0, 2 ** 31 - 1), "a whole number of requests");
  checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);

  // The gateway itself responds to operations without a key.
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const expected = operations.filter(({ security }) => security?.length !== 0).map(({ operationId }) => operationId);
  const given = Object.keys(handlers);
  const isComplete = expected.length === given.length && expected.every((operation) => given.includes(operation));
  checkArgument(`${self}: handlers`, given, () => isComplete, `one function for each of ${expected.join(", ")}`);
}

/** Whether there is at least one name, and each gives its key a resource name of its own. */
function areResourceNames(names: readonly string[]): boolean {
  return names.length > 0 && new Set(names).size === names.length && names.every((name) => /^[\w-]+$/.test(name));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
