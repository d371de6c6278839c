import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { type Listing, signCursor } from "../../../../domain/cursor.ts";
import type { SigningSecrets } from "../../../../domain/signing.ts";
import { positionOf } from "../../../../handlers/lib/cursors.ts";
import { signingSecrets } from "../../../../handlers/lib/signing-secrets.ts";

const OLD = "a".repeat(32);
const NEW = "b".repeat(32);
const LISTING: Listing = { kind: "products", filter: {} };

const ofNew = signCursor("PROD-001", LISTING, { current: NEW });
const forged = signCursor("PROD-001", LISTING, { current: "c".repeat(32) });

/** One instance among several, while the secret is being rotated: some of them know the new one earlier than others. */
describe("The secrets that an instance knows", () => {
  const secretsManager = mockClient(SecretsManagerClient);
  const clock = Date.now;
  let now = clock();

  before(() => {
    process.env.AWS_REGION = "us-east-1";
    process.env.SIGNING_SECRET_ARN = "arn";
    Date.now = () => now;
  });

  beforeEach(async () => {
    // Whatever the test before made it read is forgotten, and may be read anew.
    now += 60_000;
    keep({ current: OLD });
    await positionOf(forged, LISTING).catch(() => {});
    now += 60_000;
    secretsManager.resetHistory();
  });

  after(() => {
    Date.now = clock;
    secretsManager.restore();
  });

  function keep(secrets: SigningSecrets): void {
    secretsManager.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(secrets) });
  }

  const reads = () => secretsManager.commandCalls(GetSecretValueCommand).length;
  const problemOf = (cursor: string) =>
    positionOf(cursor, LISTING).then(String, ({ problem, message }) => problem ?? message);

  it("are read anew for a cursor that another instance signed with a newer one, and kept", async () => {
    keep({ current: NEW, previous: OLD });

    const positions = [await positionOf(ofNew, LISTING), await positionOf(ofNew, LISTING)];

    expect(positions).to.deep.equal(["PROD-001", "PROD-001"]);
    expect(await signingSecrets()).to.deep.equal({ current: NEW, previous: OLD });
    expect(reads()).to.equal(1);
  });

  it("are not read for a cursor that they fit", async () => {
    await positionOf(signCursor("PROD-001", LISTING, { current: OLD }), LISTING);

    expect(reads()).to.equal(0);
  });

  it("are read once in ten seconds at the most, however many cursors are made up", async () => {
    const refusals = [];
    for (const wait of [0, 0, 9_999, 1, 5_000]) {
      now += wait;
      refusals.push(await problemOf(forged));
    }

    expect(refusals).to.deep.equal(Array(5).fill("invalid-cursor"));
    expect(reads()).to.equal(2);
  });

  it("stay as they were when they can't be read, which the cursor is not blamed for", async () => {
    secretsManager.on(GetSecretValueCommand).rejects(new Error("not now"));

    const problem = await problemOf(ofNew);

    expect(problem).to.equal("not now");
    expect(await signingSecrets()).to.deep.equal({ current: OLD });
  });
});
