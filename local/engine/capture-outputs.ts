import * as pulumi from "@pulumi/pulumi";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** A program whose outputs can be read after it has run. */
export interface CapturingProgram {
  run: PulumiFn;
  /** The outputs of the last run; secrets are in clear text and marked. */
  outputs(): Promise<OutputMap>;
}

/** Captures a program's outputs when the engine resolves them: reading them through the CLI takes another second. */
export function captureOutputs(program: PulumiFn): CapturingProgram {
  let captured: Promise<[string, { value: unknown; secret: boolean }][]> = Promise.resolve([]);
  return {
    run: async () => {
      const outputs = (await program()) ?? {};
      captured = Promise.all(Object.entries(outputs).map(async ([name, value]) => [name, await resolve(value)]));
      captured.catch(() => {}); // the update itself reports the error
      return outputs;
    },
    outputs: async () => Object.fromEntries(await captured),
  };
}

async function resolve(input: unknown) {
  const output: pulumi.Output<unknown> = pulumi.output(input as string); // accepts any input
  const value = await new Promise((resolveValue) => output.apply(resolveValue));
  return { value, secret: await pulumi.isSecret(output) };
}
