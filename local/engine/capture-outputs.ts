import * as pulumi from "@pulumi/pulumi";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** A program that remembers what it returned. */
export interface CapturingProgram {
  run: PulumiFn;
  /** The outputs of the last run, secrets in clear and marked. */
  outputs(): Promise<OutputMap>;
}

/** Keeps a program's outputs as the engine resolves them: asking the CLI for them would take another second. */
export function captureOutputs(program: PulumiFn): CapturingProgram {
  let captured: Promise<[string, { value: unknown; secret: boolean }][]> = Promise.resolve([]);
  return {
    run: async () => {
      const outputs = (await program()) ?? {};
      captured = Promise.all(Object.entries(outputs).map(async ([name, value]) => [name, await resolve(value)]));
      captured.catch(() => {}); // a failed update tells by itself
      return outputs;
    },
    outputs: async () => Object.fromEntries(await captured),
  };
}

async function resolve(input: unknown) {
  const output: pulumi.Output<unknown> = pulumi.output(input as string); // unwraps whatever it is
  const value = await new Promise((done) => output.apply(done));
  return { value, secret: await pulumi.isSecret(output) };
}
