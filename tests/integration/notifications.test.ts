import { DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SESv2 } from "@aws-sdk/client-sesv2";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { reasonSentence } from "../../domain/failure-reasons.ts";
import { eventually } from "../support/eventually.ts";
import { functionName } from "../support/functions.ts";
import { mailsTo, type SentMail, textsTo } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { useEventProbe } from "../support/topic-probes.ts";

describe("Notifications to customers", () => {
  const stack = useLocalStack({ mailFrom: "shop@example.com" });
  const probe = useEventProbe(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("are sent by email from the shop's address, as text and HTML", async () => {
    const customerEmail = "grace@example.com";

    const orderId = await placeOrder(stack().storefront, { customerEmail, customerName: "Grace <b>Hopper</b>" });

    const mails = await untilMailed(customerEmail, 2);
    const mail = mails.find(({ Subject }) => Subject.endsWith("is paid and being packed"));
    expect(mail?.Source).to.equal("shop@example.com");
    expect(mail?.BodyText).to.include("Hello Grace <b>Hopper</b>,").and.include(orderId).and.include("$29.99");
    expect(mail?.BodyHtml).to.include("Grace &lt;b&gt;Hopper&lt;/b&gt;").and.include(orderId).and.include("$29.99");
  });

  it("are also sent as text messages, only to customers with a phone number", async () => {
    const customerPhone = "+12025550147";
    const pasted = { customerEmail: "with@example.com", customerPhone: "\u202a+1 (202) 555-0147\u202c" };
    const orderId = await placeOrder(stack().storefront, pasted);
    await placeOrder(stack().storefront, { customerEmail: "without@example.com" });

    await untilMailed("without@example.com", 2);
    const texts = await eventually(async () => {
      const texts = await textsTo(customerPhone, stack());
      expect(texts).to.have.lengthOf(2);
      return texts.join("\n");
    });

    const [inside, outside] = await Promise.all(
      [stack().backOffice, stack().storefront].map((api) => api.get(`/orders/${orderId}`)),
    );
    expect(inside?.body).to.include({ customerPhone });
    expect(outside?.body).to.not.have.any.keys("customerPhone");
    expect(texts).to.include(`Your order ${orderId} was placed.`);
    expect(texts).to.include(`Your order ${orderId} is paid and being packed.`);
  });

  it("explain why an order failed, in words for customers", async () => {
    const customerEmail = "declined@example.com";

    await placeOrder(stack().backOffice, { customerEmail, paymentMethod: "pm_card_chargeDeclinedInsufficientFunds" });

    const mails = await untilMailed(customerEmail, 2);
    const mail = mails.find(({ Subject }) => Subject.endsWith("could not be fulfilled"));
    expect(mail?.BodyText).to.include(reasonSentence("INSUFFICIENT_FUNDS"));
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
