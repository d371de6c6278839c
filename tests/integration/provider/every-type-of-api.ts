import { createHash } from "node:crypto";
import * as acm from "@pulumi/aws/acm/index.js";
import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";

/** A REST API in front of the function, with every API Gateway resource around it. */
export function greetingsApi(changed: boolean, fn: lambda.Function, tags: Record<string, string>) {
  const body = fn.invokeArn.apply((uri) => apiBody(changed ? "/salutations" : "/greetings", uri));
  const api = new apigateway.RestApi("api", { body, tags });
  new lambda.Permission("permission", {
    action: "lambda:InvokeFunction",
    function: fn.name,
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
  });
  // Doesn't depend on the body, or a changed body would replace the deployment.
  const triggers = { id: createHash("sha256").update("api").digest("hex") };
  const deployment = new apigateway.Deployment("deployment", { restApi: api.id, triggers });
  const stage = new apigateway.Stage("stage", {
    restApi: api.id,
    deployment: deployment.id,
    stageName: "v1",
    variables: { round: changed ? "two" : "one" },
    tags,
  });
  new apigateway.MethodSettings("settings", {
    restApi: api.id,
    stageName: stage.stageName,
    methodPath: "*/*",
    settings: { throttlingRateLimit: changed ? 600 : 500, throttlingBurstLimit: 1_000 },
  });
  const plan = new apigateway.UsagePlan("plan", {
    apiStages: [{ apiId: api.id, stage: stage.stageName }],
    throttleSettings: { rateLimit: changed ? 600 : 500, burstLimit: 1_000 },
    quotaSettings: { limit: 1_000, period: "MONTH" },
    tags,
  });
  const key = new apigateway.ApiKey("key", { tags });
  new apigateway.UsagePlanKey("plan-key", { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id });
  return { api, stage, apiKey: key.value };
}

/** A domain name of the stage's own, in a zone that exists: a program has none. */
export function ownDomain(
  changed: boolean,
  zoneId: string,
  api: apigateway.RestApi,
  stage: apigateway.Stage,
  tags: Record<string, string>,
) {
  const domainName = "greetings.example.com";
  const certificate = new acm.Certificate("certificate", { domainName, validationMethod: "DNS", tags });
  const proof = certificate.domainValidationOptions.apply(([option]) => option);
  const record = new route53.Record("proof", {
    zoneId,
    name: proof.apply((option) => option?.resourceRecordName ?? ""),
    type: proof.apply((option) => option?.resourceRecordType ?? ""),
    records: [proof.apply((option) => option?.resourceRecordValue ?? "")],
    ttl: changed ? 60 : 300,
  });
  const { certificateArn } = new acm.CertificateValidation("validation", {
    certificateArn: certificate.arn,
    validationRecordFqdns: [record.fqdn],
  });
  const domain = new apigateway.DomainName("domain", {
    domainName,
    regionalCertificateArn: certificateArn,
    securityPolicy: "TLS_1_2",
    tags,
  });
  new apigateway.BasePathMapping("mapping-of-path", {
    domainName: domain.domainName,
    basePath: "polite",
    restApi: api.id,
    stageName: stage.stageName,
  });
  new route53.Record("address", {
    zoneId,
    name: domainName,
    type: "A",
    aliases: [{ name: domain.regionalDomainName, zoneId: domain.regionalZoneId, evaluateTargetHealth: changed }],
  });
}

function apiBody(path: string, uri: string): string {
  const origin = { "method.response.header.Access-Control-Allow-Origin": "'*'" };
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "Greetings", version: "1" },
    paths: {
      [path]: {
        post: {
          security: [{ key: [] }],
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Greeting" } } } },
          responses: {},
          "x-amazon-apigateway-request-validator": "body",
          "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
        },
        options: {
          responses: { 204: { headers: { "Access-Control-Allow-Origin": {} } } },
          "x-amazon-apigateway-integration": {
            type: "mock",
            requestTemplates: { "application/json": '{"statusCode": 204}' },
            responses: { default: { statusCode: "204", responseParameters: origin } },
          },
        },
        "x-amazon-apigateway-any-method": {
          responses: { 405: {} },
          "x-amazon-apigateway-integration": {
            type: "mock",
            passthroughBehavior: "never",
            requestTemplates: { "application/json": '{"statusCode": 405}' },
            responses: { default: { statusCode: "405" } },
          },
        },
      },
    },
    components: {
      schemas: {
        Greeting: { type: "object", properties: { name: { $ref: "#/components/schemas/Name" } } },
        Name: { type: "string" },
      },
      securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } },
    },
    "x-amazon-apigateway-request-validators": { body: { validateRequestBody: true, validateRequestParameters: false } },
    "x-amazon-apigateway-gateway-responses": {
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: "404",
        responseParameters: { "gatewayresponse.header.Content-Type": "'application/problem+json'" },
        responseTemplates: { "application/json": '{"title":"Not found"}' },
      },
    },
  });
}
