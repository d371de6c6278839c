import * as pulumi from "@pulumi/pulumi";
import type { GatewayName } from "../../domain/payment.ts";

/** What decides whether a stage takes play money, and may. */
interface DemoSettings {
  paymentGateway: GatewayName;
  /** Whether the stage's data are to be kept, as those of a real shop. */
  deletionProtection: boolean;
  /** Whether the operator says that it is a demo. */
  demo: boolean;
}

/**
 * Refuses to deploy a real shop that charges nobody.
 *
 * @throws pulumi.RunError, which Pulumi prints without a stack trace.
 */
export function checkDemo({ paymentGateway, deletionProtection, demo }: DemoSettings): void {
  if (paymentGateway !== "simulated" || !deletionProtection || demo) return;
  throw new pulumi.RunError(
    "Payments are simulated: customers would be told that they paid, but nobody would be charged. Set paymentGateway to stripe " +
      '(docs/deploy.md, "Take real money"). Or, if this stage is a demo, say so: ' +
      `pulumi config set demo true --stack ${pulumi.getStack()}`,
  );
}
