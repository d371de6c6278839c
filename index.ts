import { join } from "node:path";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { ApiDomain } from "./components/api-domain.ts";
import { BundledFunction, type BundledFunctionArgs } from "./components/bundled-function.ts";
import { handlerPath } from "./components/bundling/handler-path.ts";
import { customDomain } from "./components/custom-domain/custom-domain.ts";
import { EncryptionKey } from "./components/encryption-key.ts";
import { CustomerMessages } from "./components/notifications/customer-messages.ts";
import { Notifications } from "./components/notifications.ts";
import { Observability } from "./components/observability.ts";
import { OrderApi } from "./components/order-api.ts";
import { OrderQueue } from "./components/order-queue.ts";
import { OrderStore } from "./components/order-store.ts";
import { OrderWorkflow } from "./components/order-workflow.ts";
import { PaymentWebhooks } from "./components/payment-webhooks.ts";
import { Reconciliation } from "./components/reconciliation.ts";
import { SafeRelease } from "./components/safe-release.ts";
import { Secret, signingSecrets } from "./components/secret.ts";
import { checkCurrency } from "./components/shared/check-currency.ts";
import { checkDemo } from "./components/shared/check-demo.ts";
import { stageTags } from "./components/shared/stage-tags.ts";
import { Sweeper } from "./components/sweeper.ts";
import { WebAcl } from "./components/web-acl.ts";
import { Website } from "./components/website.ts";
import type { GatewayName } from "./domain/payment.ts";

