import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayName } from "../../domain/payment.ts";
import type { Brand } from "../../mails/brand.ts";
import { BundledFunction } from "../bundled-function.ts";
import { handlerPath } from "../bundling/handler-path.ts";
import { EventQueue } from "../event-queue.ts";
import type { Notifications } from "../notifications.ts";
import type { OrderStore } from "../order-store.ts";
import type { Secret } from "../secret.ts";
import { checkArgument } from "../shared/arguments.ts";
import type { FunctionArgs } from "../shared/common-args.ts";
import { paceOf } from "../shared/pace.ts";

/** The arguments of {@link CustomerMessages}. */
export interface CustomerMessagesArgs extends FunctionArgs {
  /** The store with the orders. */
  store: OrderStore;
  /** Where the orders' events are published. */
  notifications: Notifications;
  /** Signs the orders' tokens, which links in mails have. */
  signingSecret: Secret;
  /** The website's home page, to whose pages links lead. For example `https://shop.example.com/`. */
  siteUrl: pulumi.Input<string>;
  /** The payment provider. Mails say that an order with a `simulated` payment is a demo. Default `simulated`. */
  paymentGateway?: GatewayName;
  /** The branding of the mails. For example `{ shopName: "Everyday Supply", color: "#1d5c45" }`. */
  brand: Brand;
  /** Sender address of emails to customers. For example `orders@example.com`. */
  mailFrom: pulumi.Input<string>;
  /**
   * Creates an SES identity for `mailFrom`, which its owner confirms by email. Default true. It can exist only once per
   * account and region: false if the address or its domain is already verified.
   */
  createEmailIdentity?: boolean;
  /** Emails per second, 1 to 1,000: as many as SES accepts. A backlog waits in the queue. For example 14. */
  mailRatePerSecond: number;
}

/** The events that customers are notified of. */
const CUSTOMER_EVENTS = [
  "OrderPlaced",
  "OrderCompleted",
  "OrderFailed",
  "OrderCancelled",
  "OrderShipped",
  "OrderDelivered",
  "OrderRefunded",
];

/** How long a message takes at most, in addition to its batch's pauses. */
const HANDLING_SECONDS = 10;

/**
 * Deliveries before a message becomes a dead letter. What can never succeed does so by itself; this is for messages that kill
 * the function. While SES is out of service, tries are up to an hour apart, so it is enough for four days.
 */
const MAX_RECEIVE_COUNT = 100;

/**
 * Notifies customers by email and text message of what happens to their orders.
 *
 * It is created after the website, to which its mails link, and which needs the workflow and thereby the notifications' topic. Its
 * resources belong to the notifications nevertheless, as in version 0.1: under another parent, a rollback would replace them.
 */
export class CustomerMessages {
  readonly notifyCustomer: BundledFunction;
  /** The queue of events that customers are notified of. */
  readonly queue: EventQueue;

  /** @param name - The notifications' name. */
  constructor(name: string, args: CustomerMessagesArgs) {
    const { store, notifications, signingSecret, siteUrl, brand, mailFrom, mailRatePerSecond, ...rest } = args;
    const { paymentGateway = "simulated", createEmailIdentity = true, ...common } = rest;
    const { tags = {} } = common;
    checkBrand(`Notifications "${name}"`, brand);
    const pace = paceOf(`Notifications "${name}": mailRatePerSecond`, mailRatePerSecond);
    const timeout = HANDLING_SECONDS + pace.batchSeconds;
    const child = { parent: notifications };
    const { accountId } = getCallerIdentityOutput({}, child);
    const { region } = getRegionOutput({}, child);

    if (createEmailIdentity) new sesv2.EmailIdentity(`${name}-sender`, { emailIdentity: mailFrom, tags }, child);
    this.queue = new EventQueue(
      `${name}-customers`,
      {
        topic: notifications.topic,
        eventTypes: CUSTOMER_EVENTS,
        consumerTimeout: timeout,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        ...common,
      },
      child,
    );
    this.notifyCustomer = new BundledFunction(
      `${name}-notify-customer`,
      {
        entry: handlerPath("notify-customer"),
        environment: {
          ORDERS_TABLE: store.tableName,
          MAIL_FROM: mailFrom,
          PAYMENT_GATEWAY: paymentGateway,
          BRAND: JSON.stringify(brand),
          SITE_URL: siteUrl,
          SIGNING_SECRET_ARN: signingSecret.arn,
          SIGNING_SECRET_VERSION: signingSecret.version,
          ...this.queue.pacedEnvironment(pace),
        },
        timeout,
        ...common,
      },
      child,
    );
    store.grant(this.notifyCustomer, "Query", "UpdateItem", "DeleteItem");
    signingSecret.grantRead(this.notifyCustomer);
    this.notifyCustomer.allow(
      {
        actions: ["ses:SendEmail"],
        // The identity of the sender's address or domain and, in SES's sandbox, also of the recipient.
        resources: [pulumi.interpolate`arn:aws:ses:${region}:${accountId}:identity/*`],
        condition: { StringEquals: { "ses:FromAddress": mailFrom } },
      },
      // A phone number is not a resource: text messages need "*", and the Deny takes topics back.
      { actions: ["sns:Publish"], resources: ["*"] },
      { effect: "Deny", actions: ["sns:Publish"], resources: ["arn:*:sns:*:*:*"] },
    );
    this.queue.deliverAtPace(this.notifyCustomer, pace);
  }
}

function checkBrand(self: string, { shopName, logoUrl, color }: Brand): void {
  checkArgument(`${self}: shopName`, shopName, (text) => text.trim() !== "", "the shop's name");
  const isUrl = (url = "") => url === "" || /^https:\/\/\S+$/.test(url);
  checkArgument(`${self}: logoUrl`, logoUrl, isUrl, "a URL that begins with https://");
  checkArgument(`${self}: brandColor`, color, (text) => /^#[\da-f]{6}$/i.test(text), "a color such as #1d5c45");
}
