import type { RegisteredResource } from "../../support/mocks.ts";
import {
  changing,
  expects,
  isOneOf,
  isSet,
  isTrue,
  ofType,
  type Rule,
  refersTo,
  resource,
  unless,
  without,
  wrongAt,
} from "./rule.ts";

const STAGE = "aws:apigateway/stage:Stage";
const METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
const WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";

/** Rules on the stages of API Gateway. */
export const API_STAGE_RULES: Rule[] = [
  {
    id: "AwsSolutions-APIG1",
    title: "The API has access logging enabled",
    source: "cdk-nag, APIGWAccessLogging",
    appliesTo: [STAGE],
    finds: ({ inputs }) => [
      ...wrongAt(inputs, "accessLogSettings.destinationArn", isSet),
      ...wrongAt(inputs, "accessLogSettings.format", isSet),
    ],
    broken: {
      "without access logs": { accessLogSettings: undefined },
      "without a format": { accessLogSettings: { destinationArn: "arn:aws:logs:::log-group:access" } },
    },
  },
  {
    id: "AwsSolutions-APIG3",
    title: "The REST API's stage is associated with a web ACL of AWS WAFv2",
    source: "cdk-nag, APIGWAssociatedWithWAF",
    appliesTo: [STAGE],
    finds: (stage, program) =>
      unless(
        ofType(program, WEB_ACL_ASSOCIATION).some(({ inputs }) => refersTo(inputs.resourceArn, stage)),
        "has no web ACL",
      ),
    broken: {
      "without an association": without(WEB_ACL_ASSOCIATION),
      "whose association is another stage's": changing(WEB_ACL_ASSOCIATION, {
        resourceArn: "arn:aws:apigateway:::other",
      }),
    },
    example: [
      resource(STAGE, "stage"),
      resource(WEB_ACL_ASSOCIATION, "association", { resourceArn: "arn:aws:test:us-east-1:000000000000:stage" }),
    ],
  },
  {
    id: "AwsSolutions-APIG6",
    title: "The REST API's stage has CloudWatch logging enabled for all methods",
    source: "cdk-nag, APIGWExecutionLoggingEnabled",
    appliesTo: [STAGE],
    finds: (stage, program) => wrongAt(settingsOfAllMethods(stage, program), "loggingLevel", isOneOf("ERROR", "INFO")),
    broken: {
      "without settings": without(METHOD_SETTINGS),
      "whose settings are one method's": changing(METHOD_SETTINGS, { methodPath: "orders/GET" }),
      "with logging off": changing(METHOD_SETTINGS, { settings: { loggingLevel: "OFF" } }),
    },
  },
  {
    id: "ES2000",
    title: "API Gateway: access logging",
    source: "serverless-rules, api_gateway/logging",
    appliesTo: [STAGE],
    finds: expects("accessLogSettings.destinationArn", isSet),
    broken: { "without access logs": { accessLogSettings: undefined } },
  },
  {
    id: "WS2001",
    title: "API Gateway: structured logging",
    source: "serverless-rules, api_gateway/structured_logging",
    appliesTo: [STAGE],
    finds: expects("accessLogSettings.format", isJson),
    broken: { "with a format in plain words": { accessLogSettings: { format: "$context.requestId $context.status" } } },
  },
  {
    id: "WS2002",
    title: "API Gateway: tracing",
    source: "serverless-rules, api_gateway/tracing",
    appliesTo: [STAGE],
    finds: expects("xrayTracingEnabled", isTrue),
    broken: { "without tracing": { xrayTracingEnabled: undefined } },
  },
  {
    id: "ES2003",
    title: "API Gateway: default throttling",
    source: "serverless-rules, api_gateway/default_throttling",
    appliesTo: [STAGE],
    finds: (stage, program) =>
      ["throttlingBurstLimit", "throttlingRateLimit"].flatMap((limit) =>
        wrongAt(settingsOfAllMethods(stage, program), limit, isSet),
      ),
    broken: {
      "without settings": without(METHOD_SETTINGS),
      "without a limit of the rate": changing(METHOD_SETTINGS, { settings: { throttlingBurstLimit: 1 } }),
    },
  },
  {
    id: "CKV_AWS_73",
    title: "API Gateway has X-Ray tracing enabled",
    source: "checkov, APIGatewayXray",
    appliesTo: [STAGE],
    finds: expects("xrayTracingEnabled", isTrue),
    broken: { "without tracing": { xrayTracingEnabled: false } },
  },
  {
    id: "CKV_AWS_76",
    title: "API Gateway has access logging enabled",
    source: "checkov, APIGatewayAccessLogging",
    appliesTo: [STAGE],
    finds: expects("accessLogSettings.destinationArn", isSet),
    broken: { "without a destination": { accessLogSettings: { format: "{}" } } },
  },
  {
    id: "CKV_AWS_276",
    title: "Data trace is not enabled in API Gateway's method settings",
    source: "checkov, APIGatewayMethodSettingsDataTrace",
    appliesTo: [METHOD_SETTINGS],
    finds: expects("settings.dataTraceEnabled", (value) => value !== true),
    broken: { "that trace data": { settings: { dataTraceEnabled: true } } },
  },
];

/** The settings of a stage for all its methods, which are a resource of their own. */
function settingsOfAllMethods(stage: RegisteredResource, program: RegisteredResource[]): unknown {
  const { restApi, stageName } = stage.inputs;
  return ofType(program, METHOD_SETTINGS).find(
    ({ inputs }) => inputs.methodPath === "*/*" && inputs.restApi === restApi && inputs.stageName === stageName,
  )?.inputs.settings;
}

/** API Gateway puts numbers and texts in the places of its variables. */
function isJson(format: unknown): boolean {
  try {
    JSON.parse(String(format).replaceAll(/\$context\.[\w.]+/g, "0"));
    return true;
  } catch {
    return false;
  }
}