/** The order system. Pulumi.yaml describes its settings. */
export default async function orders() {
  const config = new pulumi.Config();
  // Stage files from version 0.1 may still have it.
  if (config.get("workflowType") !== undefined) {
    pulumi.log.warn(
      "The setting workflowType has no effect any more: workflows are always STANDARD. " +
        `Remove it from Pulumi.${pulumi.getStack()}.yaml.`,
    );
  }
  const currency = config.require("currency");
  checkCurrency("The setting currency", currency);
  const paymentGateway = config.require<GatewayName>("paymentGateway");
  const deletionProtection = config.requireBoolean("deletionProtection");
  checkDemo({ paymentGateway, deletionProtection, demo: config.requireBoolean("demo") });
  const supportEmail = config.require("supportEmail");
  const domain = customDomain(config.require("domainName"), config.require("hostedZoneId"));
  const commit = config.require("commit");
  const tags = stageTags({ owner: config.require("owner"), expiry: config.require("expiry"), commit });
  const safeRelease = config.requireBoolean("safeRelease");
  const common = {
    ...(config.requireBoolean("customerManagedKey") && { encryptionKey: new EncryptionKey("encryption", { tags }) }),
    logRetentionDays: config.requireNumber("logRetentionDays"),
    safeRelease,
    commit,
    tags,
  };
  // Only for what customers or payments wait for: other functions can't take it from them.
  const reservedConcurrency = config.requireNumber("reservedConcurrency");
  const reserved = { reservedConcurrency };
  const orderDeadlineHours = config.requireNumber("orderDeadlineHours");
  const listShards = String(config.requireNumber("listShards"));
  const stuckAfterSeconds = config.requireNumber("stuckAfterSeconds");

  const store = new OrderStore("orders", {
    deletionProtection,
    pointInTimeRecovery: config.requireBoolean("pointInTimeRecovery"),
    ...common,
  });
  const signingSecret = new Secret("cursor-secret", {
    value: pulumi
      .all([config.requireSecret("cursorSecret"), config.getSecret("previousCursorSecret")])
      .apply(([current, previous]) => signingSecrets(current, previous)),
    ...common,
  });

  const apiFunction = (
    name: string,
    environment: BundledFunctionArgs["environment"] = {},
    more: Pick<BundledFunctionArgs, "reservedConcurrency"> = {},
  ) =>
    new BundledFunction(name, {
      entry: handlerPath(name),
      environment: { ORDERS_TABLE: store.tableName, ...environment },
      ...more,
      ...common,
    });

  const signing = {
    SIGNING_SECRET_ARN: signingSecret.arn,
    SIGNING_SECRET_VERSION: signingSecret.version,
  };
  const smsCountries = JSON.stringify(config.requireObject<string[]>("smsCountries"));
  const createOrder = apiFunction(
    "create-order",
    { LIST_SHARDS: listShards, CURRENCY: currency, SMS_COUNTRIES: smsCountries, ...signing },
    reserved,
  );
  store.grant(createOrder, "BatchGetItem", "PutItem");
  signingSecret.grantRead(createOrder);

  const getOrder = apiFunction("get-order", signing, reserved);
  store.grant(getOrder, "Query");
  signingSecret.grantRead(getOrder);

  const listOrders = apiFunction("list-orders", { LIST_SHARDS: listShards, ...signing });
  store.grantListOrders(listOrders);
  signingSecret.grantRead(listOrders);

  const listProducts = apiFunction("list-products", { CURRENCY: currency, ...signing }, reserved);
  store.grant(listProducts, "GetItem", "Query");
  signingSecret.grantRead(listProducts);

  const putProduct = apiFunction("put-product", { CURRENCY: currency, PAYMENT_GATEWAY: paymentGateway });
  store.grant(putProduct, "GetItem", "PutItem", "UpdateItem");

  const bookStock = apiFunction("book-stock", { LIST_SHARDS: listShards, ...signing });
  store.grant(bookStock, "BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem");
  store.grantListByStatus(bookStock);
  signingSecret.grantRead(bookStock);

  const updateOrderStatus = apiFunction("update-order-status", { LIST_SHARDS: listShards });
  store.grant(updateOrderStatus, "BatchGetItem", "GetItem", "PutItem", "UpdateItem");
  store.grantListByStatus(updateOrderStatus);

  const cancelOrder = apiFunction("cancel-order", signing);
  store.grant(cancelOrder, "GetItem", "PutItem", "UpdateItem");
  signingSecret.grantRead(cancelOrder);

  const refundOrder = apiFunction("refund-order", { CURRENCY: currency });
  store.grant(refundOrder, "BatchGetItem", "GetItem", "PutItem", "UpdateItem");

  const notifications = new Notifications("notifications", {
    store,
    subscribers: config.requireObject<string[]>("eventSubscribers"),
    ...common,
  });
  const stripeSecretKey = config.getSecret("stripeSecretKey");
  const workflow = new OrderWorkflow("fulfilment", {
    store,
    topic: notifications.topic,
    paymentGateway,
    ...(stripeSecretKey && { stripeSecretKey }),
    orderDeadlineHours,
    paymentRatePerSecond: config.requireNumber("paymentRatePerSecond"),
    reservesConcurrency: reservedConcurrency > 0,
    paymentDeadlineMinutes: config.requireNumber("paymentDeadlineMinutes"),
    paymentTries: config.requireNumber("paymentTries"),
    ...(domain && { siteUrl: `https://${domain.name}` }),
    ...common,
  });
  const payOrder = apiFunction("pay-order", signing);
  store.grant(payOrder, "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem");
  signingSecret.grantRead(payOrder);
  workflow.grantCompleteTasks(payOrder);
  const queue = new OrderQueue("order", {
    topic: notifications.topic,
    workflow,
    maximumConcurrency: config.requireNumber("queueConcurrency"),
    ...common,
  });
  const sweeper = new Sweeper("sweeper", {
    store,
    workflow,
    listShards,
    stuckAfterSeconds,
    orderDeadlineHours,
    ...common,
  });

  const webhookSecret = config.getSecret("stripeWebhookSecret");
  const previousWebhookSecret = config.getSecret("previousStripeWebhookSecret");
  const webhooks =
    webhookSecret &&
    new PaymentWebhooks("webhooks", {
      store,
      workflow,
      signingSecret: webhookSecret,
      ...(previousWebhookSecret && { previousSigningSecret: previousWebhookSecret }),
      ...common,
    });

  const reconciliation =
    paymentGateway === "stripe"
      ? new Reconciliation("reconciliation", { store, workflow, listShards, ...common })
      : undefined;

  const throttleRate = config.requireNumber("throttleRate");
  const apiArgs = {
    throttleRate,
    throttleBurst: config.requireNumber("throttleBurst"),
    monthlyQuota: config.requireNumber("monthlyQuota"),
    ...common,
  };
  const backOffice = new OrderApi("back-office", {
    audience: "backoffice",
    handlers: {
      placeOrder: createOrder,
      getOrder,
      listOrders,
      updateOrderStatus,
      cancelOrder,
      refundOrder,
      listProducts,
      getProduct: listProducts,
      putProduct,
      patchProduct: putProduct,
      bookStock,
      listBookings: bookStock,
    },
    keyNames: config.requireObject<string[]>("backOfficeKeys"),
    ...apiArgs,
  });
  const storefront = new OrderApi("storefront", {
    audience: "storefront",
    handlers: { placeOrder: createOrder, getOrder, cancelOrder, payOrder, listProducts, getProduct: listProducts },
    ...(webhooks && { webhooks: webhooks.receive }),
    keyNames: config.requireObject<string[]>("storefrontKeys"),
    ...apiArgs,
  });
  const apiDomain =
    domain && new ApiDomain("api-domain", { domain, apis: { "back-office": backOffice, storefront }, tags });
  const apiUrl = apiDomain?.urls["back-office"] ?? backOffice.url;
  const storefrontUrl = apiDomain?.urls.storefront ?? storefront.url;

  if (config.requireBoolean("webAcl")) {
    const stages = { "back-office": backOffice.stage, storefront: storefront.stage };
    new WebAcl("firewall", { stages, throttleRate, ...common });
  }

  const website = new Website("website", {
    source: join(import.meta.dirname, "web", "shop"),
    apiUrl: storefrontUrl,
    apiKey: storefront.key,
    currency,
    supportEmail,
    paymentGateway,
    stripePublishableKey: config.require("stripePublishableKey"),
    delivery: config.require<"cloudfront" | "bucket">("siteDelivery"),
    ...(domain && { domain }),
    deletionProtection,
    ...common,
  });

  const messages = new CustomerMessages("notifications", {
    store,
    notifications,
    signingSecret,
    siteUrl: website.url,
    paymentGateway,
    brand: {
      shopName: config.require("shopName"),
      logoUrl: config.require("logoUrl"),
      color: config.require("brandColor"),
      supportEmail,
    },
    mailFrom: config.require("mailFrom"),
    mailRatePerSecond: config.requireNumber("mailRatePerSecond"),
    createEmailIdentity: config.requireBoolean("createEmailIdentity"),
    ...common,
  });

  const region = getRegionOutput().region;
  const observability = new Observability("observability", {
    apis: [backOffice, storefront],
    apiFunctions: [
      createOrder,
      getOrder,
      listOrders,
      updateOrderStatus,
      cancelOrder,
      payOrder,
      refundOrder,
      listProducts,
      putProduct,
      bookStock,
    ],
    notifications,
    messages,
    queue,
    workflow,
    sweeper,
    ...(webhooks && { webhooks }),
    ...(reconciliation && { reconciliation }),
    thresholds: {
      deadLetters: config.requireNumber("alarmDeadLetters"),
      failedOrders: config.requireNumber("alarmFailedOrders"),
      serverErrorPercent: config.requireNumber("alarmServerErrorPercent"),
      latencyMs: config.requireNumber("alarmLatencyMs"),
      functionErrors: config.requireNumber("alarmFunctionErrors"),
      functionThrottles: config.requireNumber("alarmFunctionThrottles"),
      failedWorkflows: config.requireNumber("alarmFailedWorkflows"),
      eventAgeSeconds: config.requireNumber("alarmEventAgeSeconds"),
      stuckOrders: config.requireNumber("alarmStuckOrders"),
      parkedOrders: config.requireNumber("alarmParkedOrders"),
      sweeperSilentMinutes: config.requireNumber("alarmSweeperSilentMinutes"),
    },
    subscribers: config.requireObject<string[]>("alarmSubscribers"),
    region,
    ...common,
  });

  const release = safeRelease
    ? new SafeRelease("release", {
        functions: observability.functions,
        alarms: observability.rollbackAlarms,
        tags,
      })
    : undefined;

  if (config.requireBoolean("auditTrail")) {
    // Imported only here: it needs awsx, and with it a second plugin.
    const { AuditTrail } = await import("./components/audit-trail.ts");
    new AuditTrail("audit", { table: store.table, buckets: [website.bucket], tags });
  }

  return {
    apiUrl,
    apiKey: backOffice.key,
    storefrontUrl,
    storefrontKey: storefront.key,
    websiteUrl: website.url,
    region,
    currency,
    paymentGateway,
    ordersTable: store.tableName,
    orderQueueUrl: queue.url,
    orderDlqUrl: queue.deadLetterQueueUrl,
    paymentQueueUrl: workflow.payments.queue.url,
    paymentDlqUrl: workflow.payments.deadLetterQueue.url,
    ...(webhooks && {
      webhookUrl: pulumi.interpolate`${storefrontUrl}/webhooks/stripe`,
      webhookQueueUrl: webhooks.reports.queue.url,
      webhookDlqUrl: webhooks.reports.deadLetterQueue.url,
      ...(workflow.stripeKey && { stripeKeyArn: workflow.stripeKey.arn }),
    }),
    customerQueueUrl: messages.queue.queue.url,
    customerDlqUrl: messages.queue.deadLetterQueue.url,
    unpublishedEventsUrl: notifications.failureQueue.url,
    eventsTopicArn: notifications.topic.arn,
    stateMachineArn: workflow.arn,
    alarmTopicArn: observability.topic.arn,
    dashboardUrl: observability.dashboardUrl,
    createOrderFunction: createOrder.qualifiedName,
    ...(reconciliation && { reconcilePaymentsFunction: reconciliation.function.qualifiedName }),
    listShards,
    stuckAfterSeconds,
    orderDeadlineHours,
    ...(release && { releases: release.releases }),
  };
}
