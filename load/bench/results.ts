import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem, type } from "node:os";
import { join } from "node:path";
import { root } from "../../tools/paths.ts";
import type { ColdStarts } from "./cold-start/cold-start.ts";
import type { Deployments } from "./parts/deployment.ts";
import type { Fulfilments } from "./parts/fulfilment.ts";
import type { Latencies } from "./parts/latency.ts";
import type { Scale } from "./parts/scale.ts";
import type { Throughput } from "./parts/throughput.ts";

/** What each part of the bench measures. */
export interface Parts {
  latency: Latencies;
  throughput: Throughput;
  fulfilment: Fulfilments;
  scale: Scale;
  coldStart: ColdStarts;
  deployment: Deployments;
}

/** The results of a run, with the parts that it included. */
export interface Results extends Partial<Parts> {
  /** RFC 3339, UTC. */
  measuredAt: string;
  /** Whether it measured too little for the figures to be meaningful. */
  isQuick: boolean;
  machine: { cpu: string; cores: number; memoryGb: number; system: string };
  /** Versions of what the figures depend on. */
  versions: Record<string, string>;
}

/** Creates a run's results, still without parts: when, where and with which versions it ran. */
export function newResults(isQuick: boolean): Results {
  const gigabyte = 1024 ** 3;
  return {
    measuredAt: new Date().toISOString(),
    isQuick,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / gigabyte),
      system: type(),
    },
    versions: {
      Node: process.versions.node,
      Pulumi: installed("@pulumi/pulumi"),
      "AWS SDK": installed("@aws-sdk/client-dynamodb"),
      MiniStack:
        /^ministack==(\S+)/m.exec(readFileSync(join(root, "tools", "ministack", "requirements.txt"), "utf8"))?.[1] ??
        "",
    },
  };
}

function installed(name: string): string {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}
