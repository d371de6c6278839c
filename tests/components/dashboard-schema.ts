import * as v from "valibot";

/*
 * The parts of a CloudWatch dashboard that the program uses. Strict, to find properties that CloudWatch does not know.
 * Source: CloudWatch's API reference, "Dashboard body structure and syntax".
 */

const wholeNumber = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));

/** Source: CloudWatch's user guide, "Statistics definitions"; without the trimmed statistics. */
const statistic = v.pipe(
  v.string(),
  v.regex(/^(SampleCount|Average|Sum|Minimum|Maximum|IQM|p(100|\d{1,2}(\.\d{1,10})?))$/),
);

const period = v.union([v.picklist([1, 5, 10, 30]), v.pipe(v.number(), v.minValue(60), v.multipleOf(60))]);

const rendering = v.strictObject({
  color: v.optional(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i))),
  label: v.optional(v.string()),
  period: v.optional(period),
  region: v.optional(v.string()),
  stat: v.optional(statistic),
  visible: v.optional(v.boolean()),
  yAxis: v.optional(v.picklist(["left", "right"])),
});

/** Namespace, name, pairs of a dimension's name and value, then optional rendering. */
const metric = v.pipe(
  v.array(v.union([v.pipe(v.string(), v.minLength(1), v.maxLength(1024)), rendering])),
  v.check((parts) => {
    const names = typeof parts.at(-1) === "object" ? parts.slice(0, -1) : parts;
    // At most 30 dimensions.
    return (
      names.length >= 2 &&
      names.length <= 62 &&
      names.length % 2 === 0 &&
      names.every((part) => typeof part === "string")
    );
  }, "A metric is its namespace, its name, and its dimensions in pairs."),
);

const axis = v.strictObject({
  label: v.optional(v.string()),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  showUnits: v.optional(v.boolean()),
});

const position = {
  x: wholeNumber(0, 23),
  y: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  width: wholeNumber(1, 24),
  height: wholeNumber(1, 1_000),
};

const metricWidget = v.strictObject({
  type: v.literal("metric"),
  ...position,
  properties: v.strictObject({
    metrics: v.pipe(v.array(metric), v.minLength(1), v.maxLength(500)),
    region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
    title: v.optional(v.string()),
    stat: v.optional(statistic),
    period: v.optional(period),
    stacked: v.optional(v.boolean()),
    view: v.optional(v.picklist(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"])),
    yAxis: v.optional(v.strictObject({ left: v.optional(axis), right: v.optional(axis) })),
  }),
});

const alarmWidget = v.strictObject({
  type: v.literal("alarm"),
  ...position,
  properties: v.strictObject({
    alarms: v.pipe(v.array(v.pipe(v.string(), v.startsWith("arn:"))), v.minLength(1), v.maxLength(100)),
    title: v.optional(v.string()),
    sortBy: v.optional(v.picklist(["default", "stateUpdatedTimestamp", "timestamp"])),
    states: v.optional(v.array(v.picklist(["ALARM", "INSUFFICIENT_DATA", "OK"]))),
  }),
});

/** A dashboard of metric and alarm widgets. */
export const dashboardSchema = v.strictObject({
  widgets: v.pipe(v.array(v.variant("type", [metricWidget, alarmWidget])), v.maxLength(500)),
});
