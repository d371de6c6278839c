import { DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SESv2 } from "@aws-sdk/client-sesv2";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { functionName } from "../support/functions.ts";
import { mailsTo, type SentMail, textsTo } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { useEventProbe } from "../support/topic-probes.ts";

describe("Notifications to customers", () => {
  const stack = useLocalStack({
    mailFrom: "shop@example.com",
    smsCountries: '["US"]',
    shopName: "Tea & Co",
    supportEmail: "help@example.com",
  });
  const probe = useEventProbe(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("are sent by email from the shop's address, as text and HTML", async () => {
    const customerEmail = "grace@example.com";

    const orderId = await placeOrder(stack().storefront, { customerEmail });

    const mails = await untilMailed(customerEmail, 2);
    const mail = mails.find(({ Subject }) => Subject.endsWith("is paid and being packed"));
    expect(mail?.Source).to.equal("shop@example.com");
    expect(mail?.BodyText).to.include("Tea & Co").and.include(orderId).and.include("$29.99");
    expect(mail?.BodyHtml).to.include("Tea &amp; Co").and.include(orderId).and.include("$29.99");
    expect(mail?.BodyText).to.include("help@example.com");
  });

  it("are in the language that the customer's browser asks for, as are amounts", async () => {
    const customerEmail = "konrad@example.com";

    await placeOrder(stack().storefront, { customerEmail }, { "Accept-Language": "de-AT,de;q=0.9,en;q=0.8" });

    const mails = await untilMailed(customerEmail, 2);
    const mail = mails.find(({ Subject }) => Subject.endsWith("ist bezahlt und wird gepackt"));
    expect(mail?.BodyText).to.include("Guten Tag,").and.include("$\u00a029,99");
  });

  it("link to the order's page, by a token that opens it", async () => {
    const customerEmail = "linked@example.com";
    const orderId = await placeOrder(stack().storefront, { customerEmail });

    const [{ BodyText } = { BodyText: "" }] = await untilMailed(customerEmail, 2);

    const [link = "", token = ""] = BodyText.match(/http\S+&token=(\S+)/) ?? [];
    const page = await fetch(link);
    const { body } = await stack().storefront.request("GET", `/orders/${orderId}`, undefined, {
      "X-Order-Token": token,
    });
    expect(link.split("#")[0]).to.equal(new URL("order.html", stack().output("websiteUrl")).href);
    expect(await page.text()).to.include('id="headline"');
    expect(body).to.include({ customerEmail });
  });

  it("carry nothing that whoever ordered wrote: nobody pays in a demo, so that it could be anybody's text", async () => {
    const customerEmail = "victim@example.com";
    const customerPhone = "+14155550199";
    const text = "You have won! Claim it at https://evil.example";
    const shippingAddress = { street: text, city: text, state: text, zipCode: "evil 1", country: "US" };
    const attack = {
      customerEmail,
      customerPhone,
      smsUpdates: true,
      customerName: text,
      customerId: text,
      shippingAddress,
    };
    const language = { "Accept-Language": "en-x-evil, de-x-evil;q=0.5" };

    const orderId = await placeOrder(stack().storefront, attack, language);
    await placeOrder(stack().storefront, { ...attack, paymentMethod: "pm_card_chargeDeclined" }, language);
    await placeOrder(stack().backOffice, { ...attack, paymentMethod: "pm_card_chargeDeclined" }, language);
    await probe.reached(orderId, "COMPLETED");
    for (const status of ["SHIPPED", "DELIVERED"]) await stack().backOffice.put(`/orders/${orderId}`, { status });
    const mails = await untilMailed(customerEmail, 7);
    const texts = await eventually(async () => {
      const texts = await textsTo(customerPhone, stack());
      expect(texts).to.have.lengthOf(3);
      return texts;
    });

    expect(JSON.stringify([mails, texts])).to.not.match(/evil|won/i);
  });

  it("are also sent as text messages once the order is paid, to customers who asked, in countries of the shop's", async () => {
    const [customerPhone, unasked, abroad] = ["+12025550147", "+12025550148", "+491701234567"];
    // As it is pasted from elsewhere.
    const pasted = "\u202a+1 (202) 555-0147\u202c";
    const asking = { customerEmail: "with@example.com", customerPhone: pasted, smsUpdates: true };
    const orderId = await placeOrder(stack().storefront, asking);
    const others = [
      await placeOrder(stack().storefront, { customerEmail: "without@example.com", customerPhone: unasked }),
      await placeOrder(stack().storefront, { ...asking, customerPhone: abroad }),
      await placeOrder(stack().backOffice, {
        ...asking,
        customerPhone: "+12025550149",
        paymentMethod: "pm_card_chargeDeclined",
      }),
    ];

    for (const id of [orderId, ...others.slice(0, 2)]) await probe.reached(id, "COMPLETED");
    await probe.reached(others[2] ?? "", "FAILED");
    await untilMailed("with@example.com", 6);
    await untilMailed("without@example.com", 2);
    const texts = await eventually(async () => {
      const texts = await textsTo(customerPhone, stack());
      expect(texts).to.have.lengthOf(1);
      return texts.join("\n");
    });
    for (const phone of [unasked, abroad, "+12025550149"]) expect(await textsTo(phone, stack())).to.deep.equal([]);

    const [inside, outside] = await Promise.all(
      [stack().backOffice, stack().storefront].map((api) => api.get(`/orders/${orderId}`)),
    );
    expect(inside?.body).to.include({ customerPhone });
    expect(outside?.body).to.not.have.any.keys("customerPhone");
    expect(texts).to.include(`Your order ${orderId} is paid and being packed.`);
  });

  it("explain why an order failed, in words for customers", async () => {
    const customerEmail = "declined@example.com";

    await placeOrder(stack().backOffice, { customerEmail, paymentMethod: "pm_card_chargeDeclinedInsufficientFunds" });

    const mails = await untilMailed(customerEmail, 2);
    const mail = mails.find(({ Subject }) => Subject.endsWith("could not be fulfilled"));
    expect(mail?.BodyText).to.include("because of insufficient funds.\nYou weren't charged.\n");
  });

  it("say what was refunded when an order is cancelled, and that nothing was charged if nothing was", async () => {
    const cancel = (orderId: string) => stack().backOffice.post(`/orders/${orderId}/cancel`, {});
    const paid = await placeOrder(stack().storefront, { customerEmail: "paid@example.com" });
    await probe.reached(paid, "COMPLETED");
    const unpaid = await placeOrder(stack().storefront, {
      customerEmail: "unpaid@example.com",
      paymentMethod: "pm_card_authenticationRequired",
    });

    for (const orderId of [paid, unpaid]) await cancel(orderId);

    const [refunded, uncharged] = [
      await untilMailed("paid@example.com", 3),
      await untilMailed("unpaid@example.com", 2),
    ];
    const textOf = (mails: SentMail[]) => mails.find(({ Subject }) => Subject.endsWith("cancelled"))?.BodyText;
    expect(textOf(refunded)).to.include("We refunded $29.99.").and.not.include("weren't charged");
    expect(textOf(uncharged)).to.include("You weren't charged.").and.not.include("refunded");
  });

  it("report shipping and delivery once, even if the back office sends the status twice", async () => {
    const customerEmail = "shipped@example.com";
    const orderId = await placeOrder(stack().storefront, { customerEmail });
    await probe.reached(orderId, "COMPLETED");

    for (const status of ["SHIPPED", "SHIPPED", "DELIVERED", "DELIVERED"]) {
      await stack().backOffice.put(`/orders/${orderId}`, { status });
    }

    const mails = await untilMailed(customerEmail, 4);
    const headlines = mails.map(({ Subject }) => Subject.replace(`Your order ${orderId} `, ""));
    expect(headlines).to.have.members(["was placed", "is paid and being packed", "is on its way", "was delivered"]);
  });

  it("that can't be sent fail no order, and stay in the queue", async () => {
    const customerEmail = "unreachable@example.com";
    await removePermissions("notify-customer");

    const orderId = await placeOrder(stack().storefront, { customerEmail });

    await probe.reached(orderId, "COMPLETED");
    await eventually(async () => expect(await messagesInFlight()).to.equal(2));
    expect(await mailsTo(customerEmail, stack())).to.deep.equal([]);
  });

  async function untilMailed(address: string, count: number): Promise<SentMail[]> {
    return eventually(async () => {
      const mails = await mailsTo(address, stack());
      expect(mails).to.have.lengthOf(count);
      return mails;
    });
  }

  /** The number of messages that a function received and neither deleted nor returned. */
  async function messagesInFlight(): Promise<number> {
    const sqs = new SQS(stack().awsClient);
    const { QueueUrls = [] } = await sqs.listQueues({ QueueNamePrefix: "notifications-customers-messages" });
    const AttributeNames = ["ApproximateNumberOfMessagesNotVisible" as const];
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: QueueUrls[0], AttributeNames });
    return Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
  }

  async function removePermissions(handler: string): Promise<void> {
    const { awsClient } = stack();
    const iam = new IAMClient(awsClient);
    const FunctionName = await functionName(handler, awsClient);
    const { Role = "" } = await new LambdaClient(awsClient).send(new GetFunctionConfigurationCommand({ FunctionName }));
    const RoleName = Role.split("/").at(-1);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
});

describe("Notifications from a stack without an SES identity of its own", () => {
  const stack = useLocalStack({ mailFrom: "shop@example.com", createEmailIdentity: "false" });

  it("are sent from an address whose domain was verified elsewhere", async () => {
    const ses = new SESv2(stack().awsClient);
    expect((await ses.listEmailIdentities()).EmailIdentities).to.deep.equal([]);
    await ses.createEmailIdentity({ EmailIdentity: "example.com" });
    await stockCatalogue(stack().backOffice);

    await placeOrder(stack().storefront, { customerEmail: "ada@example.org" });

    await eventually(async () => {
      const mails = await mailsTo("ada@example.org", stack());
      expect(mails.map(({ Source }) => Source)).to.deep.equal(["shop@example.com", "shop@example.com"]);
    });
  });
});
