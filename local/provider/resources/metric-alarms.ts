import type { ComparisonOperator, MetricDataQuery, StandardUnit, Statistic } from "@aws-sdk/client-cloudwatch";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

type Alarm = Plain<MetricAlarmArgs>;

export const metricAlarm = defineResource<Alarm>({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: {
    actionsEnabled: { default: true },
    alarmActions: {},
    alarmDescription: {},
    comparisonOperator: { required: true },
    datapointsToAlarm: {},
    dimensions: {},
    evaluationPeriods: { required: true },
    extendedStatistic: {},
    metricName: {},
    metricQueries: {},
    name: { replaces: true, autoName: { maxLength: 255 } },
    namespace: {},
    okActions: {},
    period: {},
    statistic: {},
    tags: {},
    threshold: {},
    treatMissingData: { default: "missing" },
    unit: {},
    warmUpConfiguration: { ignored: "The emulator evaluates an alarm only when its metric has data." },
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const cloudwatch = await aws.cloudwatch();
    await cloudwatch.putMetricAlarm({ ...settings(inputs), Tags: tagList(inputs.tags) });
    const arn = `arn:aws:cloudwatch:${aws.region}:${aws.accountId}:alarm:${inputs.name}`;
    return { id: inputs.name ?? "", outputs: { arn } };
  },

  async read(id, aws) {
    const cloudwatch = await aws.cloudwatch();
    const { MetricAlarms: [live] = [] } = await cloudwatch.describeAlarms({ AlarmNames: [id] });
    if (!live) return undefined;
    const { Tags } = await cloudwatch.listTagsForResource({ ResourceARN: live.AlarmArn });
    return {
      inputs: {
        actionsEnabled: live.ActionsEnabled,
        alarmActions: live.AlarmActions,
        alarmDescription: live.AlarmDescription,
        comparisonOperator: live.ComparisonOperator,
        datapointsToAlarm: live.DatapointsToAlarm,
        evaluationPeriods: live.EvaluationPeriods,
        name: id,
        okActions: live.OKActions,
        tags: tagMap(Tags),
        threshold: live.Threshold,
        treatMissingData: live.TreatMissingData,
        // For an expression, the emulator drops the metrics and invents a period and a statistic.
        ...(live.MetricName && {
          dimensions: Object.fromEntries((live.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
          metricName: live.MetricName,
          namespace: live.Namespace,
          period: live.Period,
          ...(live.ExtendedStatistic
            ? { extendedStatistic: live.ExtendedStatistic }
            : { statistic: live.Statistic ?? "" }),
          unit: live.Unit,
        }),
      },
      outputs: { arn: live.AlarmArn },
    };
  },

  async update(_id, inputs, aws, { state, changed }) {
    const cloudwatch = await aws.cloudwatch();
    await cloudwatch.putMetricAlarm(settings(inputs));
    if (changed("tags")) {
      const ResourceARN = state.arn as string;
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await cloudwatch.untagResource({ ResourceARN, TagKeys });
      await cloudwatch.tagResource({ ResourceARN, Tags: tagList(inputs.tags) });
    }
  },

  async delete(id, aws) {
    await (await aws.cloudwatch()).deleteAlarms({ AlarmNames: [id] });
  },
});

function settings(inputs: Alarm) {
  return {
    AlarmName: inputs.name,
    ActionsEnabled: inputs.actionsEnabled,
    AlarmActions: inputs.alarmActions as string[] | undefined,
    AlarmDescription: inputs.alarmDescription,
    ComparisonOperator: inputs.comparisonOperator as ComparisonOperator,
    DatapointsToAlarm: inputs.datapointsToAlarm,
    Dimensions: inputs.dimensions && dimensionList(inputs.dimensions),
    EvaluationPeriods: inputs.evaluationPeriods,
    ExtendedStatistic: inputs.extendedStatistic,
    MetricName: inputs.metricName,
    Metrics: inputs.metricQueries?.map(metricQuery),
    Namespace: inputs.namespace,
    OKActions: inputs.okActions as string[] | undefined,
    Period: inputs.period,
    Statistic: inputs.statistic as Statistic | undefined,
    Threshold: inputs.threshold,
    TreatMissingData: inputs.treatMissingData,
    Unit: inputs.unit as StandardUnit | undefined,
  };
}

function metricQuery({ id, expression, label, metric, period, returnData = false }: MetricQuery): MetricDataQuery {
  return {
    Id: id,
    Expression: expression,
    Label: label,
    Period: period,
    ReturnData: returnData,
    MetricStat: metric && {
      Metric: {
        MetricName: metric.metricName,
        Namespace: metric.namespace,
        Dimensions: dimensionList(metric.dimensions ?? {}),
      },
      Period: metric.period,
      Stat: metric.stat,
      Unit: metric.unit as StandardUnit | undefined,
    },
  };
}

type MetricQuery = NonNullable<Alarm["metricQueries"]>[number];

function dimensionList(dimensions: Record<string, string>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
