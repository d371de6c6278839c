import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { RecordArgs } from "@pulumi/aws/route53/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";

type Record = Plain<RecordArgs>;

export const record = defineResource<Record>({
  token: "aws:route53/record:Record",
  inputs: {
    aliases: {},
    name: { required: true, replaces: true },
    records: {},
    ttl: {},
    type: { required: true, replaces: true },
    zoneId: { required: true, replaces: true },
  },
  outputs: ["fqdn"],
  identity: ["name", "type", "zoneId"],

  async create(inputs, aws) {
    await change("CREATE", inputs.zoneId, recordSet(inputs), aws);
    const fqdn = withoutDot(inputs.name);
    return { id: `${inputs.zoneId}_${fqdn}_${inputs.type}`, outputs: { fqdn } };
  },

  async read(id, aws) {
    const [zoneId = "", name = "", type = ""] = partsOf(id);
    const live = await find(zoneId, name, type, aws);
    if (!live) return undefined;
    const { AliasTarget: target, ResourceRecords: records, TTL: ttl } = live;
    return {
      inputs: {
        aliases: target && [
          {
            name: withoutDot(target.DNSName),
            zoneId: target.HostedZoneId ?? "",
            evaluateTargetHealth: target.EvaluateTargetHealth ?? false,
          },
        ],
        records: records?.length ? records.map(({ Value }) => Value ?? "") : undefined,
        ttl,
        type,
        zoneId,
      },
      outputs: { fqdn: name },
    };
  },

  async update(_id, inputs, aws) {
    await change("UPSERT", inputs.zoneId, recordSet(inputs), aws);
  },

  // Route 53 deletes a record only if every value is given as it is.
  async delete(id, aws, { zoneId, type }) {
    const [, name = ""] = partsOf(id);
    const live = await find(zoneId, name, type, aws);
    if (live) await change("DELETE", zoneId, live, aws);
  },
});

/** Zone, name and type. The name may contain underscores: `Z1__proof.example.com_CNAME`. */
function partsOf(id: string): string[] {
  return /^([^_]+)_(.+)_([A-Z]+)$/.exec(id)?.slice(1) ?? [];
}

function recordSet({ aliases, name, records, ttl, type }: Record): ResourceRecordSet {
  const [alias] = aliases ?? [];
  return {
    Name: name,
    Type: type as "A",
    TTL: ttl,
    ...(records && { ResourceRecords: records.map((Value) => ({ Value })) }),
    ...(alias && {
      AliasTarget: {
        DNSName: alias.name,
        HostedZoneId: alias.zoneId,
        EvaluateTargetHealth: alias.evaluateTargetHealth,
      },
    }),
  };
}

async function change(Action: "CREATE" | "UPSERT" | "DELETE", zone: string, set: ResourceRecordSet, aws: Aws) {
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet: set }] };
  await (await aws.route53()).changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch });
}

/** The record, if the zone has it. */
async function find(HostedZoneId: string, name: string, type: string, aws: Aws) {
  const { ResourceRecordSets = [] } = await (await aws.route53()).listResourceRecordSets({
    HostedZoneId,
    StartRecordName: name,
    StartRecordType: type as "A",
    MaxItems: 1,
  });
  return ResourceRecordSets.find((set) => withoutDot(set.Name) === name && set.Type === type);
}

function withoutDot(name = ""): string {
  return name.replace(/\.$/, "");
}
