import type { RegisteredResource } from "../../support/mocks.ts";
import {
  expects,
  findingsAt,
  findingUnless,
  isOneOf,
  isSet,
  isTrue,
  ofType,
  type Rule,
  refersTo,
  resource,
  withInputs,
  without,
} from "./rule.ts";

const STAGE = "aws:apigateway/stage:Stage";
const METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";

/** Rules on the stages of API Gateway. */
export const API_STAGE_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-APIG1", "ES2000", "CKV_AWS_76"],
    title: "The API has access logs",
    source: "cdk-nag, APIGWAccessLogging; serverless-rules, api_gateway/logging; checkov, APIGatewayAccessLogging",
    appliesTo: [STAGE],
    check: ({ inputs }) => [
      ...findingsAt(inputs, "accessLogSettings.destinationArn", isSet),
      ...findingsAt(inputs, "accessLogSettings.format", isSet),
    ],
    mutations: {
      "without access logs": { accessLogSettings: undefined },
      "without a destination": { accessLogSettings: { format: "{}" } },
      "without a format": { accessLogSettings: { destinationArn: "arn:aws:logs:::log-group:access" } },
    },
  },
  {
    ids: ["AwsSolutions-APIG3"],
    title: "The REST API's stage is associated with a web ACL of AWS WAFv2",
    source: "cdk-nag, APIGWAssociatedWithWAF",
    appliesTo: [STAGE],
    check: (stage, program) =>
      findingUnless(
        ofType(program, WEB_ACL_ASSOCIATION).some(({ inputs }) => refersTo(inputs.resourceArn, stage)),
        "has no web ACL",
      ),
    mutations: {
      "without an association": without(WEB_ACL_ASSOCIATION),
      "whose association is another stage's": withInputs(WEB_ACL_ASSOCIATION, {
        resourceArn: "arn:aws:apigateway:::other",
      }),
    },
    example: [
      resource(STAGE, "stage"),
      resource(WEB_ACL_ASSOCIATION, "association", { resourceArn: "arn:aws:test:us-east-1:000000000000:stage" }),
    ],
  },
  {
    ids: ["AwsSolutions-APIG6"],
    title: "The REST API's stage has CloudWatch logging enabled for all methods",
    source: "cdk-nag, APIGWExecutionLoggingEnabled",
    appliesTo: [STAGE],
    check: (stage, program) =>
      findingsAt(settingsOfAllMethods(stage, program), "loggingLevel", isOneOf("ERROR", "INFO")),
    mutations: {
      "without settings": without(METHOD_SETTINGS),
      "whose settings are one method's": withInputs(METHOD_SETTINGS, { methodPath: "orders/GET" }),
      "with logging off": withInputs(METHOD_SETTINGS, { settings: { loggingLevel: "OFF" } }),
    },
  },
  {
    ids: ["WS2001"],
    title: "API Gateway: structured logging",
    source: "serverless-rules, api_gateway/structured_logging",
    appliesTo: [STAGE],
    check: expects("accessLogSettings.format", isJson),
    mutations: {
      "with a format other than JSON": { accessLogSettings: { format: "$context.requestId $context.status" } },
    },
  },
  {
    ids: ["WS2002", "CKV_AWS_73"],
    title: "The API has X-Ray tracing enabled",
    source: "serverless-rules, api_gateway/tracing; checkov, APIGatewayXray",
    appliesTo: [STAGE],
    check: expects("xrayTracingEnabled", isTrue),
    mutations: { "without tracing": { xrayTracingEnabled: undefined } },
  },
  {
    ids: ["ES2003"],
    title: "API Gateway: default throttling",
    source: "serverless-rules, api_gateway/default_throttling",
    appliesTo: [STAGE],
    check: (stage, program) =>
      ["throttlingBurstLimit", "throttlingRateLimit"].flatMap((limit) =>
        findingsAt(settingsOfAllMethods(stage, program), limit, isSet),
      ),
    mutations: {
      "without settings": without(METHOD_SETTINGS),
      "without a rate limit": withInputs(METHOD_SETTINGS, { settings: { throttlingBurstLimit: 1 } }),
    },
  },
  {
    ids: ["CKV_AWS_276"],
    title: "Data trace is not enabled in API Gateway's method settings",
    source: "checkov, APIGatewayMethodSettingsDataTrace",
    appliesTo: [METHOD_SETTINGS],
    check: expects("settings.dataTraceEnabled", (value) => value !== true),
    mutations: { "with data trace on": { settings: { dataTraceEnabled: true } } },
  },
  {
    ids: ["CKV_AWS_120"],
    title: "The stage has a cache",
    source: "checkov, APIGatewayCacheEnable",
    appliesTo: [STAGE],
    check: expects("cacheClusterEnabled", isTrue),
    mutations: { "without a cache": { cacheClusterEnabled: undefined } },
    example: [resource(STAGE, "stage", { cacheClusterEnabled: true })],
  },
  {
    ids: ["CKV_AWS_225"],
    title: "The stage's methods are cached",
    source: "checkov, APIGatewayMethodSettingsCacheEnabled",
    appliesTo: [METHOD_SETTINGS],
    check: expects("settings.cachingEnabled", isTrue),
    mutations: { "without caching": { settings: {} } },
    example: [resource(METHOD_SETTINGS, "settings", { settings: { cachingEnabled: true } })],
  },
  {
    ids: ["CKV2_AWS_4"],
    title: "The stage has a logging level, and metrics for each method",
    source: "checkov, APIGWLoggingLevelsDefinedProperly",
    appliesTo: [METHOD_SETTINGS],
    check: ({ inputs: { settings } }) => [
      ...findingsAt(settings, "loggingLevel", isOneOf("ERROR", "INFO")),
      ...findingsAt(settings, "metricsEnabled", isTrue),
    ],
    mutations: {
      "with logging off": { settings: { loggingLevel: "OFF", metricsEnabled: true } },
      "without metrics": { settings: { loggingLevel: "INFO", metricsEnabled: false } },
    },
    example: [resource(METHOD_SETTINGS, "settings", { settings: { loggingLevel: "INFO", metricsEnabled: true } })],
  },
  {
    ids: ["CKV2_AWS_51"],
    title: "The stage has a client certificate",
    source: "checkov, APIGatewayEndpointsUsesCertificateForAuthentication",
    appliesTo: [STAGE],
    check: expects("clientCertificateId", isSet),
    mutations: { "without a certificate": { clientCertificateId: undefined } },
    example: [resource(STAGE, "stage", { clientCertificateId: "certificate" })],
  },
];

/** The settings for all methods of a stage. */
function settingsOfAllMethods(stage: RegisteredResource, program: RegisteredResource[]): unknown {
  const { restApi, stageName } = stage.inputs;
  return ofType(program, METHOD_SETTINGS).find(
    ({ inputs }) => inputs.methodPath === "*/*" && inputs.restApi === restApi && inputs.stageName === stageName,
  )?.inputs.settings;
}

/** Whether the log format is JSON once API Gateway has replaced its variables. */
function isJson(format: unknown): boolean {
  try {
    JSON.parse(String(format).replaceAll(/\$context\.[\w.]+/g, "0"));
    return true;
  } catch {
    return false;
  }
}
